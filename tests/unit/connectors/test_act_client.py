from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from connector_stub import MovingClock, Reply, Seen, Stub

from orderbridge.connectors.act import batch
from orderbridge.connectors.act.batch import BatchCall
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import ContactDraft, LineItemDraft, NamedType
from orderbridge.core import jsonio
from orderbridge.core.errors import (
    BadRecordError,
    InDoubtError,
    NotFoundError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TransientError,
)

TOKEN = Reply(body=b"eyJ.token.one", content_type="text/html")


def json(value: object, status: int = 200, **headers: str) -> Reply:
    return Reply(status, jsonio.encode(value), {k.replace("_", "-"): v for k, v in headers.items()})


def contact(number: int, **more: object) -> dict[str, object]:
    return {"id": f"c{number}", "firstName": "Ada", "isUser": False} | more


class Act:
    """Answers sign-ins itself and the rest from a function."""

    def __init__(self, stub: Stub) -> None:
        self.sign_ins = 0
        self.reply = lambda seen: json({})
        stub.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        if seen.path.endswith("/authorize"):
            self.sign_ins += 1
            return Reply(body=f"token{self.sign_ins}".encode(), content_type="text/html")
        return self.reply(seen)


@pytest.mark.parametrize("body", [b"abc.def.ghi", b'"abc.def.ghi"', b"  abc.def.ghi\r\n"])
async def test_signing_in_sends_user_password_and_database_and_takes_the_bare_token(
    act: ActClient, stub: Stub, body: bytes
) -> None:
    stub.will(Reply(body=body, content_type="text/html"), json(contact(1)))
    assert (await act.my_record()).id == "c1"
    sign_in, call = stub.seen
    assert sign_in.path == "/act.web.api/authorize"
    assert (
        base64.b64decode(sign_in.headers["Authorization"].removeprefix("Basic "))
        == b"ada@example.test:s3cret"
    )
    assert sign_in.headers["Act-Database-Name"] == call.headers["Act-Database-Name"] == "Sales"
    assert call.headers["Authorization"] == "Bearer abc.def.ghi"


@pytest.mark.parametrize("reply", [Reply(401, b""), Reply(401, b"null")])
async def test_wrong_credentials_name_all_three_suspects(act: ActClient, stub: Stub, reply: Reply) -> None:
    stub.will(reply)
    with pytest.raises(ReconnectError, match="user, the password or the database") as caught:
        await act.authorize()
    assert "s3cret" not in str(caught.value)
    assert caught.value.cause == "act.wrong_credentials"


async def test_a_page_instead_of_a_token_is_not_taken_for_one(act: ActClient, stub: Stub) -> None:
    stub.will(Reply(body=b"<html>Login</html>", content_type="text/html"))
    with pytest.raises(TransientError, match=r"/act\.web\.api"):
        await act.authorize()


async def test_the_session_is_renewed_before_it_ends(act: ActClient, stub: Stub, clock: MovingClock) -> None:
    server = Act(stub)
    server.reply = lambda _: json(contact(1))
    await act.contact("c1")
    clock.advance(49 * 60)
    await act.contact("c1")
    clock.advance(60)
    await act.contact("c1")
    assert server.sign_ins == 2


async def test_many_calls_at_once_sign_in_once(act: ActClient, stub: Stub) -> None:
    server = Act(stub)
    server.reply = lambda _: json(contact(1))
    await asyncio.gather(*(act.contact("c1") for _ in range(20)))
    assert server.sign_ins == 1


