"""The shop's account at the parcel service: kept in the system's keyring, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import UserError
from app.core.i18n import _
from app.core.secrets import delete_secret, get_secret, set_secret

__all__ = ["Account", "KeyringAccount"]


@dataclass(frozen=True, slots=True)
class Account:
    """What Kuaidi100 gives a customer."""

    customer: str
    key: str


class KeyringAccount:
    """Reads and writes the Kuaidi100 account of one home; each home has its own."""

    def __init__(self, home_id: str) -> None:
        self._names = (f"kuaidi100-customer-{home_id}", f"kuaidi100-key-{home_id}")

    def get(self) -> Account | None:
        """Return the account, or None where none is set."""
        customer, key = (get_secret(name) for name in self._names)
        return Account(customer, key) if customer and key else None

    def set(self, account: Account) -> None:
        """Keep the account; raises `UserError` where no keyring takes it."""
        kept = [
            set_secret(name, value)
            for name, value in zip(self._names, (account.customer, account.key), strict=True)
        ]
        if not all(kept):
            raise UserError(
                _("This computer has no keyring that could keep the key."),
                hint=_("Unlock or install the system's keyring; keys are never written to a file."),
                code="no_keyring",
            )

    def forget(self) -> None:
        """Remove the account."""
        for name in self._names:
            delete_secret(name)
