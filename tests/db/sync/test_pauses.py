"""Waits that grow each time that something was in vain."""

from db.sync.pauses import Pause


def test_each_wait_is_twice_as_long_up_to_the_longest() -> None:
    pause, now, waits = Pause(10, 45), 0, []
    for _ in range(5):
        pause.begin(now)
        start = now
        while pause.lasts(now):
            now += 1
        waits.append(now - start)
    assert waits == [10, 20, 40, 45, 45]
    pause.end()
    pause.begin(now)
    assert (pause.lasts(now + 9), pause.lasts(now + 10)) == (True, False)


def test_nothing_waits_for_a_clock_that_was_set_back() -> None:
    pause = Pause(10, 45)
    pause.begin(1_000_000)
    assert not pause.lasts(999_000)


def test_after_a_long_time_it_begins_anew() -> None:
    pause = Pause(10, 20)
    for now in (0, 10, 20, 1_000):
        pause.begin(now)
    assert not pause.lasts(1_010)
