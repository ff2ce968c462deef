"""How the two processes speak: a length of four bytes, then JSON with exact numbers."""

from __future__ import annotations

import struct
from enum import IntEnum

_LENGTH = struct.Struct(">I")
LENGTH_BYTES = _LENGTH.size
# What a record or a result may hold at most; the memory limit comes first where it is as it should be.
LARGEST_BYTES = 32 * 1024 * 1024


class Answer(IntEnum):
    """What an answer begins with."""

    READY = 0
    VALUE = 1
    MISSING = 2
    PROBLEM = 3
    TOO_LARGE = 4


def framed(body: bytes) -> bytes:
    """Put the length before ``body``."""
    return _LENGTH.pack(len(body)) + body


def length_of(head: bytes | bytearray) -> int:
    """Read a length."""
    length: int = _LENGTH.unpack(head)[0]
    return length
