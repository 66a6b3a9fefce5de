"""Kuaidi100 (快递100): ask where a parcel is, and read what it pushes (FORMATS §3).

Documented at api.kuaidi100.com and in kuaidi100-api/java-demo.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import msgspec

from app.carriers.accounts import Account
from app.carriers.codes import carrier_code, carrier_info
from app.carriers.protocol import (
    CarrierError,
    NoAnswer,
    NoRecord,
    NotAsked,
    ParcelNews,
    Question,
    TraceLine,
)
from app.carriers.recognise import clean_number, parcel_number
from app.core.errors import UserError
from app.core.i18n import N_, _
from db.models import ShipmentState

__all__ = [
    "BASE_URL",
    "Kuaidi100",
    "PushedNews",
    "push_is_genuine",
    "push_signature",
    "query_signature",
    "read_push",
    "state_of",
]

BASE_URL: Final = "https://poll.kuaidi100.com"
QUERY_PATH: Final = "/poll/query.do"
CONNECT_S: Final = 5
ANSWER_S: Final = 15
SHORTEST, LONGEST = 6, 32
BEIJING: Final = timezone(timedelta(hours=8))
"""Kuaidi100 writes China's time without a zone; it has known no summer time since 1991."""

log = logging.getLogger(__name__)

_S = ShipmentState
_STATES: Final[Mapping[str, ShipmentState]] = {
    "0": _S.IN_TRANSIT,
    "1": _S.PICKED_UP,
    "2": _S.PROBLEM,
    "3": _S.SIGNED,
    "4": _S.RETURNED,
    "5": _S.OUT_FOR_DELIVERY,
    "6": _S.RETURNING,
    "7": _S.IN_TRANSIT,
    "8": _S.CUSTOMS,
    "10": _S.CUSTOMS,
    "11": _S.CUSTOMS,
    "12": _S.CUSTOMS,
    "13": _S.PROBLEM,
    "14": _S.REFUSED,
    # Finer codes, as asked for with resultv2.
    "101": _S.WAITING,
    "102": _S.WAITING,
    "103": _S.PICKED_UP,
    "203": _S.REFUSED,
    "1001": _S.IN_TRANSIT,
    "1002": _S.IN_TRANSIT,
    "1003": _S.IN_TRANSIT,
    "401": _S.PROBLEM,
    "501": _S.AWAITING_PICKUP,
}
_ERRORS: Final[Mapping[str, tuple[str, str, str]]] = {
    "400": (
        N_("Kuaidi100 refused the question: something is missing or not in your plan."),
        N_("Check customer and key, and what your plan at Kuaidi100 allows."),
        "carrier_not_allowed",
    ),
    "408": (
        N_("The carrier wants to know the last four digits of a phone on this parcel."),
        N_("Enter the last four digits of the recipient's or sender's phone."),
        "phone_needed",
    ),
    "501": (N_("Kuaidi100 has a fault."), N_("Try again later."), "carrier_fault"),
    "502": (N_("Kuaidi100 is busy."), N_("Try again later."), "carrier_busy"),
    "503": (
        N_("Kuaidi100 does not accept the signature."),
        N_("Check customer and key in Settings → Carriers."),
        "bad_account",
    ),
    "601": (
        N_("The Kuaidi100 key has expired or its queries are used up."),
        N_("Renew it at Kuaidi100."),
        "account_expired",
    ),
}


@dataclass(frozen=True, slots=True)
class PushedNews:
    """A push: what Kuaidi100 says of its watch (polling, shutdown, abort, updateall), and news."""

    status: str
    message: str
    news: ParcelNews | None


class Kuaidi100:
    """Asks Kuaidi100. `account` is looked up at every question, so a new key holds at once."""

    min_interval_s = 30 * 60

    def __init__(self, account: Callable[[], Account | None], base_url: str = BASE_URL) -> None:
        self._account, self._base_url = account, base_url

    def ready(self) -> bool:
        return self._account() is not None

    def serves(self, carrier: str) -> bool:
        return bool(carrier_info(carrier).kuaidi100)

    def ask(self, question: Question) -> ParcelNews:
        account = self._account()
        if account is None:
            raise NotAsked(
                _("No Kuaidi100 account is set."),
                hint=_("An administrator can enter it in Settings → Carriers."),
                code="no_account",
            )
        param = _param(question)
        form = {
            "customer": account.customer,
            "sign": query_signature(param, account.key, account.customer),
            "param": param,
        }
        return _read_answer(self._post(form), question.carrier)

    def _post(self, form: Mapping[str, str]) -> Any:
        import httpx

        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        try:
            with httpx.Client(timeout=timeout, follow_redirects=False) as client:
                response = client.post(self._base_url + QUERY_PATH, data=dict(form))
                response.raise_for_status()
                return msgspec.json.decode(response.content)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NoAnswer(
                _("Kuaidi100 can't be reached."), hint=_("Check the internet connection.")
            ) from error
        except httpx.HTTPError as error:
            log.warning("Kuaidi100: %s", type(error).__name__)
            raise _fault("501") from error
        except msgspec.DecodeError as error:
            log.warning("Kuaidi100 answered no JSON")
            raise _fault("501") from error


