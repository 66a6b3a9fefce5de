#!/usr/bin/env python3
"""Set up, run and check Kefu Desk: `python3 dev.py --help`.

Uses the standard library only and prepares everything else itself: a `.venv` beside this
file, the locked libraries in it and, on Debian as root, the system packages Qt and the tests
need. Settings of pip and uv (indexes, proxies, certificates) are honoured.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.util
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "kefu-desk.stamp"
WINDOWS = os.name == "nt"
OLDEST = (3, 11)

QT_PACKAGES = [
    "libglib2.0-0",
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libfontconfig1",
    "libdbus-1-3",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
    "fonts-wqy-microhei",
]
# libatomic1 is for the program through which tests steer the browser.
TEST_PACKAGES = ["xvfb", "xauth", "chromium", "libatomic1"]
# A server of shares, what mounts them without the kernel's help, a program that copies folders,
# one that reads workbooks; a pinyin input method, the bus it speaks over, and a hand for its keys.
LONG_PACKAGES = ["samba", "rclone", "fuse3", "syncthing", "libreoffice-calc"]
LONG_PACKAGES += ["ibus-libpinyin", "dbus", "xdotool"]

CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "texts": ["-m", "resources.locale.catalogue", "--check"],
}

# How pip's settings are called in uv; uv reads neither pip's files nor its variables.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the result is the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if sys.version_info < OLDEST:
        return use_newer_python(arguments)
    options, rest = parser().parse_known_args(arguments)
    verb = options.verb
    if verb == "kefu":
        rest = arguments[arguments.index("kefu") + 1 :]
    elif rest and verb not in {"test", "run"}:
        parser().error("unknown options: " + " ".join(rest))
    try:
        set_up(tests=verb in {"test", "shots"} or bool(getattr(options, "shots", None)))
        if getattr(options, "long", False):
            set_up_long()
        return VERBS[verb](options, rest)
    except SetupError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The verbs and their options."""
    top = argparse.ArgumentParser(prog="dev.py", description="Set up, run and check Kefu Desk.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    run = verbs.add_parser("run", help="open the desk on the practice shop")
    run.add_argument("--shots", metavar="DIR", help="write pictures of every view there, then end")
    run.add_argument("--port", type=int, default=5900, help="VNC port where there is no display")
    run.add_argument("--size", default="1366x768", help="VNC screen size, e.g. 1920x1080")
    testing = verbs.add_parser(
        "test", help="all checks and tests; options (-k NAME …) go to pytest alone"
    )
    testing.add_argument(
        "--long",
        action="store_true",
        help="and then what takes long: Samba, Syncthing, kill loops, LibreOffice, pinyin, thousands of histories; "
        "--long PROOF … runs some of it alone, --long --list names them, --long --resume goes on",
    )
    verbs.add_parser("check", help="the fast checks: format, lint, types, imports, texts")
    shots = verbs.add_parser("shots", help="write pictures of every view")
    shots.add_argument("directory", nargs="?", default="shots", metavar="DIR")
    bench = verbs.add_parser("bench", help="measure against the references, print the ratios")
    bench.add_argument("names", nargs="*", help="only these benchmarks")
    bench.add_argument("--messages", type=int, default=1_000_000, help="size of the seeded shop")
    texts = verbs.add_parser("texts", help="collect texts into the catalogues and compile them")
    texts.add_argument("areas", nargs="*", help="only these areas, e.g. orders phrases")
    verbs.add_parser("lock", help="renew requirements.lock from pyproject.toml")
    verbs.add_parser("setup", help="prepare everything, run nothing")
    verbs.add_parser("kefu", help="any command of the desk itself: dev.py kefu VERB …")
    return top


# --- setting up ------------------------------------------------------------------------------


class SetupError(Exception):
    """The surroundings lack something a person has to provide; the text says what."""


def use_newer_python(arguments: list[str]) -> int:
    """Start again under a Python that is new enough, if one is on PATH."""
    for minor in (13, 12, 11):
        if python := shutil.which(f"python3.{minor}"):
            return subprocess.call([python, str(ROOT / "dev.py"), *arguments])
    print("dev.py: Python 3.11 or newer is needed", file=sys.stderr)
    return 3


def set_up(*, tests: bool) -> None:
    """Bring `.venv`, its libraries and the system packages up to date; quick if they are."""
    wanted = stamp_text(tests=tests)
    have = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if works(venv_python()) and have in {wanted, stamp_text(tests=True)}:
        return compile_texts()
    install_debian_packages(QT_PACKAGES + (TEST_PACKAGES if tests else []))
    if not works(venv_python()):
        make_venv()
    if have.splitlines()[:1] != wanted.splitlines()[:1]:
        install_libraries()
    STAMP.write_text(wanted, encoding="utf-8")
    return compile_texts()


def set_up_long() -> None:
    """Install what the long tests need; each skips itself where its program is missing."""
    try:
        install_debian_packages(LONG_PACKAGES, needed_for="some of the long tests")
    except SetupError as error:
        say(str(error))


def stamp_text(*, tests: bool) -> str:
    """What a finished set-up is known by: the lock file, and the system packages looked at."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.exists() else "no lock"
    return f"{lock}\n{' '.join(QT_PACKAGES + (TEST_PACKAGES if tests else []))}\n"


def venv_python() -> Path:
    """The Python of `.venv`, whether or not it exists yet."""
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def works(python: Path) -> bool:
    """Whether that Python starts and is new enough; a moved or updated one may not."""
    code = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.call([str(python), "-c", code], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv() -> None:
    """Create `.venv`; Debian's Python may need its venv package for that first."""
    if not has_venv():
        minor = f"python3.{sys.version_info.minor}-venv"
        install_debian_packages([minor], needed_for="making a virtual environment")
        if not has_venv():
            raise SetupError("this Python has no venv module; install one that has")
    say("making .venv")
    checked([sys.executable, "-m", "venv", "--clear", str(VENV)])


def has_venv() -> bool:
    """Whether this Python can make a virtual environment with pip in it (Debian splits it off)."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def install_libraries() -> None:
    """Install exactly what the lock file names, by uv (seconds) or else by pip (a minute)."""
    if not LOCK.exists():
        return
    say("installing the libraries of requirements.lock")
    if not has_module("uv"):
        install_uv()
    # Compiled now, once: the first start, and every start where Python may not write, is faster.
    uv = [*python("-m", "uv"), "pip", "install", "--compile-bytecode"]
    uv += ["--python", str(venv_python())]
    if subprocess.call(
        [*uv, "--require-hashes", "-r", str(LOCK)], cwd=ROOT, env=uv_environment(pip_settings())
    ):
        say("uv did not succeed, trying pip")
        checked(python("-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)))


def install_uv() -> None:
    """Put the locked uv into `.venv`; without it pip does the work later."""
    wanted = requirement("uv", LOCK.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "uv.txt"
        file.write_text(wanted, encoding="utf-8")
        subprocess.call(python("-m", "pip", "install", "-q", "--require-hashes", "-r", str(file)))


def requirement(name: str, lock: str) -> str:
    """One library's lines of the lock file, hashes included."""
    lines: list[str] = []
    inside = False
    for line in lock.splitlines():
        if not line.startswith((" ", "#")):
            inside = line.startswith(f"{name}==")
        if inside:
            lines.append(line)
    return "\n".join(lines) + "\n"


def has_module(name: str) -> bool:
    """Whether `.venv` has that module."""
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is None)"
    return subprocess.call(python("-c", code)) == 0


