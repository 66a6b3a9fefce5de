"""What no computer can bring back: asked for, named, and given up by a person so the rest goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.sync.asks import DIRECTORY as ASKS
from db.sync.asks import Ask
from db.sync.judgement import Pin
from db.sync.losses import Loss
from db.sync.relay import MemoryRelay
from db.sync.said_again import note_held
from db.sync.store import Store
from tests.db.sync.homes import Clock, Home, Register, settle
from tests.db.sync.test_engine import add, nicks

Pair = tuple[Home, Home, Home]


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Pair]:
    relay, register, clock = MemoryRelay(), Register(), Clock()
    made = tuple(Home(tmp_path / name, name, relay, register, clock) for name in "abc")
    settle(*made)
    yield made[0], made[1], made[2]
    for home in made:
        home.close()


def lose(writer: Home, number: int) -> None:
    """Take a segment out of the folder and out of its writer's home."""
    names = writer.relay.list(f"ops/{writer.dev:016x}/{number:010d}.")
    assert names
    for name in names:
        writer.relay.delete(name)
    with writer.db.write("system") as session:
        session.connection().exec_driver_sql(
            "UPDATE sync_sealed SET data = NULL WHERE dev = ? AND seq = ?", (writer.dev, number)
        )


def write_three_and_lose(writer: Home, number: int) -> None:
    for nick in ("one", "two", "three"):
        add(writer, nick)
        writer.sync()
    lose(writer, number)


def set_back(reader: Home, dev: int, seq: int) -> None:
    """Let a reader forget how far it knows a log, as undoing a snapshot does; the rows stay."""
    with reader.db.write("system") as session:
        connection = session.connection()
        note_held(connection, dev, Store(connection).cursor(dev).seq)
        for statement in (
            "DELETE FROM sync_seen WHERE dev = ? AND seq > ?",
            "DELETE FROM sync_copy WHERE dev = ? AND seq > ?",
        ):
            connection.exec_driver_sql(statement, (dev, seq))
        connection.exec_driver_sql("UPDATE sync_cursor SET seq = ? WHERE dev = ?", (seq, dev))


def wait_and_look(*homes: Home) -> None:
    for _ in range(5):
        for home in homes:
            assert home.around is not None
            home.around.sleep(20)
            home.sync()


def open_problems(home: Home) -> list[tuple[object, ...]]:
    return home.ask("SELECT code, about FROM sync_problem WHERE closed_at IS NULL")


def test_a_gap_is_gone_over_once_a_person_gave_it_up(homes: Pair) -> None:
    a, b, _ = homes
    write_three_and_lose(a, 2)
    wait_and_look(b)
    assert nicks(b) == {"one"}
    assert open_problems(b) == [("missing", f"{a.dev:016x}/2")]
    assert b.engine.reader.give_up("somebody") == [Loss(a.dev, 2, 2)]
    b.sync()
    assert nicks(b) == {"one", "three"}
    assert open_problems(b) == []
    assert b.ask("SELECT detail FROM sync_problem WHERE code = 'lost'") == [('{"by": "somebody"}',)]
    assert b.relay.list(f"{ASKS}{b.dev:016x}.{a.dev:016x}.") == []
    b.restart()
    add(a, "four")
    settle(a, b)
    assert nicks(b) == {"one", "three", "four"}


def test_what_turns_up_late_is_still_taken(homes: Pair) -> None:
    a, b, _ = homes
    for nick in ("one", "two", "three"):
        add(a, nick)
        a.sync()
    (name,) = a.relay.list(f"ops/{a.dev:016x}/{2:010d}.")
    data = a.relay.get(name)
    lose(a, 2)
    wait_and_look(b)
    b.engine.reader.give_up("somebody")
    b.sync()
    b.relay.put_new(name, data)
    b.sync()
    assert nicks(b) == {"one", "two", "three"}


def test_the_end_of_a_log_that_is_lost_keeps_nobody_waiting(homes: Pair) -> None:
    a, b, c = homes
    write_three_and_lose(a, 3)
    wait_and_look(b, c)
    assert ("missing", f"{a.dev:016x}/3") in open_problems(b)
    b.engine.reader.give_up("somebody")
    wait_and_look(b)
    assert open_problems(b) == []
    assert not b.engine.reader.gap
    assert nicks(b) == {"one", "two"}
    # Who decided nothing still waits, and is told so.
    assert ("missing", f"{a.dev:016x}/3") in open_problems(c)


