"""`kefu serve webchat` as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.core.paths import resource

COMMAND = [sys.executable, "-m", "ui", "serve", "webchat", "--port", "0", "--json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_serves_and_ends_when_told(tmp_path: Path, sign: signal.Signals) -> None:
    environment = os.environ | {"KEFU_PASSPHRASE": "a passphrase for tests"}
    with subprocess.Popen(
        [*COMMAND, "--home", str(tmp_path / "shop")],
        cwd=resource().parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        document = json.loads(program.stdout.readline())
        assert set(document) == {"url", "demo"}
        assert httpx.get(document["demo"], trust_env=False).status_code == 200
        page = httpx.get(document["url"], trust_env=False, follow_redirects=True)
        assert "/static/chat/main.js" in page.text
        began = time.monotonic()
        program.send_signal(sign)
        rest, errors = program.communicate(timeout=20)
    assert (program.returncode, rest) == (0, "")
    assert errors == f"已在 {tmp_path / 'shop'} 建立新店铺。\n"
    assert time.monotonic() - began < 5
