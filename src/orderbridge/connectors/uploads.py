"""Files in a request: ``multipart/form-data`` with one file and some fields."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderbridge.core.errors import FlowError

_SAFE = re.compile(r'[\r\n"]')


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to send.

    Attributes:
        field: The form's name for it.
        fields: The form's other fields.
    """

    field: str
    file_name: str
    content: bytes
    fields: Mapping[str, str]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Upload:
        """Read ``{"file": {"name": …, "content_base64": …}, …}``; every other entry is a field.

        Raises:
            FlowError: There is not exactly one file, or its content is not base64.
        """
        files = [(name, item) for name, item in body.items() if isinstance(item, dict)]
        if len(files) != 1:
            raise FlowError(
                f"an upload has exactly one file, and {len(files)} are given; nothing was sent",
                cause="flow.input_refused",
            )
        [(field, file)] = files
        try:
            content = base64.b64decode(file["content_base64"], validate=True)
        except ValueError as error:
            raise FlowError(
                f"the content of file {file['name']!r} is not base64; nothing was sent",
                cause="flow.input_refused",
            ) from error
        return cls(field, file["name"], content, {name: str(body[name]) for name in body if name != field})

    def encoded(self, boundary: str) -> tuple[bytes, str]:
        """Return the body and its Content-Type."""
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_SAFE.sub("_", name)}"\r\n\r\n{value}\r\n'.encode()
            for name, value in self.fields.items()
        ]
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_SAFE.sub("_", self.field)}"; '
            f'filename="{_SAFE.sub("_", self.file_name)}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        body = b"".join([*parts, head.encode(), self.content, f"\r\n--{boundary}--\r\n".encode()])
        return body, f"multipart/form-data; boundary={boundary}"


def sent_file(upload: Upload | None) -> tuple[bytes | None, dict[str, str] | None]:
    """Return the body and the headers of an upload, nothing where there is none."""
    if upload is None:
        return None, None
    body, content_type = upload.encoded(f"orderbridge-{secrets.token_hex(12)}")
    return body, {"Content-Type": content_type}
