from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.connectors.act.webhooks import Monitor, Webhook, WebhookRequest, read_callback

ROW = {"id": "c1", "created": "2026-01-01T00:00:00Z", "edited": "2026-05-01T10:00:00Z"}


def ids(body: Any, trigger: str = "Updated") -> list[str | None]:
    return [item.record_id for item in read_callback(json.dumps(body).encode(), trigger)]


@pytest.mark.parametrize(
    "body",
    [
        ROW,
        [ROW],
        {"value": [ROW], "Count": 1},
        {"Data": ROW},
        {"items": {"records": [ROW]}},
        {"ID": "c1"},
        "c1",
        ["c1"],
        # The wrapper's own id is the webhook's.
        {"id": "hook-7", "callbackId": "x", "value": [ROW]},
    ],
)
def test_a_record_is_found_in_any_wrapping(body: Any) -> None:
    assert ids(body) == ["c1"]


def test_each_record_of_a_list_is_told_with_the_time_that_belongs_to_its_trigger() -> None:
    other = {"id": 7, "createDate": "2026-02-01T00:00:00Z", "editDate": "2026-02-02T00:00:00Z"}
    raw = json.dumps([ROW, other]).encode()

    assert [(item.record_id, item.moment) for item in read_callback(raw, "Updated")] == [
        ("c1", "2026-05-01T10:00:00Z"),
        ("7", "2026-02-02T00:00:00Z"),
    ]
    assert [item.moment for item in read_callback(raw, "Created")] == [
        "2026-01-01T00:00:00Z",
        "2026-02-01T00:00:00Z",
    ]


@pytest.mark.parametrize(
    "body", [None, 5, True, {}, [], {"value": []}, {"id": ""}, {"id": None}, {"id": {}}, [[[]]]]
)
def test_what_names_no_record_is_none(body: Any) -> None:
    assert ids(body) == []


@given(st.binary() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "value", "data", "x"]) | st.text(), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_body_whatever_breaks_the_reader(raw: bytes) -> None:
    for item in read_callback(raw, "Created"):
        assert item.record_id is None or item.record_id.strip()


@pytest.mark.parametrize("depth", [20, 900, 50_000])
def test_depth_breaks_nothing(depth: int) -> None:
    assert read_callback(b"[" * depth + b'{"id": "c1"}' + b"]" * depth, "Created") == []
    assert read_callback(b'{"value":' * depth + b'{"id": "c1"}' + b"}" * depth, "Created") == []


def test_a_request_shows_no_token_and_asks_for_no_default_property_again() -> None:
    request = WebhookRequest(
        monitor=Monitor("Custom", "Created", "Payments"),
        callback_url="https://x.test/hooks",
        callback_id="orderbridge/c/custom-payments-created",
        token="very-secret",
    )

    assert "very-secret" not in repr(request)
    assert request.to_api()["callbackToken"] == "very-secret"
    assert request.to_api()["monitorName"] == "Payments"
    assert "queryOption" not in request.to_api()


def test_a_suspended_webhook_is_told_by_its_date() -> None:
    data = {"id": "h1", "monitor": "Contacts", "suspended": "2026-05-01T10:00:00+00:00", "failedAttempts": 3}
    hook = Webhook.parse(data)

    assert hook.suspended_at is not None
    assert hook.failed_attempts == 3
    assert Webhook.parse({"id": "h1", "suspended": None}).suspended_at is None
