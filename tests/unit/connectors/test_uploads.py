"""A file in a request cannot bring headers or parts of its own."""

from __future__ import annotations

import email
import email.message
from typing import Any

import pytest

from orderbridge.connectors.uploads import Upload
from orderbridge.core.errors import FlowError

EVIL = 'a"\r\nX-Evil: 1\r\n\r\n--b\r\n'


def test_names_bring_no_header_and_no_part() -> None:
    body = {EVIL: {"name": EVIL, "content_base64": "aGk="}, "other" + EVIL: "plain"}
    raw, content_type = Upload.of(body).encoded("boundary")
    message = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    parts: Any = message.get_payload()
    assert len(parts) == 2
    assert all("X-Evil" not in part for part in parts)
    assert [part.get_payload(decode=True) for part in parts] == [b"plain", b"hi"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"other": "x"}, "exactly one file"),
        (
            {"a": {"name": "a", "content_base64": ""}, "b": {"name": "b", "content_base64": ""}},
            "exactly one file",
        ),
        ({"a": {"name": "a", "content_base64": "%"}}, "not base64"),
        ({"a": {"name": "a", "content_base64": "ä"}}, "not base64"),
    ],
)
def test_what_is_no_upload_is_refused_in_words(body: dict[str, Any], says: str) -> None:
    with pytest.raises(FlowError, match=says):
        Upload.of(body)
