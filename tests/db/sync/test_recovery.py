"""A shop is taken back by the words of its sheet, and by nothing less."""

import pytest

from db.sync.exclusion import renew_root, revoke
from db.sync.membership import ShopMembership
from db.sync.recovery import (
    BadWords,
    SheetUnknown,
    SheetVoid,
    Words,
    make_sheet,
    parse_words,
    recover,
)
from tests.db.sync.shops import Shop


@pytest.fixture(autouse=True)
def quick_stretching(monkeypatch: pytest.MonkeyPatch) -> None:
    # The stretching costs a second each time; that it is done is another test's matter.
    monkeypatch.setattr("db.sync.recovery.MEMORY_KIB", 64)
    monkeypatch.setattr("db.sync.recovery.PASSES", 1)


def sheet(shop: Shop, member: ShopMembership) -> Words:
    return make_sheet(member, shop.relay, "chinese_simplified", shop.surroundings)


def taken_back(shop: Shop, words: str, name: str = "saved") -> ShopMembership:
    database = shop.homes.get(name) or shop.home(name)
    entropy = parse_words(words)
    made = recover(database, shop.relay, shop.marker, entropy, (name, "/shared"), shop.surroundings)
    shop.members[name] = made
    shop.settle()
    return made


def test_words_can_be_typed_or_scanned(shop: Shop) -> None:
    founder = shop.found()
    chinese = sheet(shop, founder)
    english = make_sheet(founder, shop.relay, "english", shop.surroundings)
    for made in (chinese, english):
        assert len(made.words) == 12
        entropy = parse_words(made.payload)
        assert parse_words(" ".join(made.words)) == entropy
        assert parse_words(f"  {'  '.join(made.words).upper()}\n") == entropy
        assert parse_words(made.payload.lower()) == entropy
    assert parse_words("".join(chinese.words)) == parse_words(chinese.payload)
    assert chinese.words != sheet(shop, founder).words


@pytest.mark.parametrize("change", ["missing", "swapped", "unknown", "empty", "payload"])
def test_wrong_words_are_noticed(shop: Shop, change: str) -> None:
    words = [*make_sheet(shop.found(), shop.relay, "english", shop.surroundings).words]
    # One chance in sixteen that swapped words fit by their check bits: then others are swapped.
    text = {
        "missing": " ".join(words[:-1]),
        "swapped": " ".join([*words[1:], words[0]]),
        "unknown": " ".join([*words[:-1], "kefu"]),
        "empty": "",
        "payload": "KEFU1:00",
    }[change]
    try:
        entropy = parse_words(text)
    except BadWords:
        return
    assert change == "swapped"
    assert entropy != parse_words(" ".join(words))


def test_who_has_the_words_reads_all_and_rules(shop: Shop) -> None:
    founder = shop.found()
    words = sheet(shop, founder)
    agent = shop.admit("agent")
    founder.rotate(shop.relay)
    saved = taken_back(shop, words.payload)
    assert saved.manager
    assert saved.root is not None
    assert dict(saved.epochs) == dict(founder.epochs)
    assert saved.names()[agent.station] == "agent"
    assert founder.names()[saved.station] == "saved"
    revoke(saved, shop.relay, founder.station, shop.surroundings)
    shop.settle()
    assert agent.judgement.managers() == [saved.station]
    assert agent.current == saved.current
    assert saved.current.number not in founder.epochs


def test_who_came_by_the_sheet_prevails_over_a_stolen_station(shop: Shop) -> None:
    founder = shop.found()
    agent = shop.admit("agent", manage=True)
    words = sheet(shop, founder)
    shop.settle()
    # The thief at the founder's station shuts the others out.
    revoke(founder, shop.relay, agent.station, shop.surroundings)
    saved = taken_back(shop, words.payload)
    with_thief = [r for r in founder.records.values() if r.signer == founder.station]
    revoke(saved, shop.relay, founder.station, shop.surroundings)
    shop.settle()
    assert saved.manager
    assert not founder.manager
    assert len(with_thief) >= 3


def test_the_folder_alone_gives_nothing_away(shop: Shop) -> None:
    founder = shop.found()
    words = sheet(shop, founder)
    root = founder.root
    assert root is not None
    for name in shop.relay.list(""):
        data = shop.relay.get(name)
        for secret in (root.secret, founder.keys.secret, parse_words(words.payload)):
            assert secret not in data
        assert "".join(words.words).encode() not in data
    with pytest.raises(SheetUnknown):
        taken_back(shop, "KEFU1:" + "00" * 24)


def test_words_of_a_replaced_sheet_open_nothing(shop: Shop) -> None:
    founder = shop.found()
    old = sheet(shop, founder)
    renew_root(founder, shop.relay, shop.surroundings)
    with pytest.raises(SheetVoid):
        taken_back(shop, old.payload)
    new = sheet(shop, founder)
    assert taken_back(shop, new.payload).manager
    # Who kept an old copy of the folder has a station, but nobody listens to it.
    assert founder.judgement.root != founder.founding_root


def test_a_sheet_can_be_printed_only_where_the_root_is(shop: Shop) -> None:
    shop.found()
    manager = shop.admit("manager", manage=True)
    with pytest.raises(LookupError):
        sheet(shop, manager)


def test_a_forged_sheet_costs_no_memory(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    founder = shop.found()
    monkeypatch.setattr("db.sync.recovery.MEMORY_KIB", 64)
    made = sheet(shop, founder)
    monkeypatch.setattr("db.sync.recovery._MOST_MEMORY_KIB", 32)
    with pytest.raises(SheetUnknown):
        taken_back(shop, made.payload)
