"""``details`` and ``noteText``: kept as sent, given back as HTML, text or RTF.

Without ``format`` the real service answers HTML wrapped in spans, also for what went in as plain text.
"""

from __future__ import annotations

import html
import re

# Only real tags count: a mail address in angle brackets is text.
_TAG = re.compile(
    r"</?(?:html|head|body|style|p|br|hr|div|span|b|i|u|s|em|strong|font|a|ul|ol|li|table|tbody|tr|td|th|img|h[1-6])"
    r"(?:\s[^<>]*)?/?>|<!--.*?-->",
    re.DOTALL | re.IGNORECASE,
)
_BREAK = re.compile(r"<\s*(?:br|/p|/div)\b[^<>]*>", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Tell whether ``text`` was sent as HTML."""
    return _TAG.search(text) is not None


def rendered(text: str | None, form: str) -> str | None:
    """Return ``text`` in the representation ``form``: ``html``, ``text``, ``rtf`` or ``auto``."""
    if text is None:
        return None
    if form == "text":
        return _plain(text)
    if form == "rtf":
        return _rtf(_plain(text))
    if form == "auto" and not is_html(text):
        return text
    if is_html(text):
        return text
    escaped = html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br />")
    return f'<span style="font-family:Segoe UI;font-size:9pt;"><span>{escaped}</span></span>'


def _plain(text: str) -> str:
    if not is_html(text):
        return text
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))


def _rtf(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}").replace("\n", "\\par\n")
    body = "".join(c if ord(c) < 128 else _rtf_character(c) for c in escaped)
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0 {body}}}"


def _rtf_character(character: str) -> str:
    units = character.encode("utf-16-le")
    numbers = (int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2))
    return "".join(f"\\u{number}?" for number in numbers)
