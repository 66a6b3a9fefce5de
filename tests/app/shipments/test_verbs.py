"""`kefu shipments …` as a script calls it."""

import json
from typing import Any

import pytest

from app.cli import build_parser, main
from app.core.errors import UserError
from app.services import Services
from tests.app.shipments.parcels import put_order, put_parcel


def _run(services: Services, *words: str) -> tuple[dict[str, Any], list[str], int]:
    args = build_parser().parse_args(["shipments", *words])
    outcome = args.run(services, args)
    json.dumps(outcome.document)
    return outcome.document, outcome.lines, outcome.exit_code


def test_recognise_prints_the_documented_shape(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["shipments", "recognise", "YT9900000000001", "EA123456784CN", "??", "--json"]) == 0
    document = json.loads(capsysbinary.readouterr().out)
    first, second, third = document["numbers"]
    assert first["number"] == "YT9900000000001"
    best = first["candidates"][0]
    assert (best["carrier"], best["name"]) == ("yuantong", "圆通速递")
    assert best["confidence"] > 0.9
    assert best["check_digit"] == "none"
    assert second["candidates"][0]["check_digit"] == "bad"
    assert third == {"number": "??", "candidates": []}


def test_recognise_speaks_to_people_too(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["shipments", "recognise", "123456789012", "你好", "--carrier", "中通"]) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert "中通快递 (zhongtong)" in lines[0]
    assert lines[-1].startswith("你好")


def test_parcels_are_listed(services: Services) -> None:
    put_parcel(services.db, orders=[put_order(services.db)], last_text="【杭州】在途")
    put_parcel(services.db, "SF1234567890123", "shunfeng", "signed", news_h=3)
    document, lines, code = _run(services, "list")
    assert (code, document["total"]) == (0, 2)
    first = document["shipments"][0]
    assert first["number"] == "YT9900000000001"
    assert (first["order"], first["recipient"], first["state"]) == ("2801", "张伟", "in_transit")
    assert "【杭州】在途" in lines[0]
    assert _run(services, "list", "--state", "signed")[0]["total"] == 1
    assert _run(services, "list", "--carrier", "顺丰")[0]["total"] == 1
    assert _run(services, "list", "张伟")[0]["total"] == 1
    limited = _run(services, "list", "--limit", "1")[0]
    assert (len(limited["shipments"]), limited["total"]) == (1, 2)


def test_an_unknown_state_is_refused(services: Services) -> None:
    with pytest.raises(UserError):
        _run(services, "list", "--state", "lost")


def test_the_watch_list_names_reason_and_action(services: Services) -> None:
    put_parcel(services.db, news_h=50)
    document, lines, _code = _run(services, "watch")
    parcel = document["shipments"][0]
    assert (parcel["state"], parcel["trouble"]) == ("stalled", "stalled")
    assert parcel["reason"]
    assert parcel["action"]
    assert parcel["reason"] in lines[0]


def test_refresh_names_each_failure(services: Services) -> None:
    put_parcel(services.db)
    document, _lines, code = _run(services, "refresh", "YT9900000000001", "YT0")
    codes = [entry["error"]["code"] for entry in document["shipments"]]
    assert (codes, code) == (["no_account", "not_found"], 2)
