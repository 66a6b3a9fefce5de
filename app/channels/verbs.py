"""`kefu serve webchat`: the web chat without a window, until it is told to stop."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from typing import TYPE_CHECKING

from app.channels.settings import WEBCHAT_HOST, WEBCHAT_PORT
from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = verb(verbs, "serve", serve, about=_("serve a channel without a window"))
    parser.set_defaults(may_create=True)
    parser.add_argument("channel", choices=["webchat"], help=_("what to serve"))
    parser.add_argument("--port", type=int, help=_("port to listen on; 0 picks a free one"))
    parser.add_argument("--host", help=_("address to listen on; 0.0.0.0 for the whole network"))


def serve(services: Services, args: argparse.Namespace) -> Outcome:
    """Serve until SIGINT or SIGTERM; what is printed is printed as soon as it is ready."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    overrides = {WEBCHAT_PORT.key: args.port, WEBCHAT_HOST.key: args.host}
    chosen = {key: value for key, value in overrides.items() if value is not None}
    status = services.channels.start_one(args.channel, chosen)
    services.keeper.start()
    services.share()
    document = {"url": status.url, "demo": f"{status.url}/demo"}
    _announce(document, as_json=args.as_json)
    while not stop.wait(0.5) and services.channels.status(args.channel).state == "running":
        pass
    services.channels.stop()
    return Outcome({})


def _announce(document: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        sys.stdout.write(_("Chat: {url}").format(url=document["url"]) + "\n")
        sys.stdout.write(_("Demo shop: {url}").format(url=document["demo"]) + "\n")
    sys.stdout.flush()
