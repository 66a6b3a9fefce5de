"""Carriers: who they are, what their numbers look like, and how to ask them for news."""

from app.carriers.codes import (
    CarrierInfo,
    carrier_code,
    carrier_info,
    carrier_name,
    common_carriers,
)

__all__ = ["CarrierInfo", "carrier_code", "carrier_info", "carrier_name", "common_carriers"]
