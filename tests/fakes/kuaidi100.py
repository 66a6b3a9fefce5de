"""Kuaidi100 on loopback: checks signature and phone, and speaks the documented answers."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class FakeKuaidi100:
    """What the service knows, and what it was asked."""

    customer: str = "MADECUSTOMER"
    key: str = "madekey"
    url: str = ""
    parcels: dict[str, dict[str, Any]] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    raw_answer: tuple[int, bytes] | None = None
    """An answer to give instead of any other: HTTP status and body."""

    def know(self, number: str, com: str, state: str, *lines: tuple[str, str, str]) -> None:
        """Know a parcel; lines are (time, code, text), newest first."""
        self.parcels[number] = {
            "message": "ok",
            "nu": number,
            "ischeck": "1" if state.startswith("3") else "0",
            "com": com,
            "status": "200",
            "condition": "F00",
            "state": state,
            "data": [
                {"time": time, "ftime": time, "context": text, "status": "", "statusCode": code}
                for time, code, text in lines
            ],
        }

    def answer(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """Answer one question as the service documents it."""
        customer, sign, text = (form.get(name, [""])[0] for name in ("customer", "sign", "param"))
        expected = hashlib.md5(f"{text}{self.key}{self.customer}".encode()).hexdigest().upper()
        if customer != self.customer or sign != expected:
            return _error("503", "验证签名失败")
        param = json.loads(text)
        self.asked.append(param)
        if "com" not in param or not 6 <= len(param.get("num", "")) <= 32:
            return _error("400", "提交的数据不完整")
        if param["com"] in {"shunfeng", "zhongtong"}:
            known = self.phones.get(param["num"], "")
            if not param.get("phone") or known[-4:] != param["phone"][-4:]:
                return _error("408", "验证码错误")
        parcel = self.parcels.get(param["num"])
        if parcel is None or parcel["com"] != param["com"]:
            return _error("500", "查询无结果，请隔段时间再查")
        return parcel


def _error(code: str, message: str) -> dict[str, Any]:
    return {"result": False, "returnCode": code, "message": message}


@contextmanager
def serve_kuaidi100() -> Iterator[FakeKuaidi100]:
    """Serve on a free port of loopback until the block ends."""
    fake = FakeKuaidi100()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path != "/poll/query.do":
                self._reply(404, b"")
            elif fake.raw_answer is not None:
                self._reply(*fake.raw_answer)
            else:
                answer = fake.answer(parse_qs(body, keep_blank_values=True))
                self._reply(200, json.dumps(answer, ensure_ascii=False).encode())

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Tests stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
