"""Taking back what one did: the latest step first, for ten minutes."""

from app.core.errors import UserError
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notice, Notices
from ui.shell.undoing import SECONDS, UNDO, Undoing


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_latest_step_is_taken_back_first_and_each_once(jobs: InlineJobs) -> None:
    commands, done = Commands(), list[str]()
    undoing = Undoing(jobs, Notices(), commands)
    assert not commands.run(UNDO)
    undoing.offer("a", lambda: done.append("a"))
    undoing.offer("b", lambda: done.append("b"))
    assert commands.run(UNDO)
    assert commands.run(UNDO)
    assert not commands.run(UNDO)
    assert done == ["b", "a"]


def test_a_notice_takes_back_its_own_step(jobs: InlineJobs) -> None:
    notices, said, done = Notices(), list[Notice](), list[str]()
    notices.posted.connect(said.append)
    undoing = Undoing(jobs, notices, Commands())
    undoing.offer("a", lambda: done.append("a"), said="a is done")
    undoing.offer("b", lambda: done.append("b"))
    action = said[0].action
    assert action is not None
    gone = list[Notice]()
    notices.outdated.connect(gone.append)
    action[1]()
    action[1]()
    assert done == ["a"]
    assert gone == [said[0]]
    undoing.take_back()
    assert done == ["a", "b"]


def test_a_step_of_long_ago_stays(jobs: InlineJobs) -> None:
    clock, done = Clock(), list[str]()
    undoing = Undoing(jobs, Notices(), Commands(), clock)
    undoing.offer("a", lambda: done.append("a"))
    clock.now = SECONDS / 2
    undoing.offer("b", lambda: done.append("b"))
    clock.now = SECONDS + 1
    undoing.take_back()
    undoing.take_back()
    assert done == ["b"]


def test_what_can_not_be_taken_back_is_said(jobs: InlineJobs) -> None:
    notices, said = Notices(), list[Notice]()
    notices.posted.connect(said.append)
    undoing = Undoing(jobs, notices, Commands())

    def refuse() -> None:
        raise UserError("changed since", code="changed_since")

    undoing.offer("a", refuse)
    undoing.take_back()
    assert [(notice.kind, notice.text) for notice in said] == [("danger", "changed since")]
