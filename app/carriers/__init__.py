"""Carriers: who they are, what their numbers look like, and how to ask them for news."""

from app.carriers.accounts import Account, KeyringAccount
from app.carriers.codes import (
    CarrierInfo,
    carrier_code,
    carrier_info,
    carrier_name,
    common_carriers,
)
from app.carriers.protocol import (
    Carrier,
    CarrierError,
    NoRecord,
    NotAsked,
    ParcelNews,
    Question,
    TraceLine,
)
from app.carriers.recognise import Candidate, Hints, clean_number, parcel_number, recognise

__all__ = [
    "Account",
    "Candidate",
    "Carrier",
    "CarrierError",
    "CarrierInfo",
    "Hints",
    "KeyringAccount",
    "NoRecord",
    "NotAsked",
    "ParcelNews",
    "Question",
    "TraceLine",
    "carrier_code",
    "carrier_info",
    "carrier_name",
    "clean_number",
    "common_carriers",
    "parcel_number",
    "recognise",
]
