from zoneinfo import ZoneInfo

from app.core.settings import SHOP_ZONE
from app.core.zones import shop_zone
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
