"""The practice shop as one resets it from inside, while it is open and perhaps shared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, SHOP_PLATFORM, Settings
from app.homes import Home
from app.practice.home import not_practice
from app.practice.loader import PracticeShop
from app.practice.refill import refill
from app.staff import StaffService
from app.sync import is_shared
from db.database import Database


class Practice:
    """Fills and resets the practice shop; refuses every other one."""

    def __init__(
        self,
        home: Home,
        db: Database,
        settings: Settings,
        staff: StaffService,
        recompute: Callable[[list[bytes]], int],
    ) -> None:
        """`recompute` derives the conversations' last lines."""
        self._home, self._db = home, db
        self._settings, self._staff, self._recompute = settings, staff, recompute
        self.before_reset: list[Callable[[], None]] = []
        """Called first: what is under way with practice customers has to end."""

    @property
    def may_reset(self) -> bool:
        """Whether the person at the desk may make the shop as new."""
        return self._home.practice and self._staff.may(self._right())

    def fill(self, now: datetime | None = None) -> None:
        """Fill a practice home that is still empty."""
        self._require_practice()
        shop = self._refill(now)
        self._settings.set(SHOP_NAME, shop.shop)
        self._settings.set(SHOP_PLATFORM, shop.platform)

    def reset(self, now: datetime | None = None) -> None:
        """Make customers, talks, orders and parcels as new, dated as of today.

        Staff, settings, phrases and all results of training stay, and so does the sharing with
        other stations, which take the reset over. Where it is shared, or people sign in with
        passwords, only who trains others may.
        Raises `UserError` in a real shop.
        """
        self._require_practice()
        self._staff.require(self._right())
        for end in self.before_reset:
            end()
        self._refill(now)

    def _right(self) -> Permission:
        # What several people use is everybody's, who are perhaps practising just now.
        several = is_shared(self._db) or self._staff.is_guarded()
        return Permission.TRAIN if several else Permission.REPLY

    def _refill(self, now: datetime | None) -> PracticeShop:
        with self._db.write("system") as session:
            shop = refill(session, now or datetime.now(UTC))
            self._recompute(shop.conversations)
        return shop

    def _require_practice(self) -> None:
        if not self._home.practice:
            raise not_practice(self._home.path)
