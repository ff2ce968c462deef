"""Each thing that can be wrong with an Act! connection gets its own words; a stub answers as that server would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from connector_stub import MovingClock, Reply, Seen, Stub

from orderbridge.accounts.diagnosis import Check, run
from orderbridge.connectors.act import diagnose
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.directory import Permission
from orderbridge.connectors.diagnosis import Finding, fine
from orderbridge.core import jsonio

SYSTEM = Reply(body=jsonio.encode({"apiVersion": "1.1.1324.1", "sdkVersion": "24.0"}))
TOKEN = Reply(body=b"eyJ.token.one", content_type="text/html")
ME = Reply(body=jsonio.encode({"id": "c1", "fullName": "Ada"}))
NOTHING = Reply(body=b"[]")
GATEWAY = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256): 'x'."
GOOD = {"/api/system": SYSTEM, "/authorize": TOKEN, "/api/contacts/myrecord": ME, "/api/permissions": NOTHING}


def refused(message: str, status: int = 403) -> Reply:
    return Reply(status, jsonio.encode({"message": message}))


def judge(permissions: Sequence[Permission]) -> Finding:
    return fine(f"{len(permissions)} permissions")


async def diagnosed(
    act: ActClient, stub: Stub, clock: MovingClock, answers: dict[str, Reply], **config: Any
) -> dict[str, Check]:
    def answer(seen: Seen) -> Reply:
        return (GOOD | answers)[seen.path.removeprefix("/act.web.api")]

    stub.answer = answer
    given = {"base_url": f"{stub.url}/act.web.api", "database": "Sales", "user": "ada@example.test"} | config
    steps = diagnose.steps(act, config=given, clock=clock, judge=judge)
    return {check.id: check for check in await run(steps)}


async def test_a_good_connection_passes_every_check_in_order(
    act: ActClient, stub: Stub, clock: MovingClock
) -> None:
    checks = await diagnosed(act, stub, clock, {"/api/system": with_date(SYSTEM, clock)})

    assert list(checks) == [
        "address", "dns", "tcp", "tls", "api", "clock", "sign_in", "database", "permissions",
    ]  # fmt: skip
    assert {check.finding.outcome for check in checks.values()} == {"ok", "skipped"}
    assert "1.1.1324.1" in checks["api"].finding.says


def with_date(reply: Reply, clock: MovingClock, ahead_s: float = 0) -> Reply:
    moment = clock.now() + timedelta(seconds=ahead_s)
    return Reply(reply.status, reply.body, {"Date": format_datetime(moment, usegmt=True)}, reply.content_type)


@pytest.mark.parametrize(
    ("reply", "cause", "words"),
    [
        (
            Reply(200, b"<html>Welcome to IIS</html>", content_type="text/html"),
            "act.not_act",
            "Welcome to IIS",
        ),
        (Reply(200, b'{"hello": 1}'), "act.not_act", "not an Act! Web API"),
        (Reply(404, b"", content_type="text/html"), "act.not_there", "/act.web.api"),
        (Reply(302, b"", {"Location": "https://login.example/?secret=1"}), "act.redirected", "login.example"),
        (refused(GATEWAY), "act.wrong_address", "path and not the password"),
        (Reply(403, b"Forbidden", content_type="text/plain"), "act.blocked", "allow-list"),
        (Reply(503, b"Service Unavailable", content_type="text/html"), "act.server_error", "503"),
    ],
)
async def test_what_answers_instead_of_act_is_told_and_nobody_signs_in_there(
    act: ActClient, stub: Stub, clock: MovingClock, reply: Reply, cause: str, words: str
) -> None:
    checks = await diagnosed(act, stub, clock, {"/api/system": reply})
    finding = checks["api"].finding

    assert (finding.outcome, finding.cause) == ("problem", cause)
    assert words in f"{finding.says} {finding.next}"
    assert "secret=1" not in finding.says
    assert {checks[name].finding.outcome for name in ("clock", "sign_in", "database", "permissions")} == {
        "skipped"
    }
    assert not [seen for seen in stub.seen if "authorize" in seen.path]


@pytest.mark.parametrize(
    ("reply", "cause", "words"),
    [
        (Reply(401, b""), "act.wrong_credentials", "user, the password or the database"),
        (Reply(401, b"null"), "act.wrong_credentials", "'ada@example.test' into database 'Sales'"),
        (refused("4030 incompatible"), "act.forbidden.4030", "same version"),
        (refused("4031: subscription required"), "act.forbidden.4031", "subscription"),
        (refused("4032: API access permission required"), "act.forbidden.4032", "'Web API Access'"),
        (refused(GATEWAY), "act.wrong_address", "region"),
        (Reply(403, b"Forbidden", content_type="text/plain"), "act.blocked", "allow-list"),
        (Reply(200, b"<html>Log in</html>", content_type="text/html"), "act.no_token", "login page"),
    ],
)
async def test_each_refused_sign_in_is_told_apart(
    act: ActClient, stub: Stub, clock: MovingClock, reply: Reply, cause: str, words: str
) -> None:
    checks = await diagnosed(act, stub, clock, {"/authorize": reply})
    finding = checks["sign_in"].finding

    assert (finding.outcome, finding.cause) == ("problem", cause)
    assert words in f"{finding.says} {finding.next}"
    assert checks["database"].finding.outcome == "skipped"
    assert not [check for check in checks.values() if "s3cret" in repr(check)]


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Reply(401, b""), "act.unauthorised"),
        (Reply(403, b"no", content_type="text/plain"), "act.blocked"),
        (refused("The database is locked for maintenance.", 503), "act.server_error"),
    ],
)
async def test_a_session_that_opens_no_database_is_told(
    act: ActClient, stub: Stub, clock: MovingClock, reply: Reply, cause: str
) -> None:
    checks = await diagnosed(act, stub, clock, {"/api/contacts/myrecord": reply})

    assert checks["sign_in"].finding.outcome == "ok"
    assert (checks["database"].finding.outcome, checks["database"].finding.cause) == ("problem", cause)


@pytest.mark.parametrize(
    ("ahead_s", "outcome", "words"),
    [
        (0, "ok", ""),
        (59, "ok", ""),
        (-59, "ok", ""),
        (90, "warning", "90 s behind"),
        (-7200, "warning", "2 h ahead"),
    ],
)
async def test_a_clock_that_is_wrong_by_more_than_a_minute_is_mentioned_and_stops_nothing(
    act: ActClient, stub: Stub, clock: MovingClock, ahead_s: float, outcome: str, words: str
) -> None:
    checks = await diagnosed(act, stub, clock, {"/api/system": with_date(SYSTEM, clock, ahead_s)})

    assert checks["clock"].finding.outcome == outcome
    assert words in checks["clock"].finding.says
    assert checks["sign_in"].finding.outcome == "ok"


async def test_an_older_build_that_does_not_tell_permissions_is_no_problem(
    act: ActClient, stub: Stub, clock: MovingClock
) -> None:
    checks = await diagnosed(act, stub, clock, {"/api/permissions": Reply(404, b"")})

    assert checks["permissions"].finding.outcome == "warning"
    assert "Manage Users" in (checks["permissions"].finding.next or "")


async def test_an_address_that_was_stored_wrong_is_corrected(
    act: ActClient, stub: Stub, clock: MovingClock
) -> None:
    checks = await diagnosed(act, stub, clock, {}, base_url=f"{stub.url}/act.web.api/api/contacts")

    assert checks["address"].finding.outcome == "problem"
    assert f"{stub.url}/act.web.api" in (checks["address"].finding.next or "")