def pip_settings() -> dict[str, list[str]]:
    """What pip would use here, from its files and variables: `{"index-url": [...], ...}`."""
    listing = subprocess.run(
        python("-m", "pip", "config", "list"), capture_output=True, text=True, check=False
    )
    return parse_pip_settings(listing.stdout)


def parse_pip_settings(listing: str) -> dict[str, list[str]]:
    """Read the output of `pip config list`; variables win over `install`, that over `global`."""
    ranked: dict[str, tuple[int, list[str]]] = {}
    ranks = {"global": 0, "install": 1, ":env:": 2}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        rank = ranks.get(section, -1)
        if rank >= ranked.get(key, (0, []))[0]:
            ranked[key] = (rank, str(ast.literal_eval(value)).split())
    return {key: values for key, (_rank, values) in ranked.items()}


def uv_environment(pip: dict[str, list[str]]) -> dict[str, str]:
    """The environment with pip's settings in uv's names; what uv was told itself stays."""
    env = dict(os.environ)
    for key, variable in UV_NAMES.items():
        if values := pip.get(key):
            separator = "," if key == "find-links" else " "
            env.setdefault(variable, separator.join(values))
    if "UV_INDEX" in env or "UV_EXTRA_INDEX_URL" in env:
        # Every file is pinned by its hash, so any index may provide it, as with pip.
        env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return env


