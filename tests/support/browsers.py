"""A person's browser, as far as signing in goes: one cookie, and the second word that its pages send along."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import Morsel
from typing import Any

from orderbridge.access import invitations
from orderbridge.core import jsonio
from support.world import World

COOKIE = "orderbridge_session"
PASSWORD = "three word salad"


@dataclass
class Browser:
    """One browser.

    Attributes:
        csrf: What every request that changes something sends along; None sends none.
        origin: Of the page that asks; None for what is no page.
        status: Of the last answer, with its ``headers`` and the ``cookie`` that it set.
    """

    world: World
    url: str
    word: str | None = None
    csrf: str | None = None
    origin: str | None = None
    more: dict[str, str] = field(default_factory=dict)
    status: int = 0
    headers: Any = None
    cookie: Morsel[str] | None = None

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = self.more | headers
        if body is not None:
            sent["Content-Type"] = "application/json"
        if self.word:
            sent["Cookie"] = f"{COOKIE}={self.word}"
        if self.csrf:
            sent["X-CSRF-Token"] = self.csrf
        if self.origin:
            sent["Origin"] = self.origin
        data = None if body is None else jsonio.encode(body)
        async with self.world.http.request(method, f"{self.url}{path}", data=data, headers=sent) as answer:
            text = await answer.read()
            self.status, self.headers = answer.status, answer.headers
            self.cookie = answer.cookies.get(COOKIE)
            if self.cookie is not None:
                self.word = self.cookie.value or None
            shown = (
                jsonio.decode(text)
                if text and "json" in answer.headers.get("Content-Type", "")
                else text.decode()
            )
        if isinstance(shown, dict) and "csrf_token" in shown:
            self.csrf = shown["csrf_token"]
        return shown

    async def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self(method, path, body, **headers)
        assert self.status < 300, (method, path, self.status, answer)
        return answer

    async def no(self, cause: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self(method, path, body, **headers)
        assert self.status >= 400, (method, path, self.status, answer)
        assert answer["cause"] == cause, answer
        assert answer["message"]
        return answer

    def another(self) -> Browser:
        """Open another browser, in which nobody is signed in."""
        return Browser(self.world, self.url)

    async def sign_in(self, name: str, password: str = PASSWORD) -> Any:
        return await self.ok("POST", "/api/session", {"name": name, "password": password})

    async def join(self, link: str, name: str | None = None, password: str = PASSWORD) -> Any:
        body = {"token": link.partition("#")[2], "name": name, "password": password}
        return await self.ok("POST", "/api/join", body)


async def first_link(world: World) -> str:
    """The link that the product prints when it starts and there is no owner."""
    link = await invitations.first_owner(world.db, world.application.clock)
    assert link is not None
    return link.at("http://here")


async def owner(world: World, url: str, name: str = "Olga") -> Browser:
    """A browser in which the first owner is signed in."""
    browser = Browser(world, url)
    await browser.join(await first_link(world), name)
    return browser


async def bookkeeper(olga: Browser, name: str = "Bert") -> Browser:
    """A browser in which a bookkeeper is signed in."""
    invited = await olga.ok("POST", "/api/users/invitations", {"name": name, "role": "bookkeeper"})
    browser = olga.another()
    await browser.join(invited["link"])
    return browser
