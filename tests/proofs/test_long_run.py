"""The long run chooses, remembers, and says why it left something out."""

from pathlib import Path

import pytest

from tests.proofs import __main__ as run


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Proofs that were run; "samba" fails."""
    names: list[str] = []

    def pretend(name: str, _arguments: list[str]) -> run.Outcome:
        names.append(name)
        return run.Outcome(name, int(name == "samba"), 1.0, tests=2)

    monkeypatch.setattr(run, "PASSED", tmp_path / "passed")
    monkeypatch.setattr(run, "_run", pretend)
    return names


def test_all_of_them_or_the_named_ones_in_their_order(calls: list[str]) -> None:
    assert run.main(["undo", "folder"]) == 0
    assert calls == ["folder", "undo"]
    calls.clear()
    assert run.main([]) == 1
    blocks = {name: max(1, proof.blocks) for name, proof in run.PROOFS.items()}
    in_order = [name for name, count in blocks.items() for _ in range(count)]
    assert [name.partition("[")[0] for name in calls] == [*in_order, "others"]
    numbers = [name for name in calls if name.startswith("numbers")]
    assert numbers == [f"numbers[{block}]" for block in range(blocks["numbers"])]


def test_a_run_goes_on_where_it_was_broken_off(calls: list[str]) -> None:
    run.PASSED.write_text("folder\nundo\n")
    run.main(["--resume"])
    assert "folder" not in calls
    assert "samba" in calls
    run.main(["folder"])
    assert calls[-1] == "folder"


def test_a_proof_that_nobody_knows_is_refused(calls: list[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["sanba"])
    assert calls == []


def test_every_proof_selects_tests_that_are_there() -> None:
    for name, proof in run.PROOFS.items():
        files = [a.partition("::") for a in proof.arguments if ".py" in a]
        assert files, name
        for path, _, test in files:
            text = (run.REPO / path).read_text()
            assert f"def {test}(" in text or not test, name


def test_the_simulation_plays_as_many_shops_as_told() -> None:
    assert _blocks_played(250) == list(range(3))
    assert _blocks_played(10_000) == list(range(100))


def _blocks_played(histories: int) -> list[int]:
    proofs = dict(run.PROOFS)
    steps = run._steps("histories", proofs["histories"], histories)
    arguments = [a for step in steps for a in run._arguments(step, proofs, histories)]
    return [int(a.partition("[")[2].rstrip("]")) for a in arguments if "[" in a]


def test_a_summary_tells_why_something_was_left_out(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase name="a"><skipped message="no FUSE"/></testcase>'
        '<testcase name="b"/></testsuite></testsuites>'
    )
    tests, words = run._read(report)
    assert "skipped: no FUSE" in run.Outcome("samba", 0, 1.0, tests, words).line()
    assert " ok " in run.Outcome("samba", 0, 1.0, tests, words).line()
    assert " skipped " in run.Outcome("samba", 0, 1.0, 1, words).line()
    assert " FAILED " in run.Outcome("samba", 1, 1.0, 1).line()
    assert " none " in run.Outcome("samba", 5, 1.0).line()