def install_debian_packages(names: list[str], needed_for: str = "Qt and the tests") -> None:
    """Install what is missing of these on Debian and its kin; elsewhere Qt brings what it needs."""
    if not (sys.platform == "linux" and shutil.which("apt-get") and shutil.which("dpkg-query")):
        return
    missing = missing_packages(names, installed_packages())
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends"]
    if os.geteuid() != 0:
        command = f"sudo apt-get update && sudo {shlex.join([*install, *missing])}"
        raise SetupError(f"system packages are missing for {needed_for}; please run:\n  {command}")
    say("installing system packages: " + " ".join(missing))
    # dpkg needs the administrator's programs, which not every PATH has.
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    env = {**os.environ, "PATH": path, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call(["apt-get", "update", "-qq"], env=env)
    if subprocess.call([*install, "-qq", *missing], env=env) == 0:
        return
    for name in missing:  # one name this release does not know must not keep out the others
        if subprocess.call([*install, "-qq", name], env=env):
            say(f"could not install {name}; what needs it will not work")


def installed_packages() -> str:
    """Debian's list of packages: name, state and what else each provides."""
    command = ["dpkg-query", "-W", "-f=${Package}\t${db:Status-Status}\t${Provides}\n"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def missing_packages(names: list[str], listing: str) -> list[str]:
    """Those of `names` that neither are installed nor provided by an installed package."""
    have: set[str] = set()
    for line in listing.splitlines():
        name, state, provides = line.split("\t")
        if state == "installed":
            have |= {name, *(entry.split()[0] for entry in provides.split(",") if entry.strip())}
    return [name for name in names if name not in have]


def compile_texts() -> None:
    """Renew the compiled translations if a catalogue changed."""
    checked(python("-m", "resources.locale.catalogue", "--compile"))


# --- verbs -----------------------------------------------------------------------------------


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """Open the desk on the practice shop, over VNC on loopback where there is no display."""
    if options.shots:
        return write_shots(Path(options.shots))
    env = dict(os.environ)
    if not has_display(env):
        port = free_port(options.port)
        env["QT_QPA_PLATFORM"] = f"vnc:size={options.size}:port={port}"
        print(
            f"There is no display here: the window is served over VNC at 127.0.0.1:{port} "
            f"(this machine only). Connect with a VNC viewer, from elsewhere through\n"
            f"  ssh -L {port}:127.0.0.1:{port} <this machine>\n"
            "Pictures instead: python3 dev.py run --shots DIR. Ctrl+C ends the desk.",
            flush=True,
        )
    return call("-m", "ui", "--practice", *rest, env=env)


def has_display(env: dict[str, str]) -> bool:
    """Whether a window can be shown: not on a Linux without X11 and Wayland."""
    known = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(env.get(name) for name in known)


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise SetupError(f"no free port from {first} on")


def test(options: argparse.Namespace, rest: list[str]) -> int:
    """All checks and the tests; with options, only the tests (or proofs), which get the options."""
    tests = ["-m", "pytest", "-n", str(min(4, os.cpu_count() or 1))]
    proofs = ["-m", "tests.proofs"]
    if rest:
        return call(*(proofs if options.long else tests[:2]), *rest)
    return summary({**CHECKS, "tests": tests, **({"long": proofs} if options.long else {})})


def check(_options: argparse.Namespace, _rest: list[str]) -> int:
    """The checks that take seconds."""
    return summary(CHECKS)


def summary(steps: dict[str, list[str]]) -> int:
    """Run all steps, whatever fails, and tell the results together at the end."""
    lines, failed = [], False
    for name, command in steps.items():
        say(name)
        start = time.monotonic()
        code = call(*command)
        failed |= code != 0
        lines.append(
            f"{name:8} {'ok' if code == 0 else 'FAILED':6} {time.monotonic() - start:6.1f} s"
        )
    print("\n" + "\n".join(lines), flush=True)
    return int(failed)


def shots(options: argparse.Namespace, _rest: list[str]) -> int:
    """Pictures of every view."""
    return write_shots(Path(options.directory))


def write_shots(directory: Path) -> int:
    """Pictures of every view in both themes, languages and sizes."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return call("-m", "ui.shell.shots", str(directory.resolve()), env=env)


def bench(options: argparse.Namespace, _rest: list[str]) -> int:
    """The benchmarks, printed as ratios."""
    return call("-m", "tests.benchmarks", "--messages", str(options.messages), *options.names)


def texts(options: argparse.Namespace, _rest: list[str]) -> int:
    """Collect new texts, drop unused ones, compile."""
    return call("-m", "resources.locale.catalogue", *options.areas)


def lock(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Renew the lock: every platform, every file by hash, no registry named."""
    command = python("-m", "uv", "pip", "compile", "pyproject.toml", "--group", "dev")
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    command += ["--no-header", "--no-emit-index-url", "--no-emit-find-links", "-q"]
    command += ["--upgrade", "-o", str(LOCK)]
    # Extra indexes and local folders often hold this platform's files only: hashes of all
    # platforms come from the main index.
    local = {"extra-index-url", "find-links"}
    pip = {key: values for key, values in pip_settings().items() if key not in local}
    return subprocess.call(command, cwd=ROOT, env=uv_environment(pip))


def setup(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Nothing more than the set-up that has just been done."""
    return 0


def kefu(_options: argparse.Namespace, rest: list[str]) -> int:
    """The desk's own command line, in the caller's folder so that file names mean the same."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.call(python("-P", "-m", "ui", *rest), env=env)


VERBS = {
    "run": run,
    "test": test,
    "check": check,
    "shots": shots,
    "bench": bench,
    "texts": texts,
    "lock": lock,
    "setup": setup,
    "kefu": kefu,
}


# --- small things ----------------------------------------------------------------------------


def python(*arguments: str) -> list[str]:
    """A command line for the Python of `.venv`."""
    return [str(venv_python()), *arguments]


def call(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run the Python of `.venv` in the checkout; the result is the exit code."""
    return subprocess.call(python(*arguments), cwd=ROOT, env=env)


def checked(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run a step of the set-up; a failure ends it with the command that failed."""
    if code := subprocess.call(command, cwd=ROOT, env=env):
        raise SetupError(f"this command failed ({code}): {shlex.join(command)}")


def say(text: str) -> None:
    """One line of progress."""
    print(f"== {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
