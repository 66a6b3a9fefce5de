"""Who writes: customers, their tags, and what finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.customers import Customers, Tags
    from app.customers.erasure import Erasures
    from app.search import Search
    from app.services import Services


def customers(services: Services) -> Customers:
    from app.customers import Customers

    return Customers(services.db, services.staff)


def erasures(services: Services) -> Erasures:
    from app.customers.erasure import Erasures

    return Erasures(services.db, services.staff, services.attachments, services.home)


def tags(services: Services) -> Tags:
    from app.customers import Tags

    return Tags(services.db, services.staff)


def search(services: Services) -> Search:
    from app.search import Search

    return Search(services.db)
