"""When the sharing's thread looks, seals and passes; the clock is the test's, and no thread runs."""

from pathlib import Path

import pytest

from app.sync.place import PACES, Pace, Place
from app.sync.rounds import FULL_EVERY_S, PASS_EVERY_S, Rounds
from app.sync.turn import Turn
from db.changes import Changes
from db.sync.relay import RelayOffline

WRITTEN = Changes({"customers": frozenset()})


class Desk:
    """Chores that note when they were done. `names` is what lies in the folder."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.now = 1_000.0
        self.names: frozenset[str] | None = frozenset()
        self.restless = False
        self.done: list[str] = []
        self.asked = 0

    def pace(self) -> Pace:
        self.asked += 1
        return PACES[self.place]

    def glance(self) -> frozenset[str]:
        self.done.append("glance")
        if self.names is None:
            raise RelayOffline
        return self.names

    def work(self, *, full: bool, seal: bool) -> bool:
        self.done.append(" ".join(filter(None, ("pass", "full" * full, "seal" * seal))))
        return self.restless

    def idle(self) -> None:
        self.done.append("idle")

    def look(self) -> None:
        self.done.append("look")

    def leave(self) -> None:
        self.done.append("leave")


class Day:
    """Rounds that are walked through step by step."""

    def __init__(self, root: Path, place: Place) -> None:
        self.desk = Desk(place)
        self.rounds = Rounds(Turn(root / "lock"), self.desk, lambda: self.desk.now)
        self.live(1)
        self.desk.done.clear()

    def live(self, seconds: float) -> list[str]:
        """Let time pass; returns what was done in it."""
        self.desk.done.clear()
        end = self.desk.now + seconds
        while True:
            leisure = max(self.rounds._step(), 0.001)
            if self.desk.now + leisure > end:
                self.desk.now = end
                return list(self.desk.done)
            self.desk.now += leisure

    def write(self) -> None:
        self.rounds.heed(WRITTEN)


@pytest.fixture
def day(tmp_path: Path, request: pytest.FixtureRequest) -> Day:
    return Day(tmp_path, getattr(request, "param", Place.LOCAL))


def at(place: Place) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("day", [place], indirect=True)


def test_the_first_look_is_at_everything(tmp_path: Path) -> None:
    desk = Desk(Place.LOCAL)
    Rounds(Turn(tmp_path / "lock"), desk, lambda: desk.now)._step()
    assert desk.done == ["glance", "pass full seal"]


def test_where_nothing_happens_only_the_names_are_looked_at(day: Day) -> None:
    done = day.live(20)
    assert set(done) == {"glance", "idle"}
    assert done.count("glance") == pytest.approx(20 / PACES[Place.LOCAL].poll_s, abs=1)


def test_now_and_then_a_pass_is_done_all_the_same_and_sometimes_a_full_one(day: Day) -> None:
    done = [what for what in day.live(FULL_EVERY_S + PASS_EVERY_S) if what.startswith("pass")]
    assert len(done) == pytest.approx((FULL_EVERY_S + PASS_EVERY_S) / PASS_EVERY_S, abs=1)
    assert done.count("pass full seal") == 1


def test_news_is_taken_with_the_glance_that_showed_it(day: Day) -> None:
    day.desk.names = frozenset({"head/1"})
    assert day.live(1.2)[:2] == ["glance", "pass seal"]
    assert "pass seal" not in day.live(2)


def test_a_folder_that_is_away_is_the_pass_s_to_tell(day: Day) -> None:
    day.desk.names = None
    assert day.live(0.6) == ["glance", "pass seal"]


def test_as_long_as_the_next_pass_may_find_more_there_is_one_at_every_look(day: Day) -> None:
    day.desk.restless = True
    day.desk.names = frozenset({"head/1"})
    assert day.live(3).count("pass seal") >= 5
    day.desk.restless = False
    day.live(1)
    assert "pass seal" not in day.live(3)


def test_what_is_written_here_goes_out_after_a_moment_of_quiet(day: Day) -> None:
    day.live(0.4)
    day.write()
    assert "pass seal" not in day.live(0.2)
    assert "pass seal" in day.live(0.2)


def test_who_writes_without_a_pause_is_sealed_all_the_same(day: Day) -> None:
    sealed = 0
    for _ in range(60):
        day.write()
        sealed += day.live(0.1).count("pass seal")
    assert sealed == pytest.approx(6 / PACES[Place.LOCAL].most_s, abs=1)


def test_what_sync_itself_wrote_is_no_news(day: Day) -> None:
    day.rounds.heed(Changes({"customers": frozenset()}, "sync"))
    assert "pass seal" not in day.live(5)


@at(Place.COPIED)
def test_others_news_makes_no_small_files_where_few_large_ones_are_wanted(day: Day) -> None:
    done = []
    for number in range(60):
        day.write()
        day.desk.names = frozenset({f"head/{number}"})
        done += day.live(1)
    assert done.count("pass") > done.count("pass seal") > 1
    assert done.count("pass seal") <= 60 / PACES[Place.COPIED].quiet_s


@at(Place.SHARE)
def test_on_a_share_a_change_is_out_soon_though_others_write(day: Day) -> None:
    day.write()
    for number in range(4):
        day.desk.names = frozenset({f"head/{number}"})
        if "pass seal" in day.live(1):
            return
    pytest.fail("not sealed within four seconds")


def test_the_pace_is_asked_for_now_and_then_and_a_new_one_holds(day: Day) -> None:
    day.desk.asked = 0
    day.live(20)
    assert day.desk.asked <= 5
    day.desk.place = Place.COPIED
    day.live(6)
    assert day.live(20).count("glance") <= 5


def test_where_another_process_is_at_it_this_one_only_looks(tmp_path: Path) -> None:
    desk, other = Desk(Place.LOCAL), Turn(tmp_path / "lock")
    assert other.take()
    rounds = Rounds(Turn(tmp_path / "lock"), desk)
    rounds.start()
    rounds.stop()
    assert set(desk.done) == {"look", "leave"}
    other.give_back()