def test_a_damaged_segment_that_nobody_has_whole_can_be_given_up(homes: Pair) -> None:
    a, b, _ = homes
    for nick in ("one", "two", "three"):
        add(a, nick)
        a.sync()
    (name,) = a.relay.list(f"ops/{a.dev:016x}/{2:010d}.")
    data = a.relay.get(name)
    lose(a, 2)
    a.relay.put_new(name, data[:-1] + bytes([data[-1] ^ 1]))
    wait_and_look(b)
    assert nicks(b) == {"one"}
    b.engine.reader.give_up("somebody")
    b.sync()
    assert nicks(b) == {"one", "three"}
    wait_and_look(b)
    assert open_problems(b) == []


def test_nothing_is_given_up_that_was_not_named_as_missing(homes: Pair) -> None:
    a, b, _ = homes
    write_three_and_lose(a, 2)
    b.sync()
    assert b.engine.reader.give_up("somebody") == []
    assert nicks(b) == {"one"}


def test_who_looks_once_asks_at_once_and_finds_it_the_next_time(homes: Pair) -> None:
    a, b, c = homes
    for nick in ("one", "two", "three"):
        add(a, nick)
        a.sync()
    c.sync()
    lose(a, 2)
    b.sync()
    assert b.engine.reader.ask_now() == 1
    assert open_problems(b) == [("missing", f"{a.dev:016x}/2")]
    assert len(b.relay.list(f"{ASKS}{b.dev:016x}.{a.dev:016x}.")) == 1
    wait_and_look(c)
    b.restart()  # another process, another day
    b.sync()
    assert nicks(b) == {"one", "two", "three"}
    b.sync()
    assert b.relay.list(f"{ASKS}{b.dev:016x}.") == []
    assert open_problems(b) == []


def test_who_holds_what_was_given_up_says_it_again_once_its_writer_is_shut_out(homes: Pair) -> None:
    """Its log was set back after a snapshot was undone: nobody could tell that it holds the rows.

    Before that its writer could say it itself, and might turn out to have had no right to it.
    """
    a, b, c = homes
    for nick in ("one", "two", "three"):
        add(a, nick)
        a.sync()
        if nick == "one":
            b.sync()
    c.sync()
    set_back(c, a.dev, 1)
    lose(a, 2)
    for home in (b, c):
        wait_and_look(home)
        assert home.engine.reader.give_up("somebody") == [Loss(a.dev, 2, 2)]
        home.sync()
    settle(b, c)
    assert (nicks(b), nicks(c)) == ({"one", "three"}, {"one", "two", "three"})
    with c.db.read() as session:
        last = Store(session.connection()).cursor(a.dev)
    a.register.pins[a.dev] = Pin(last.seq, frozenset({last.digest8}))
    settle(b, c)
    assert nicks(b) == nicks(c) == {"one", "two", "three"}
    assert c.engine.seal() == c.engine.writer.say_again() == 0


def test_the_end_that_a_revocation_tells_of_is_looked_for(homes: Pair) -> None:
    """Who shut the writer out had read so far; of the others no head says so any more."""
    a, b, c = homes
    add(a, "one")
    a.sync()
    b.sync()
    add(a, "two")
    a.sync()
    c.sync()
    with c.db.read() as session:
        last = Store(session.connection()).cursor(a.dev)
    lose(a, 2)
    set_back(c, a.dev, 1)
    a.register.pins[a.dev] = Pin(last.seq, frozenset({last.digest8}))
    settle(b, c)
    for home in (b, c):
        wait_and_look(home)
        assert open_problems(home) == [("missing", f"{a.dev:016x}/2")]
        assert home.engine.reader.give_up("somebody") == [Loss(a.dev, 2, 2)]
    settle(b, c)
    assert nicks(b) == nicks(c) == {"one", "two"}


def test_an_ask_that_was_damaged_is_made_again(homes: Pair) -> None:
    """Nobody answers what cannot be read."""
    a, b, c = homes
    write_three_and_lose(a, 2)
    wait_and_look(b)
    (ask,) = b.relay.list(f"{ASKS}{b.dev:016x}.{a.dev:016x}.")
    b.relay.delete(ask)
    b.relay.put_new(ask, b"damaged")
    wait_and_look(b)
    assert b.relay.get(ask) != b"damaged"
    assert c.engine.asks.is_due(Ask(ask, b.dev, a.dev, 2), mine=True)


def test_all_that_is_missing_of_a_log_is_asked_for_together(homes: Pair) -> None:
    a, b, c = homes
    for nick in ("one", "two", "three", "four", "five"):
        add(a, nick)
        a.sync()
    c.sync()
    for number in (2, 3, 4):
        lose(a, number)
    wait_and_look(b)
    asks = b.relay.list(f"{ASKS}{b.dev:016x}.{a.dev:016x}.")
    assert [int(name.split(".")[-2]) for name in asks] == [2, 3, 4]
    wait_and_look(c)
    b.sync()
    assert nicks(b) == {"one", "two", "three", "four", "five"}
    b.sync()
    assert b.relay.list(f"{ASKS}{b.dev:016x}.") == []
