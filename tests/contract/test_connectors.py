"""What every connector must be and do. A new one gets these tests for free, by its folder."""

from __future__ import annotations

import ast
import random
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from orderbridge import connectors, emulators
from orderbridge.catalogue.published import calls
from orderbridge.connectors import registry
from orderbridge.connectors.base import Connector
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.clock import ManualClock
from orderbridge.core.errors import (
    NotFoundError,
    OrderBridgeError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TransientError,
)

EVERY = list(registry.every().values())
FILES = (
    "__init__.py", "auth.py", "calls.py", "client.py", "diagnose.py", "models.py", "refusals.py", "webhooks.py",
    "quality.toml",
)  # fmt: skip
SECRET = "pit-0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.parametrize("connector", EVERY, ids=[item.system for item in EVERY])


def folder(connector: Connector) -> Path:
    return Path(connectors.__path__[0]) / connector.system


def sources(connector: Connector) -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(folder(connector).rglob("*.py")):
        yield file.name, ast.parse(file.read_text(encoding="utf-8"))


def says(connector: Connector, file: str, word: str) -> bool:
    return word in (folder(connector) / file).read_text(encoding="utf-8")


def hides_its_secrets(connector: Connector) -> bool:
    """Fields of dataclasses with a secret's name say repr=False."""
    for _, module in sources(connector):
        for node in ast.walk(module):
            if not isinstance(node, ast.ClassDef) or "dataclass" not in ast.unparse(node):
                continue
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    secret = line.target.id in ("password", "client_secret", "access", "refresh", "token")
                    if secret and "repr=False" not in ast.unparse(line):
                        return False
    return True


RULES: dict[str, Callable[[Connector], bool]] = {
    # Nothing but the shared client talks to the network, so nothing escapes the budget.
    "budget": lambda it: not any("ClientSession" in ast.unparse(module) for _, module in sources(it)),
    "deny-list": lambda it: any(call.denied for call in calls.every(it.system)),
    "errors-by-actor": lambda it: says(it, "refusals.py", "ReconnectError"),
    "in-doubt": lambda it: says(it, "calls.py", "InDoubtError"),
    "paging": lambda it: says(it, "calls.py", "walk("),
    "reauthentication": lambda it: says(it, "auth.py", "on_unauthorised"),
    "secrets-hidden": hides_its_secrets,
    "webhooks-checked": lambda it: (
        says(it, "webhooks.py", "compare_digest") or says(it, "webhooks.py", "verify")
    ),
    "diagnosis": lambda it: says(it, "diagnose.py", "def steps("),
    "stand-in": lambda it: (Path(emulators.__path__[0]) / it.system / "app.py").exists(),
    "published-calls": lambda it: bool(calls.every(it.system)),
    "unverified-listed": lambda it: (
        it.title in (ROOT / "docs/explanation/unverified.md").read_text(encoding="utf-8")
    ),
    # Nobody here can mark this as done: it takes a run of the contract tests against a real account.
    "live-account": lambda _it: False,
}


def test_it_has_the_files_of_every_connector(connector: Connector) -> None:
    assert [name for name in FILES if not (folder(connector) / name).exists()] == []
    assert connector.system == folder(connector).name
    assert connector.title


@pytest.mark.parametrize("rule", sorted(RULES))
def test_its_quality_is_what_it_says(connector: Connector, rule: str) -> None:
    stated = tomllib.loads((folder(connector) / "quality.toml").read_text(encoding="utf-8"))

    assert set(stated) == set(RULES)
    if stated[rule] == "done":
        assert RULES[rule](connector)
    else:
        kind, _, reason = stated[rule].partition(": ")
        assert kind in ("todo", "exempt")
        assert len(reason) > 10


@asynccontextmanager
async def answering(
    connector: Connector, status: int, body: bytes, content_type: str = "application/json"
) -> AsyncIterator[HttpClient]:
    """The connector's dialect on a server that always answers the same."""

    async def handle(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Content-Type": content_type})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    clock = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    client = HttpClient(
        f"http://127.0.0.1:{runner.addresses[0][1]}",
        dialect=connector.dialect,
        budget=WindowBudget(connection_id="c", clock=clock, limit=None, sleep=sleep),
        clock=clock,
        rng=random.Random(7),
        sleep=sleep,
    )
    try:
        yield client
    finally:
        await client.close()
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RejectedError),
        (401, ReconnectError),
        (403, OrderBridgeError),
        (404, NotFoundError),
        (409, RejectedError),
        (422, RejectedError),
        (429, RateLimitedError),
        (500, TransientError),
        (502, TransientError),
        (503, TransientError),
    ],
)
async def test_a_refusal_says_who_can_act_which_call_it_was_and_no_secret(
    connector: Connector, status: int, error: type[OrderBridgeError]
) -> None:
    body = b'{"message":"no: Bearer ' + SECRET.encode() + b'","stackTrace":"at Somewhere.cs"}'
    async with answering(connector, status, body) as client:
        with pytest.raises(error) as caught:
            await client.call("GET", "/api/things/1")

    message = str(caught.value)
    assert message.startswith(f"{connector.title} ")
    assert "/api/things/1" in message
    assert SECRET not in message
    assert "Somewhere.cs" not in message
    assert caught.value.cause != "unspecified"


@pytest.mark.parametrize("body", [b"", b"<html><body>Bad gateway</body></html>", b"\xff\xfe", b'{"message":'])
async def test_an_answer_that_is_no_json_is_still_an_error_in_words(
    connector: Connector, body: bytes
) -> None:
    async with answering(connector, 502, body, "text/html") as client:
        with pytest.raises(TransientError, match="/api/things/1"):
            await client.call("GET", "/api/things/1")


async def test_a_write_that_was_answered_with_a_failure_is_in_doubt_and_not_repeated(
    connector: Connector,
) -> None:
    async with answering(connector, 500, b"{}") as client:
        with pytest.raises(TransientError, match="looked up before anything is sent again"):
            await client.call("POST", "/api/things", body={})


@pytest.mark.parametrize("path", ["/api/../authorize", "/api//things", "/api/%2e%2e/x", "/api/a\\b"])
async def test_a_path_that_leads_elsewhere_is_refused_before_anything_is_sent(
    connector: Connector, path: str
) -> None:
    async with answering(connector, 200, b"{}") as client:
        with pytest.raises(RejectedError) as caught:
            await client.call("GET", path)

    assert caught.value.cause == "denied"


async def test_what_is_denied_is_refused_before_anything_is_sent(connector: Connector) -> None:
    denied = [
        call for call in calls.every(connector.system) if connector.dialect.denied(call.method, call.path)
    ]

    assert denied
    async with answering(connector, 200, b"{}") as client:
        for call in denied:
            with pytest.raises(RejectedError, match="Nothing was sent"):
                await client.call(call.method, call.path.replace("{", "").replace("}", ""))
