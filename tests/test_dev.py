"""dev.py prepares any machine; its decisions are checked here, its deeds by every clean clone."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

LISTING = (
    "libgl1\tinstalled\t\nlibglib2.0-0t64\tinstalled\tlibglib2.0-0 (= 2.80)\nxvfb\tconfig-files\t\n"
)


def test_a_package_counts_as_there_under_its_new_name_but_not_when_only_its_settings_are() -> None:
    assert dev.missing_packages(["libgl1", "libglib2.0-0", "xvfb", "chromium"], LISTING) == [
        "xvfb",
        "chromium",
    ]


def debian(monkeypatch: pytest.MonkeyPatch, *, root: bool) -> list[list[str]]:
    """A Debian without the packages; returns the commands dev.py runs on it."""
    commands: list[list[str]] = []

    def call(command: list[str], **_options: object) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "installed_packages", lambda: LISTING)
    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
    return commands


@pytest.mark.skipif(sys.platform != "linux", reason="apt exists on Linux only")
def test_missing_system_packages_are_installed_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = debian(monkeypatch, root=True)
    dev.install_debian_packages(["libgl1", "xvfb"])
    assert [command[:2] for command in commands] == [["apt-get", "update"], ["apt-get", "install"]]
    assert commands[1][-3:] == ["--no-install-recommends", "-qq", "xvfb"]


@pytest.mark.skipif(sys.platform != "linux", reason="apt exists on Linux only")
def test_others_are_told_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = debian(monkeypatch, root=False)
    with pytest.raises(
        dev.SetupError, match=r"sudo apt-get install -y --no-install-recommends xvfb"
    ):
        dev.install_debian_packages(["libgl1", "xvfb"])
    assert commands == []


@pytest.mark.skipif(sys.platform != "linux", reason="apt exists on Linux only")
def test_nothing_is_installed_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = debian(monkeypatch, root=True)
    dev.install_debian_packages(["libgl1", "libglib2.0-0"])
    assert commands == []


def test_pips_variables_win_over_its_files() -> None:
    listing = ":env:.index-url='https://b'\nglobal.index-url='https://a'\n"
    listing += "global.extra-index-url='https://c\\nhttps://d'\n"
    assert dev.parse_pip_settings(listing) == {
        "index-url": ["https://b"],
        "extra-index-url": ["https://c", "https://d"],
    }


def test_uv_is_told_pips_settings_but_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine")
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    env = dev.uv_environment({"index-url": ["https://b"], "find-links": ["/x", "/y"]})
    assert (env["UV_DEFAULT_INDEX"], env["UV_FIND_LINKS"]) == ("https://mine", "/x,/y")


def test_a_requirement_is_cut_out_of_the_lock_with_its_hashes() -> None:
    lock = "uv==1 \\\n    --hash=sha256:aa\nuvicorn==2 \\\n    --hash=sha256:bb\n"
    assert dev.requirement("uv", lock) == "uv==1 \\\n    --hash=sha256:aa\n"


def test_the_lock_pins_every_library_by_hash_and_names_no_host() -> None:
    lock = dev.LOCK.read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"(?m)^--", lock)
    for block in re.split(r"\n(?=\S)", lock):
        assert re.match(r"[a-z0-9-]+==", block), block
        assert "--hash=sha256:" in block, block


def test_the_lock_has_every_library_the_project_names() -> None:
    import tomllib

    project = tomllib.loads((dev.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    lock = dev.LOCK.read_text(encoding="utf-8")
    for requirement in named:
        name = re.split(r"[>=<; ]", requirement)[0].lower()
        assert re.search(rf"(?m)^{re.escape(name)}==", lock), name


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_linux_without_x_and_wayland_has_no_display(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not dev.has_display({"HOME": "/root"})
    assert dev.has_display({name: "x"})


def test_all_checks_run_even_if_one_fails(capfd: pytest.CaptureFixture[str]) -> None:
    code = dev.summary({"first": ["-c", "raise SystemExit(1)"], "second": ["-c", "print('here')"]})
    out = capfd.readouterr().out
    assert code == 1
    assert "here" in out
    assert re.search(r"first +FAILED", out)
    assert re.search(r"second +ok", out)


def test_options_of_a_test_run_go_to_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []

    def call(*arguments: str) -> int:
        calls.append(arguments)
        return 0

    monkeypatch.setattr(dev, "call", call)
    assert dev.test(argparse.Namespace(long=False), ["-k", "phrases"]) == 0
    assert dev.test(argparse.Namespace(long=True), ["samba"]) == 0
    assert calls == [
        ("-m", "pytest", "-k", "phrases"),
        ("-m", "tests.proofs", "samba"),
    ]


def test_the_long_tests_come_after_all_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: dict[str, list[str]] = {}

    def summary(given: dict[str, list[str]]) -> int:
        steps.update(given)
        return 0

    monkeypatch.setattr(dev, "summary", summary)
    dev.test(dev.parser().parse_args(["test", "--long"]), [])
    assert list(steps) == [*dev.CHECKS, "tests", "long"]
    assert steps["long"] == ["-m", "tests.proofs"]


@pytest.mark.skipif(sys.platform != "linux", reason="apt exists on Linux only")
def test_long_tests_go_on_without_their_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    debian(monkeypatch, root=False)
    dev.set_up_long()
    told = capsys.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends samba rclone fuse3 syncthing" in told


def test_a_folder_that_is_no_python_does_not_work(tmp_path: Path) -> None:
    assert not dev.works(tmp_path / "python")
    assert dev.works(Path(sys.executable))


def test_the_help_needs_no_set_up() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(dev.ROOT / "dev.py"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "bench" in done.stdout
