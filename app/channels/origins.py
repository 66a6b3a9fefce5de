"""Which web pages may talk to the chat and show it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit


def normal_origin(text: str) -> str:
    """Return "https://shop.example" of an address typed by a person; "" where it is none."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port, host = parts.port, parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or any(c in host for c in " *;,'\""):
        return ""
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


class Origins:
    """The shop's own sites, beside the chat's own address."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """`allowed`: sites as typed by a person; what is no address is left out."""
        self.allowed = tuple(dict.fromkeys(o for o in map(normal_origin, allowed) if o))
        self._hosts = {urlsplit(origin).netloc.lower() for origin in self.allowed}

    def accepts(self, origin: str | None, host: str) -> bool:
        """Whether a request may come from `origin`; `host` is the address it was sent to.

        Browsers always name the origin on WebSockets and POSTs; programs that are no browser name
        none, and hold no visitor's token unless they were given one.
        """
        if origin is None:
            return True
        same = origin.lower() in {f"http://{host.lower()}", f"https://{host.lower()}"}
        return same or normal_origin(origin) in self.allowed

    def serves(self, host: str) -> bool:
        """Whether the chat goes by this Host header.

        A name that somebody else pointed at this machine (DNS rebinding) would otherwise count as
        the chat's own origin.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name == "localhost" or host.lower() in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def frame_ancestors(self) -> str:
        """The sites that may show the chat in a frame, for the Content-Security-Policy."""
        return " ".join(("'self'", *self.allowed))
