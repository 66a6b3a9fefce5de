"""Settings: each declared once with its type and default, kept for the shop, a person or a station."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec
from sqlalchemy import select

from app.core.errors import UserError
from app.core.i18n import _
from db.database import Database
from db.ids import natural_id
from db.models import LocalSetting
from db.models import Setting as SettingRow

T = TypeVar("T")

_LOCAL: Final = "SELECT value FROM local_settings WHERE key = ?"
_SHARED: Final = "SELECT value FROM settings WHERE id = ? AND _del = 0"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A declared setting. Scope: the whole shop (synced), one's own (synced), or this station."""

    key: str
    type: type[T]
    default: T
    scope: Literal["shop", "mine", "station"] = "shop"


class Settings:
    """Reads and writes settings; what was never set, or no longer fits its type, is the default."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.staff_id: bytes | None = None
        self.check: Callable[[Setting[Any]], None] = lambda _setting: None
        """Raises `PermissionDenied` where the person at the desk may not set it; put in by staff."""

    def get(self, setting: Setting[T]) -> T:
        """Return the value in force."""
        # A window asks for twenty of them before it is up: plain SQL.
        with self._db.cursor() as cursor:
            if setting.scope == "station":
                cursor.execute(_LOCAL, (setting.key,))
            else:
                cursor.execute(_SHARED, (self._id(setting),))
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return setting.default
        return _fitting(setting, msgspec.json.decode(row[0]))

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a value; raises `UserError` where it is not of the declared type."""
        self.check(setting)
        plain = _checked(setting, value)
        with self._db.write() as session:
            if setting.scope == "station":
                session.merge(LocalSetting(key=setting.key, value=plain))
                return
            row = session.scalar(select(SettingRow).where(SettingRow.id == self._id(setting)))
            if row is None:
                row = SettingRow(id=self._id(setting), scope=self._scope(setting), key=setting.key)
                session.add(row)
            row.value, row.deleted = plain, False

    def _scope(self, setting: Setting[Any]) -> str:
        if setting.scope == "mine":
            return self.staff_id.hex() if self.staff_id else "nobody"
        return "shop"

    def _id(self, setting: Setting[Any]) -> bytes:
        return natural_id("setting", self._scope(setting), setting.key)


def _fitting(setting: Setting[T], value: Any) -> T:
    try:
        return msgspec.convert(value, setting.type)
    except msgspec.ValidationError:
        return setting.default


def _checked(setting: Setting[T], value: T) -> Any:
    plain = msgspec.to_builtins(value)
    try:
        msgspec.convert(plain, setting.type)
    except msgspec.ValidationError as error:
        message = _("The setting “{key}” can't take this value.").format(key=setting.key)
        raise UserError(message, hint=str(error), code="bad_setting") from error
    return plain


SHOP_NAME = Setting("shop.name", str, "")
SHOP_PLATFORM = Setting("shop.platform", str, "taobao")
SHOP_ZONE = Setting("shop.time_zone", str, "Asia/Shanghai")
LANGUAGE = Setting("ui.language", str, "zh_CN", scope="station")
THEME = Setting("ui.theme", str, "system", scope="station")
IDLE_LOCK_MINUTES = Setting("security.idle_lock_minutes", int, 15)