async def test_an_early_401_signs_in_anew_once_for_all_calls_that_saw_it(
    act: ActClient, stub: Stub, clock: MovingClock
) -> None:
    server = Act(stub)
    server.reply = lambda seen: (
        Reply(401, b"") if seen.headers["Authorization"] == "Bearer token1" else json(contact(1))
    )
    await act.authorize()
    clock.advance(5)
    await asyncio.gather(*(act.contact("c1") for _ in range(5)))
    assert 2 <= server.sign_ins <= 6
    clock.advance(5)
    await act.contact("c1")
    assert server.sign_ins <= 6


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (json({"message": "4032"}, 403), ReconnectError, "Web API Access"),
        (json({"message": "4031 subscription"}, 403), ReconnectError, "subscription"),
        (
            json({"message": "Invalid key=value pair (missing equal-sign) in Authorization header"}, 403),
            ReconnectError,
            "region",
        ),
        (Reply(403, b"Forbidden", content_type="text/plain"), ReconnectError, "allow-list"),
        (Reply(404, b""), NotFoundError, "private"),
        (Reply(302, b"", {"Location": "https://other/"}), ReconnectError, "https://other/"),
        (
            json({"message": "An error has occurred.", "exceptionMessage": "Bad", "stackTrace": "at X"}, 400),
            RejectedError,
            "An error has occurred.: Bad",
        ),
    ],
)
async def test_a_refusal_says_what_to_do(
    act: ActClient, stub: Stub, reply: Reply, error: type[Exception], words: str
) -> None:
    stub.will(TOKEN, reply)
    with pytest.raises(error, match=words) as caught:
        await act.my_record()
    assert "at X" not in str(caught.value)


async def test_a_full_minute_is_told_by_its_headers_even_under_403(
    act: ActClient, stub: Stub, clock: MovingClock
) -> None:
    stub.will(TOKEN, Reply(403, b"", {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "100"}))
    stub.will(json(contact(1)))
    # The stub's budget was made with a window of ten seconds.
    assert (await act.contact("c1")).id == "c1"
    assert sum(clock.slept) >= 10


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/database/maintenance/lock"),
        ("PUT", "/api/database/backups"),
        ("DELETE", "/API/Users/u1"),
        ("DELETE", "/api/users/u1/contact-info"),
        ("POST", "/api/users"),
        ("DELETE", "/api/opportunities/processes/p1"),
        ("DELETE", "/api/opportunities/stages/s1/"),
        ("DELETE", "/api/metadata/entities/Payments"),
        ("DELETE", "/api/metadata/contact/fields/f1"),
        ("GET", "/api/cache-refresh"),
        ("PUT", "/api/Cors/1"),
        ("PUT", "/api/contacts/duplicate"),
        ("PUT", "/api/contacts/c1/duplicate"),
        ("PUT", "/api/contacts/%64uplicate"),
        ("DELETE", "/api/x/../users/u1"),
        ("DELETE", "/api//users/u1"),
        ("POST", "/api/cache-refresh?now=1"),
        ("DELETE", "/api/opportunities/processes%2Fp1%0A"),
        ("DELETE", "/api/opportunities/processes%2Fp1%20"),
        ("DELETE", "/api/opportunities/Processes%252Fp1"),
        ("DELETE", "/api/metadata/x%0D"),
        ("POST", "/api/database/x%00"),
        ("POST", "/api/users%20"),
        ("POST", "/api/users."),
        ("POST", "/api/users;a=b"),
        ("POST", "/api/users%23"),
        ("post", "/api/users"),
        ("POST", "/api/;x/users"),
        ("POST", "/api/%252525252525252e"),
    ],
)
async def test_what_could_destroy_a_database_is_refused_before_anything_is_sent(
    act: ActClient, stub: Stub, method: str, path: str
) -> None:
    with pytest.raises(RejectedError) as caught:
        await act.http.call(method, path)
    assert caught.value.cause == "denied"
    with pytest.raises(RejectedError):
        await act.batch([BatchCall(method=method, path=path)])
    assert stub.seen == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/users"),
        ("GET", "/api/database/backups"),
        ("DELETE", "/api/opportunities/o1/products/l1"),
        ("POST", "/api/metadata/entities"),
        ("POST", "/api/contacts"),
        ("GET", "/api/preferences/duplicates-checking/Contact"),
        ("GET", "/api/custom/100%25%20Cotton%20Inc."),
        ("GET", "/api/contacts/50%2525/notes"),
    ],
)
async def test_ordinary_calls_are_not_denied(act: ActClient, method: str, path: str) -> None:
    act.http.guard(method, path)


async def test_lists_are_walked_in_a_unique_order_to_their_end(act: ActClient, stub: Stub) -> None:
    server = Act(stub)
    rows = [contact(n) for n in range(7)]
    server.reply = lambda seen: json(rows[int(seen.query.get("$skip", 0)) :][: int(seen.query["$top"])])
    found = [item async for item in act.contacts("edited ge 2026-01-01T00:00:00Z", page_rows=5)]
    assert [item.id for item in found] == [f"c{n}" for n in range(7)]
    queries = [seen.query for seen in stub.seen[1:]]
    assert queries[0] == {
        "$filter": "edited ge 2026-01-01T00:00:00Z",
        "$orderby": "edited,id",
        "$top": "5",
    }
    assert queries[1]["$skip"] == "2"


