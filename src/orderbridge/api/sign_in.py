"""The browser's way to HighLevel's consent page and back, and the proof of our public address."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request, params
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from orderbridge.accounts import oauth, public_address
from orderbridge.core import jsonio
from orderbridge.core.clock import Clock
from orderbridge.engine.runtime import Runtime

COOKIE = "orderbridge_sign_in"
# An id, a code or a word; nothing that HighLevel sends is nearly as long.
_LONGEST = 2000
# Of sign-ins that one browser is on at a time.
_MOST_COOKIES = 20
_CHECK_LIFE_S = 30.0
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}"
    "h1{font-size:1.4rem}p{overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    # The address of the callback holds a code.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def sign_in_routes(
    runtime: Runtime, *, public_url: str | None, named: Sequence[params.Depends] = ()
) -> APIRouter:
    """Make the routes of signing in at HighLevel.

    Args:
        runtime: The opened accounts.
        public_url: Where browsers reach this server; None where nobody set it.
        named: Checks the name under which the public address is asked about.
    """
    router = APIRouter()
    address = _Address(runtime, public_url)

    @router.get(oauth.START_PATH, include_in_schema=False)
    async def start(request: Request) -> Response:
        departure = await oauth.depart(runtime, _given(request, "start"), _cookies(request))
        if departure is None:
            return page(
                403,
                "This address does not work",
                "It was opened in another browser, it was used, or its fifteen minutes are over. Begin again "
                "where it was begun: on the page Connections, or with 'orderbridge connect ghl --oauth'.",
            )
        answer = RedirectResponse(departure.location, status_code=302, headers=_HEADERS)
        answer.set_cookie(
            # One for each: two sign-ins in one browser do not disturb each other.
            f"{COOKIE}_{secrets.token_hex(4)}",
            departure.cookie,
            max_age=int(oauth.LIFE.total_seconds()),
            path="/connect/ghl",
            secure=bool(public_url and public_url.startswith("https:")),
            httponly=True,
            samesite="lax",
        )
        return answer

    @router.get(oauth.CALLBACK_PATH, include_in_schema=False)
    async def callback(request: Request) -> Response:
        error = ": ".join(filter(None, (_given(request, "error"), _given(request, "error_description"))))
        arrival = await oauth.arrive(
            runtime,
            code=_given(request, "code"),
            state=_given(request, "state"),
            cookies=_cookies(request),
            error=error or None,
        )
        return page(200 if arrival.ok else 400, arrival.title, arrival.message, said=error)

    @router.get(f"{public_address.PATH}/{{nonce}}", include_in_schema=False)
    async def prove(nonce: str) -> Response:
        if not public_address.NONCE.fullmatch(nonce):
            return _json(404, {"message": "not found"})
        return _json(200, {"orderbridge": await address.proof(nonce)})

    @router.get("/api/public-address", summary="Does the public address lead here?", dependencies=list(named))
    async def check() -> Response:
        return _json(200, (await address.check()).as_json())

    return router


def page(status: int, title: str, message: str, *, said: str = "") -> HTMLResponse:
    """A page for the person in the browser: what happened, and what to do next."""
    quoted = f"<p>HighLevel said: {escape(said)}</p>" if said else ""
    body = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>orderbridge: {escape(title)}</title>"
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1><p>{escape(message)}</p>{quoted}"
        "<p>You can close this window.</p></html>"
    )
    return HTMLResponse(body, status_code=status, headers=_HEADERS)


class _Address:
    """The public address: answers to its check, and checks that are not repeated at once."""

    def __init__(self, runtime: Runtime, public_url: str | None) -> None:
        self._runtime, self._public_url = runtime, public_url
        self._clock: Clock = runtime.clock
        self._key: bytes | None = None
        self._last: tuple[float, public_address.Verdict] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def proof(self, nonce: str) -> str:
        if self._key is None:
            self._key = await public_address.instance_key(self._runtime.db)
        return public_address.proof(self._key, nonce)

    async def check(self) -> public_address.Verdict:
        # Whoever asks often and at once must not make us call out as often.
        async with self._one_at_a_time:
            now_s = self._clock.monotonic_s()
            if self._last is None or self._last[0] <= now_s:
                verdict = await public_address.check(self._runtime.db, self._public_url)
                self._last = (now_s + _CHECK_LIFE_S, verdict)
            return self._last[1]


def _cookies(request: Request) -> list[str]:
    return [
        value[:_LONGEST] for name, value in request.cookies.items() if value and name.startswith(f"{COOKIE}_")
    ][:_MOST_COOKIES]


def _given(request: Request, name: str) -> str | None:
    return _short(request.query_params.get(name))


def _short(value: str | None) -> str | None:
    return value[:_LONGEST] if value else None


def _json(status: int, value: object) -> Response:
    return Response(
        jsonio.encode(value),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
