"""Each thing that can be wrong with a HighLevel connection gets its own words; a stub answers as HighLevel would."""

from __future__ import annotations

import pytest
from connector_stub import MovingClock, Reply, Seen, Stub

from orderbridge.accounts.diagnosis import Check, run
from orderbridge.connectors.ghl import diagnose
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core import jsonio

LOCATION = Reply(body=jsonio.encode({"location": {"id": "loc1", "name": "Bakery"}}))
LIST = Reply(body=jsonio.encode({"data": [], "totalCount": 0}))
NOBODY = Reply(body=jsonio.encode({"contact": None}))
GOOD = {"/locations/loc1": LOCATION, "/contacts/search/duplicate": NOBODY}
SCOPE = "The token is not authorized for this scope."
IAM = "This route is not yet supported by the IAM Service. Please update your IAM config."


def refused(message: str, status: int = 401) -> Reply:
    return Reply(status, jsonio.encode({"statusCode": status, "message": message}))


async def diagnosed(
    ghl: GhlClient, stub: Stub, clock: MovingClock, answers: dict[str, Reply]
) -> dict[str, Check]:
    def answer(seen: Seen) -> Reply:
        return (GOOD | answers).get(seen.path, LIST)

    stub.answer = answer
    steps = diagnose.steps(ghl, config={"base_url": stub.url}, clock=clock)
    return {check.id: check for check in await run(steps)}


async def test_a_good_connection_passes_every_check_and_names_its_location(
    ghl: GhlClient, stub: Stub, clock: MovingClock
) -> None:
    checks = await diagnosed(ghl, stub, clock, {})

    assert [name for name in checks if "." not in name] == [
        "address", "dns", "tcp", "tls", "api", "clock", "sign_in", "token_kind", "location",
    ]  # fmt: skip
    assert [name for name in checks if name.startswith("scope.")] == [
        "scope.locations.readonly",
        "scope.contacts.readonly",
        "scope.payments/orders.readonly",
        "scope.payments/transactions.readonly",
        "scope.payments/subscriptions.readonly",
    ]
    # The stub stands in another time than the test.
    outcomes = {check.finding.outcome for name, check in checks.items() if name != "clock"}
    assert outcomes == {"ok", "skipped"}
    assert checks["location"].finding.says == "Bakery (loc1)"


@pytest.mark.parametrize(
    ("reply", "check", "cause", "words"),
    [
        (refused("Invalid JWT"), "sign_in", "ghl.unauthorised", "whole and without blanks"),
        (
            refused("Invalid token: access token is invalid"),
            "sign_in",
            "ghl.unauthorised",
            "revoked, rotated",
        ),
        (refused("Token's user type mismatch!"), "sign_in", "ghl.wrong_token_kind", "not in the agency"),
        (
            refused("This authClass type is not allowed to access this scope. Use a token", 403),
            "sign_in",
            "ghl.wrong_token_kind",
            "agency",
        ),
        (refused("version header was not found."), "sign_in", "ghl.version", "2021-07-28"),
        (refused("Invalid API version segment 'x' at position 0", 400), "sign_in", "ghl.version", "version"),
        (refused(IAM), "sign_in", "ghl.route_unsupported", "support"),
        (refused("Location is not active", 400), "sign_in", "ghl.location_suspended", "agency activate it"),
        (
            refused("The token does not have access to this location.", 403),
            "location",
            "ghl.wrong_location",
            "another location",
        ),
        (refused("Location with id loc1 not found", 400), "location", "ghl.not_found", "no location loc1"),
        (refused("Forbidden resource", 403), "sign_in", "ghl.forbidden", "plan"),
        (Reply(200, b"<html>Hello</html>", content_type="text/html"), "api", "ghl.not_highlevel", "Hello"),
        (Reply(502, b"<h1>Bad Gateway</h1>", content_type="text/html"), "api", "ghl.server_error", "502"),
    ],
)
async def test_each_meaning_of_a_refusal_is_told_apart(
    ghl: GhlClient, stub: Stub, clock: MovingClock, reply: Reply, check: str, cause: str, words: str
) -> None:
    checks = await diagnosed(ghl, stub, clock, {"/locations/loc1": reply})
    finding = checks[check].finding

    assert (finding.outcome, finding.cause) == ("problem", cause)
    assert words in f"{finding.says} {finding.next}"
    assert not [item for item in checks.values() if "pit-1" in repr(item)]


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/locations/loc1", "locations.readonly"),
        ("/contacts/search/duplicate", "contacts.readonly"),
        ("/payments/orders", "payments/orders.readonly"),
        ("/payments/transactions", "payments/transactions.readonly"),
        ("/payments/subscriptions", "payments/subscriptions.readonly"),
    ],
)
async def test_a_missing_scope_is_named_with_how_to_add_it_and_the_others_are_still_tried(
    ghl: GhlClient, stub: Stub, clock: MovingClock, path: str, scope: str
) -> None:
    checks = await diagnosed(ghl, stub, clock, {path: refused(SCOPE)})
    problems = [name for name, item in checks.items() if item.finding.outcome == "problem"]

    assert problems == [f"scope.{scope}"]
    assert f"tick {scope} in HighLevel" in (checks[problems[0]].finding.next or "")
    assert not [item for item in checks.values() if "not tried" in item.finding.says]


async def test_a_route_that_is_not_switched_on_is_no_missing_scope(
    ghl: GhlClient, stub: Stub, clock: MovingClock
) -> None:
    checks = await diagnosed(ghl, stub, clock, {"/payments/orders": refused(IAM)})

    assert checks["scope.payments/orders.readonly"].finding.cause == "ghl.route_unsupported"
    assert checks["scope.payments/transactions.readonly"].finding.outcome == "ok"


async def test_a_read_that_is_refused_for_its_question_shows_that_the_scope_is_there(
    ghl: GhlClient, stub: Stub, clock: MovingClock
) -> None:
    answer = refused("property altType should not exist", 422)
    checks = await diagnosed(ghl, stub, clock, {"/payments/orders": answer})

    assert checks["scope.payments/orders.readonly"].finding.outcome == "ok"
