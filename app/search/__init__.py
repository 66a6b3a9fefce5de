"""One search box over messages, customers, orders, parcels and phrases."""

from app.search.service import Found, MessageHit, Search

__all__ = ["Found", "MessageHit", "Search"]
