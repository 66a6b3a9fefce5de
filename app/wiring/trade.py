"""What they bought: orders, parcels, after-sales, and the files these come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.after_sales import AfterSaleImport, AfterSales
    from app.orders import Confirmations, OrderImport, Orders, Verification
    from app.records import RecordImport
    from app.services import Services
    from app.shipments import Shipments


def orders(services: Services) -> Orders:
    from app.orders import Orders

    return Orders(services.db, services.staff, services.settings)


def order_import(services: Services) -> OrderImport:
    from app.orders import OrderImport
    from app.sources.taobao import Taobao

    return OrderImport(
        services.db,
        services.staff,
        services.settings,
        [Taobao()],
        services.after_sales.match_orders,
    )


def after_sales(services: Services) -> AfterSales:
    from app.after_sales import AfterSales

    return AfterSales(services.db, services.staff, services.settings)


def after_sale_import(services: Services) -> AfterSaleImport:
    from app.after_sales import AfterSaleImport

    return AfterSaleImport(services.db, services.staff, services.settings)


def record_import(services: Services) -> RecordImport:
    from app.records import RecordImport

    return RecordImport(services.db, services.staff, services.settings)


def confirmations(services: Services) -> Confirmations:
    from app.orders import Confirmations

    return Confirmations(services.db, services.conversations, services.settings, services.staff)


def verification(services: Services) -> Verification:
    from app.orders import Verification

    return Verification(services.db, services.staff, services.settings)


def shipments(services: Services) -> Shipments:
    from app.carriers.accounts import KeyringAccount
    from app.carriers.kuaidi100 import Kuaidi100
    from app.shipments import Shipments

    account = None if services.home.practice else KeyringAccount(services.home.id)
    carrier = Kuaidi100(account.get if account else lambda: None)
    return Shipments(services.db, services.staff, services.settings, carrier, account)