def query_signature(param: str, key: str, customer: str) -> str:
    """Sign a question: UPPER(MD5(param + key + customer))."""
    return _md5(param + key + customer)


def push_signature(param: str, salt: str) -> str:
    """Return the signature a genuine push carries: UPPER(MD5(param + salt))."""
    return _md5(param + salt)


def push_is_genuine(param: str, salt: str, sign: str) -> bool:
    """Tell whether a push was signed with the salt given at the subscription."""
    return hmac.compare_digest(push_signature(param, salt).encode(), sign.upper().encode())


def read_push(param: str) -> PushedNews:
    """Read the `param` of a push; raises `UserError` where it is none.

    After an "abort" (three days without record, sixty without change) there may be no news.
    """
    try:
        document = msgspec.json.decode(param)
        last = document.get("lastResult") or {}
        news = _news(last, carrier_code(str(last.get("com", "")))) if last.get("nu") else None
        return PushedNews(str(document["status"]), str(document.get("message", "")), news)
    except (msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UserError(_("This is no push of Kuaidi100."), code="bad_push") from error


def state_of(code: str) -> ShipmentState:
    """The desk's state for one of Kuaidi100's; finer codes fall back on their family (3xx → 3)."""
    code = code.strip()
    if known := _STATES.get(code):
        return known
    family = _STATES.get(code[:1]) if len(code) == 3 else None
    return family or ShipmentState.UNKNOWN


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def _param(question: Question) -> str:
    info = carrier_info(question.carrier)
    number = parcel_number(clean_number(question.number))
    if not info.kuaidi100:
        raise NotAsked(
            _("Kuaidi100 does not know the carrier of this parcel."),
            hint=_("Choose the carrier by hand."),
            code="carrier_unknown",
        )
    if not SHORTEST <= len(number) <= LONGEST:
        raise NotAsked(_("This is no number Kuaidi100 could look up."), code="bad_number")
    if info.phone_needed and not question.phone:
        message, hint, code = _ERRORS["408"]
        raise NotAsked(_(message), hint=_(hint), code=code)
    param = {
        "com": info.kuaidi100,
        "num": number,
        "phone": question.phone,
        "from": question.origin,
        "to": question.destination,
        "resultv2": "4",
        "show": "0",
        "order": "desc",
    }
    return msgspec.json.encode({key: value for key, value in param.items() if value}).decode()


def _read_answer(answer: Any, carrier: str) -> ParcelNews:
    try:
        if str(answer.get("status", "")) == "200":
            return _news(answer, carrier)
        code = str(answer.get("returnCode") or answer.get("status") or "")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("Kuaidi100 answered in an unknown shape")
        raise _fault("501") from error
    raise _fault(code, str(answer.get("message", "")))


def _fault(code: str, said: str = "") -> CarrierError:
    if code == "500":
        return NoRecord(
            _("The carrier has no record of this number yet."),
            hint=_("Check number and carrier; a new parcel may take some hours."),
        )
    if known := _ERRORS.get(code):
        message, hint, name = known
        return CarrierError(_(message), hint=_(hint), code=name)
    return CarrierError(
        _("Kuaidi100 answered with error {code}.").format(code=code or "?"), hint=said[:200]
    )


def _news(answer: Mapping[str, Any], carrier: str) -> ParcelNews:
    lines = tuple(_line(entry) for entry in answer.get("data") or ())
    state = state_of(str(answer.get("state", "")))
    if lines and state == ShipmentState.UNKNOWN:
        state = lines[0].state or state
    return ParcelNews(carrier, str(answer["nu"]), state, lines)


def _line(entry: Mapping[str, Any]) -> TraceLine:
    code = str(entry.get("statusCode") or "")
    place = str(entry.get("areaName") or "").replace(",", " ") or str(entry.get("location") or "")
    return TraceLine(
        at=_moment(str(entry.get("ftime") or entry["time"])),
        text=str(entry["context"]).strip(),
        place=place.strip(),
        state=state_of(code) if code else None,
        code=code,
    )


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp() * 1000)
