"""Built files for pages of other sites: compressed once, revalidated or kept for good, readable from anywhere."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from fastapi import Request, Response

_FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
_REVALIDATE = "no-cache"
_FOR_GOOD = "public, max-age=31536000, immutable"


class BuiltFile:
    """One file, read at start; `is_named_by_hash`: its address never stands for another content."""

    def __init__(self, path: Path, media_type: str, *, is_named_by_hash: bool = False) -> None:
        content = path.read_bytes()
        self._media_type = media_type
        self._plain, self._packed = content, gzip.compress(content, mtime=0)
        self._headers = {
            **_FROM_ANYWHERE,
            "Cache-Control": _FOR_GOOD if is_named_by_hash else _REVALIDATE,
            "ETag": f'W/"{hashlib.sha256(content).hexdigest()[:20]}"',
        }

    def response(self, request: Request) -> Response:
        """The file as the browser takes it, or 304 where it has it."""
        if request.headers.get("if-none-match") == self._headers["ETag"]:
            return Response(status_code=304, headers=self._headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self._packed, 200, {**self._headers, "Content-Encoding": "gzip"}, self._media_type)
        return Response(self._plain, 200, self._headers, self._media_type)
