"""The page's own files, read once: what is not among them can't be asked for."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.core.paths import resource

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file as it is served."""

    data: bytes
    media_type: str
    etag: str

    def response(self, request: Request, *, public: bool = False) -> Response:
        """Answer a request for it; `public` files may be used by other sites' pages."""
        headers = {"cache-control": "no-cache", "etag": self.etag}
        if public:
            headers["cross-origin-resource-policy"] = "cross-origin"
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        return Response(self.data, 200, headers, self.media_type)


@cache
def page_files() -> dict[str, PageFile]:
    """All files of the page by their path, e.g. "chat/main.js"."""
    root = resource("webchat")
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in _TYPES:
            data = path.read_bytes()
            etag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
            kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or ""
            found[path.relative_to(root).as_posix()] = PageFile(data, kind, etag)
    return found
