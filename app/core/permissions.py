"""What the roles may do; checked by the services, shown or hidden by the window."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from db.models import Role


class Permission(StrEnum):
    """One thing that not everybody may do (DESIGN §7)."""

    REPLY = "reply"
    IMPORT_ORDERS = "import_orders"
    IMPORT_RECORDS = "import_records"
    EDIT_ORDERS = "edit_orders"
    RELEASE_HOLD = "release_hold"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_TAGS = "edit_tags"
    ERASE_PERSONS = "erase_persons"
    EDIT_OWN_PHRASES = "edit_own_phrases"
    EDIT_SHOP_PHRASES = "edit_shop_phrases"
    QUERY_CARRIERS = "query_carriers"
    SEE_PERSONAL_DATA = "see_personal_data"
    EXPORT = "export"
    SHOP_SETTINGS = "shop_settings"
    CHANNELS = "channels"
    MANAGE_STAFF = "manage_staff"
    SEE_AUDIT = "see_audit"
    SEE_TEAM_STATS = "see_team_stats"
    APPROVE_AFTER_SALES = "approve_after_sales"
    TRAIN = "train"


_TRAINEE: Final = frozenset({Permission.REPLY, Permission.EDIT_OWN_PHRASES})
_AGENT: Final = _TRAINEE | {
    Permission.IMPORT_ORDERS,
    Permission.EDIT_ORDERS,
    Permission.EDIT_CUSTOMERS,
    Permission.QUERY_CARRIERS,
    Permission.SEE_PERSONAL_DATA,
}
_SUPERVISOR: Final = _AGENT | {
    Permission.IMPORT_RECORDS,
    Permission.RELEASE_HOLD,
    Permission.EDIT_TAGS,
    Permission.ERASE_PERSONS,
    Permission.EDIT_SHOP_PHRASES,
    Permission.EXPORT,
    Permission.SHOP_SETTINGS,
    Permission.SEE_AUDIT,
    Permission.SEE_TEAM_STATS,
    Permission.APPROVE_AFTER_SALES,
    Permission.TRAIN,
}
GRANTED: Final[dict[Role, frozenset[Permission]]] = {
    Role.TRAINEE: _TRAINEE,
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: frozenset(Permission),
}


def may(role: str, permission: Permission) -> bool:
    """Tell whether a role has a permission; unknown roles have none."""
    return any(role == known and permission in GRANTED[known] for known in Role)