async def test_an_opportunity_is_ours_only_with_our_reference(act: ActClient, stub: Stub) -> None:
    # A server that ignores the filter would hand out strangers' deals.
    rows = [{"id": "o1", "sourceId": "order-1"}, {"id": "o2", "sourceId": "other"}, {"id": "o3"}]
    stub.will(TOKEN, json(rows))
    assert [item.id for item in await act.opportunities_by_source_id("order-1")] == ["o1"]
    assert stub.seen[1].query["$filter"] == "sourceId eq 'order-1'"


async def test_patching_repeats_the_id_in_the_body(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, json(contact(1)))
    await act.patch_contact("c1", ContactDraft(first_name="Ada"))
    assert jsonio.decode(stub.seen[1].body)["id"] == "c1"


async def test_replacing_a_line_never_becomes_a_full_discount(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, json({"id": "l1", "price": 10, "quantity": 2}))
    draft = LineItemDraft(name="Tee", item_number="1", price=Decimal("10.10"), quantity=Decimal(2))
    await act.update_line_item("o1", "l1", draft)
    body = jsonio.decode(stub.seen[1].body)
    assert body["discount"] == 0
    assert body["discountPrice"] == body["price"] == Decimal("10.10")
    assert "total" not in body


@pytest.mark.parametrize(
    "reply", [Reply(200, b""), Reply(201, b"<html/>"), json([]), json({"name": "no id"})]
)
async def test_a_write_whose_answer_cannot_be_read_is_in_doubt(
    act: ActClient, stub: Stub, reply: Reply
) -> None:
    stub.will(TOKEN, reply)
    with pytest.raises(InDoubtError, match="looked up"):
        await act.create_contact(ContactDraft(first_name="Ada"))


async def test_emails_are_looked_up_in_one_call_and_matched_without_regard_to_case(
    act: ActClient, stub: Stub
) -> None:
    stub.will(TOKEN, json({"ADA@example.test": "c1", "gone@example.test": None}))
    found = await act.contact_ids_by_email(["ada@example.test", "gone@example.test", "new@example.test"])
    assert found == {"ada@example.test": "c1"}
    assert await act.contact_ids_by_email([]) == {}


async def test_a_build_without_the_email_helper_is_asked_by_filter(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, Reply(404, b""), json([contact(3, emailAddress="Ada@Example.test")]))
    assert await act.contact_ids_by_email(["ada@example.test"]) == {"ada@example.test": "c3"}
    assert stub.seen[2].query["$filter"] == "emailAddress eq 'ada@example.test'"


async def test_phone_candidates_end_like_the_number(act: ActClient, stub: Stub) -> None:
    rows = [
        contact(1, businessPhone="+1 (303) 555-0100"),
        contact(2, mobilePhone="303.777.0100"),
        contact(3, mobilePhone="5550100"),
        contact(4),
    ]
    stub.will(TOKEN, json(rows))
    found = await act.contacts_by_phone_digits("+13035550100")
    assert [item.id for item in found] == ["c1", "c3"]
    assert stub.seen[1].query["phoneFormat"] == "E164"
    assert await act.contacts_by_phone_digits("12") == []


async def test_clearing_a_task_names_the_history_type(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, json({}))
    done = NamedType(id=8, name="To-do Done", active=True)
    at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    await act.clear_task("t1", result=done, subject="Packed", happened_at=at)
    assert stub.seen[1].path.endswith("/api/tasks/t1/clear")
    assert jsonio.decode(stub.seen[1].body)["result"] == {"id": 8, "name": "To-do Done"}


async def test_patient_calls_leave_the_first_place_to_live_ones(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, json(contact(1)))
    asked: list[bool] = []
    acquire = act.http.budget.acquire

    class Watching:
        def __getattr__(self, name: str) -> object:
            return getattr(budget, name)

        async def acquire(self, *, calls: int = 1, urgent: bool = True) -> None:
            asked.append(urgent)
            await acquire(calls=calls, urgent=urgent)

    budget = act.http.budget
    act.http.budget = Watching()  # type: ignore[assignment]
    await act.unhurried().contact("c1")
    assert asked[-1] is False


