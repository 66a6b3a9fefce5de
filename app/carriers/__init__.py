"""Carriers: who they are, what their numbers look like, and how to ask them for news."""

from app.carriers.codes import (
    CarrierInfo,
    carrier_code,
    carrier_info,
    carrier_name,
    common_carriers,
)
from app.carriers.recognise import Candidate, Hints, clean_number, parcel_number, recognise

__all__ = [
    "Candidate",
    "CarrierInfo",
    "Hints",
    "carrier_code",
    "carrier_info",
    "carrier_name",
    "clean_number",
    "common_carriers",
    "parcel_number",
    "recognise",
]
