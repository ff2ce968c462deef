from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from connector_stub import MovingClock, Reply, Stub

from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.exchanges import MOST_CALLS, Conversation, hearing
from orderbridge.connectors.http import HttpClient
from orderbridge.core import jsonio
from orderbridge.core.errors import RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import HIDDEN
from orderbridge.engine.transcripts import MOST_CHARACTERS, MOST_IN_ALL, transcript

Make = Callable[..., HttpClient]
PART = (
    "--b1\r\nContent-Type: application/http\r\n\r\nPOST /api/x HTTP/1.1\r\nAuthorization: Bearer abcdefgh1\r\n"
    '\r\n{"a":1}\r\n--b1--'
)


def answer_of(call: JsonObject) -> Any:
    return call["answer"] and call["answer"]["body"]


async def test_a_refused_write_is_kept_with_both_bodies_and_every_try(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    stub.will(
        Reply(429, headers={"Retry-After": "7"}),
        Reply(422, b'{"message":"price must be positive","traceId":"t-1"}'),
    )
    said = Conversation()
    with hearing(said), pytest.raises(RejectedError):
        await http_client().call("POST", "/lines", params={"token": "abcdef", "page": 2}, body={"price": -5})
    kept = transcript(said, "failed")
    assert kept is not None
    (call,) = kept["calls"]
    assert (call["method"], call["url"]) == ("POST", f"{stub.url}/lines?token={HIDDEN}&page=2")
    assert call["request"] == {"body": {"price": -5}, "bytes": 12, "cut": False, "absent": False}
    assert call["answer"]["body"] == {"message": "price must be positive", "traceId": "t-1"}
    assert [one["status"] for one in call["tries"]] == [429, 422]


async def test_a_call_that_nobody_answered_says_so(http_client: Make) -> None:
    said = Conversation()
    with hearing(said), pytest.raises(TransientError):
        await http_client(base_url="http://127.0.0.1:1").call("GET", "/x")
    kept = transcript(said, "failed")
    assert kept is not None
    assert [one["status"] for one in kept["calls"][0]["tries"]] == [None] * 4
    assert "no connection" in kept["calls"][0]["tries"][0]["problem"]


async def test_of_what_only_read_the_line_is_kept_and_of_writes_as_much_as_is_wanted(
    http_client: Make, stub: Stub
) -> None:
    said = Conversation()
    with hearing(said):
        client = http_client()
        stub.will(Reply(body=b'{"rows":[1,2,3]}'), Reply(201, b'{"id":"7"}'))
        await client.call("GET", "/rows")
        await client.call("POST", "/rows", body={"a": 1})
    # What is said outside of the block is none of it.
    stub.will(Reply())
    await client.call("GET", "/other")
    assert transcript(said, "none") is None
    assert [answer_of(call) for call in (transcript(said, "failed") or {})["calls"]] == [None, None]
    assert [answer_of(call) for call in (transcript(said, "writes") or {})["calls"]] == [None, {"id": "7"}]


async def test_credentials_are_never_kept_wherever_they_come_back(act: ActClient, stub: Stub) -> None:
    said = Conversation()
    stub.will(Reply(body=b'"an-opaque-token-1"'))
    stub.will(
        Reply(
            400,
            jsonio.encode({"echo": "you sent an-opaque-token-1", "password": "s3cret", "note": "ada@x.test"}),
        )
    )
    with hearing(said), pytest.raises(RejectedError):
        await act.request("POST", "/api/contacts", body={"apiKey": "k-123456", "emailAddress": "ada@x.test"})
    assert [seen.path for seen in stub.seen][-1].endswith("/api/contacts")
    assert len(said.calls) == 1, "signing in was heard"
    kept = jsonio.encode(transcript(said, "writes")).decode()
    for secret in ("an-opaque-token-1", "s3cret", "k-123456"):
        assert secret not in kept
    # The owner's own customers are no secret to the owner.
    assert kept.count("ada@x.test") == 2


def big(number: int) -> bytes:
    return jsonio.encode({"rows": [{"n": at, "text": "x" * 90} for at in range(number)]})


async def test_long_bodies_are_cut_and_very_many_calls_are_counted(http_client: Make, stub: Stub) -> None:
    said = Conversation()
    with hearing(said):
        client = http_client()
        for _ in range(MOST_CALLS + 5):
            stub.will(Reply(201, big(400)))
            await client.call("POST", "/rows", body={"a": 1})
    kept = transcript(said, "writes")
    assert kept is not None
    assert (len(kept["calls"]), kept["left_out"]) == (MOST_CALLS, 5)
    first, last = kept["calls"][0]["answer"], kept["calls"][-1]["answer"]
    assert (first["cut"], first["bytes"]) == (True, len(big(400)))
    assert first["body"]["rows"][0] == {"n": 0, "text": "x" * 90}
    assert len(jsonio.encode(first["body"])) < 1.5 * MOST_CHARACTERS
    assert last is None
    assert len(jsonio.encode(kept)) < 2 * MOST_IN_ALL


async def test_a_batch_is_shown_call_by_call_and_a_form_field_by_field(http_client: Make, stub: Stub) -> None:
    said = Conversation()
    with hearing(said):
        client = http_client()
        stub.will(Reply(), Reply())
        await client.call(
            "POST", "/api/$batch", raw=PART.encode(), headers={"Content-Type": "multipart/mixed; boundary=b1"}
        )
        await client.call("POST", "/form", form={"name": "Ada", "password": "s3cret"})
    kept = transcript(said, "writes")
    assert kept is not None
    assert [call["request"]["body"] for call in kept["calls"]] == [
        [{"call": "POST /api/x HTTP/1.1", "body": {"a": 1}}],
        {"name": "Ada", "password": HIDDEN},
    ]
