"""`kefu orders …`: the group to which several files add their verbs."""

from __future__ import annotations

import argparse

from app.core.i18n import _
from app.core.outcome import Subparsers

_NAME = "orders"
_GROUPS = "orders_verbs"


def orders_group(verbs: Subparsers[argparse.ArgumentParser]) -> Subparsers[argparse.ArgumentParser]:
    """Return the verbs below `orders`, made at the first call."""
    known = verbs.choices.get(_NAME) if verbs.choices else None
    if known is not None:
        group: Subparsers[argparse.ArgumentParser] = known.get_default(_GROUPS)
        return group
    parser = verbs.add_parser(_NAME, help=_("import, list and verify orders"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    parser.set_defaults(**{_GROUPS: group})
    return group