def test_a_batch_holds_whole_requests() -> None:
    calls = [
        BatchCall(method="GET", path="/api/contacts", params={"$top": 1, "$filter": "a eq 'b c'", "x": None}),
        BatchCall(method="POST", path="/api/contacts", body={"firstName": "Zoë", "n": Decimal("1.10")}),
    ]
    raw = batch.build(calls, base_url="https://host.test/act.web.api", boundary="b1")
    head, first, second, tail = raw.split(b"--b1")
    assert head == b""
    assert tail == b"--\r\n"
    assert (
        b"GET /act.web.api/api/contacts?%24top=1&%24filter=a+eq+%27b+c%27 HTTP/1.1\r\nHost: host.test\r\n"
        in first
    )
    body = '{"firstName":"Zoë","n":1.10}'.encode()
    assert second.endswith(b"\r\n\r\n" + body + b"\r\n")
    assert f"Content-Length: {len(body)}".encode() in second


BATCH_TYPE = 'multipart/mixed; boundary="r1"'


def batch_answer(*parts: bytes) -> bytes:
    joined = b"".join(
        b"--r1\r\nContent-Type: application/http; msgtype=response\r\n\r\n" + part + b"\r\n" for part in parts
    )
    return joined + b"--r1--\r\n"


def test_batch_answers_are_read_one_by_one() -> None:
    raw = batch_answer(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"id":"c1","n":1.10}',
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{"name":"Zoë"}'.encode(),
    )
    first, second, third = batch.parse(raw, BATCH_TYPE, expected=3)
    assert (first.status, first.body) == (200, {"id": "c1", "n": Decimal("1.10")})
    assert (second.status, second.body, second.ok) == (404, None, False)
    assert third.body == {"name": "Zoë"}


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (batch_answer(b"HTTP/1.1 200 OK\r\n\r\n{}"), BATCH_TYPE),
        (batch_answer(b"nonsense", b"HTTP/1.1 200 OK\r\n\r\n"), BATCH_TYPE),
        (b"<html>", "text/html"),
        (b"", ""),
    ],
)
async def test_a_batch_with_a_write_and_an_unreadable_answer_is_in_doubt(
    act: ActClient, stub: Stub, raw: bytes, kind: str
) -> None:
    calls = [BatchCall(method="POST", path="/api/contacts", body={}), BatchCall(method="GET", path="/api/x")]
    with pytest.raises(BadRecordError):
        batch.parse(raw, kind, expected=2)
    stub.will(TOKEN, Reply(200, raw, content_type=kind or "text/plain"))
    with pytest.raises(InDoubtError):
        await act.batch(calls)


async def test_a_server_without_batches_is_recognised(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, Reply(404, b""))
    assert not await act.batch_works()
    good = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"id":"c1"}'
    stub.will(Reply(200, batch_answer(good, good), content_type=BATCH_TYPE))
    assert await act.batch_works()
    bad = b"HTTP/1.1 401 Unauthorized\r\n\r\n"
    stub.will(Reply(200, batch_answer(good, bad), content_type=BATCH_TYPE))
    assert not await act.batch_works()


async def test_a_used_up_budget_reaches_the_caller(act: ActClient, stub: Stub) -> None:
    stub.will(TOKEN, Reply(429, b"", {"Retry-After": "600"}))
    with pytest.raises(RateLimitedError):
        await act.contact("c1")


async def test_the_system_is_asked_without_credentials(act: ActClient, stub: Stub) -> None:
    stub.will(json({"apiVersion": "1.1.1324.1", "sdkVersion": "26"}))
    assert (await act.system()).api_version == "1.1.1324.1"
    assert "Authorization" not in stub.seen[0].headers
    stub.will(Reply(200, b"<html>", content_type="text/html"))
    with pytest.raises(BadRecordError, match="server address"):
        await act.system()


async def test_a_session_that_is_refused_again_right_after_signing_in_ends_in_reconnect(
    act: ActClient, stub: Stub, clock: MovingClock
) -> None:
    server = Act(stub)
    server.reply = lambda _: Reply(401, b"")
    await act.authorize()
    clock.advance(5)

    with pytest.raises(ReconnectError, match="signing in again did not help"):
        await act.contact("c1")
    assert server.sign_ins == 2
