"""The web app: files that were built beforehand, and one page for every address that a person may open."""

from __future__ import annotations

import mimetypes
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

_FOLDER = "static"
_POLICY = (
    # Styles are set by scripts, one element at a time; scripts come from here alone.
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Addresses of programs: what is not there is told to them as it is, and not with a page.
_PROGRAMS = ("api/", "hooks/", "connect/", "assets/", "docs", "metrics", "healthz", "readyz", "openapi.json")


def register(api: FastAPI) -> None:
    """Serve the web app at ``/`` and at every address that is no program's."""
    folder = files("orderbridge.api").joinpath(_FOLDER)

    @api.get("/assets/{name}", include_in_schema=False)
    async def asset(name: str) -> Response:
        found = folder.joinpath("assets", name)
        # The name has no slash; what else could lead out of the folder is no file in it.
        if name in (".", "..") or "\\" in name or not found.is_file():
            return Response("there is no such file", status_code=404, media_type="text/plain")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # Its name holds a hash of what is in it.
        return Response(
            found.read_bytes(),
            media_type=kind,
            headers=_HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"},
        )

    @api.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def first() -> Response:
        return _page(folder)

    @api.exception_handler(404)
    async def page(request: Request, error: Exception) -> Response:
        # Not a route of its own: that would answer for every method and address that programs get wrong.
        path = request.url.path.lstrip("/")
        asked = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
        if asked and not path.startswith(_PROGRAMS):
            return _page(folder)
        assert isinstance(error, HTTPException)
        return await http_exception_handler(request, error)


def _page(folder: Traversable) -> Response:
    built = folder.joinpath("index.html")
    if built.is_file():
        return HTMLResponse(built.read_bytes(), headers=_HEADERS | {"Cache-Control": "no-cache"})
    # Whoever runs from a checkout where nothing was built still sees the state.
    plain = files("orderbridge.api").joinpath("page.html").read_text(encoding="utf-8")
    return HTMLResponse(plain, headers={"Cache-Control": "no-cache"})
