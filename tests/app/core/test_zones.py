from zoneinfo import ZoneInfo

from app.core.settings import SHOP_ZONE
from app.core.zones import offset_text, shop_zone, zone_names
from app.services import Services
from db.clock import now_ms


def test_a_shop_lives_in_chinas_time_until_told_otherwise(services: Services) -> None:
    assert shop_zone(services.settings) == ZoneInfo("Asia/Shanghai")
    services.settings.set(SHOP_ZONE, "Europe/Berlin")
    assert shop_zone(services.settings) == ZoneInfo("Europe/Berlin")


def test_an_unknown_zone_is_chinas_time(services: Services) -> None:
    for unknown in ("Nowhere/Land", "../etc", ""):
        services.settings.set(SHOP_ZONE, unknown)
        offset = shop_zone(services.settings).utcoffset(None)
        assert offset is not None
        assert offset.total_seconds() == 8 * 3600


def test_phrases_tell_the_shops_time(services: Services) -> None:
    services.settings.set(SHOP_ZONE, "Pacific/Kiritimati")
    case = services.phrases.case(None)
    assert case.now.tzinfo == ZoneInfo("Pacific/Kiritimati")
    assert abs(case.now.timestamp() * 1000 - now_ms()) < 60_000


def test_zones_go_from_west_to_east_and_keep_the_one_in_use() -> None:
    names = zone_names("Nowhere/Land")
    assert names.index("America/New_York") < names.index("Europe/Berlin")
    assert names.index("Europe/Berlin") < names.index("Asia/Shanghai")
    assert "Nowhere/Land" in names
    assert "Etc/GMT+8" not in names
    assert offset_text("Asia/Shanghai") == "UTC+08:00"
    assert offset_text("Asia/Kathmandu") == "UTC+05:45"
    assert offset_text("Pacific/Marquesas") == "UTC-09:30"
