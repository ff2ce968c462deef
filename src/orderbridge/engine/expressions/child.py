"""The process that computes: requests on its input, answers on its output, one after the other.

It is started without our environment, reads no file and opens no connection. Whoever started it ends it when it
takes too long; should that one be gone, it ends itself.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
import threading
import time
from io import FileIO
from typing import Any

from orderbridge.core import jsonio, platform
from orderbridge.core.places import MISSING
from orderbridge.engine.expressions.frames import LARGEST_BYTES, LENGTH_BYTES, Answer, framed, length_of
from orderbridge.flows.expressions.evaluator import Compiled
from orderbridge.flows.expressions.problems import ComputeError

_CHUNK_BYTES = 1 << 16
# Calls within calls, and a stack that holds them on every system.
_DEEPEST_CALLS = 5_000
_STACK_BYTES = 64 * 1024 * 1024
_SMALL_STACK_BYTES = 256 * 1024
_ARM_AGAIN_S = 5.0
# So that the answer that there is no memory left finds some.
_TOO_LARGE = framed(jsonio.encode([Answer.TOO_LARGE]))


class _Watch:
    """Ends this process if an evaluation goes on although nobody is left to end it."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._armed_at: float | None = None
        self._nowhere = open(os.devnull, "w")  # noqa: SIM115

    def arm(self) -> None:
        now = time.monotonic()
        if self._armed_at is None or now - self._armed_at > _ARM_AGAIN_S:
            # A timer of the interpreter that also goes off while a regular expression holds everything up.
            faulthandler.dump_traceback_later(self._after_s, exit=True, file=self._nowhere)
            self._armed_at = now

    def rest(self) -> None:
        if self._armed_at is not None:
            faulthandler.cancel_dump_traceback_later()
            self._armed_at = None


class _Requests:
    """The requests on the input."""

    def __init__(self, source: FileIO) -> None:
        self._source = source
        self._buffer = bytearray()

    def ready(self) -> bool:
        """Whether one is here already."""
        held = len(self._buffer)
        return held >= LENGTH_BYTES and held >= LENGTH_BYTES + length_of(self._buffer[:LENGTH_BYTES])

    def next(self) -> bytes | None:
        """Wait for one; None when nobody will ask again."""
        while not self.ready():
            chunk = self._source.read(_CHUNK_BYTES)
            if not chunk:
                return None
            self._buffer += chunk
        end = LENGTH_BYTES + length_of(self._buffer[:LENGTH_BYTES])
        body = bytes(self._buffer[LENGTH_BYTES:end])
        del self._buffer[:end]
        return body


def _answer(compiled: Compiled, body: bytes) -> bytes:
    try:
        asked = jsonio.decode(body)
    except ValueError:
        # Deeper, or with longer numbers, than JSON may be in this product.
        return _problem(ComputeError("is given a record that cannot be read", "no_json"))
    try:
        value = compiled.get(asked["text"]).run(asked["scope"], now_ms=asked["now_ms"])
        answer: list[Any] = [Answer.MISSING] if value is MISSING else [Answer.VALUE, value]
        result = jsonio.encode(answer)
    except ComputeError as error:
        return _problem(error)
    except RecursionError:
        return _problem(ComputeError("calls itself too deeply, or is nested too deeply", "too_deep"))
    except UnicodeEncodeError:
        return _problem(ComputeError("gives a text with half of a character", "no_result"))
    except (MemoryError, SystemExit):
        raise
    except Exception:
        # A fault of ours or the library's: the author cannot know more, and the record must not be shown.
        return _problem(ComputeError("cannot be computed", "no_result"))
    if len(result) > LARGEST_BYTES:
        return _problem(ComputeError(f"gives a result of more than {LARGEST_BYTES >> 20} MB", "too_large"))
    return result


def _problem(error: ComputeError) -> bytes:
    return jsonio.encode([Answer.PROBLEM, error.reason, error.cause, error.position])


def _serve(memory_bytes: int, watch_s: float) -> None:
    requests = _Requests(FileIO(0, "r", closefd=False))
    # What any code prints must not be taken for an answer.
    output = FileIO(os.dup(1), "w")
    compiled = Compiled()
    watch = _Watch(watch_s)
    compiled.get("1").run({})
    gc.collect()
    gc.freeze()
    platform.limit_memory(memory_bytes)
    _write(output, framed(jsonio.encode([Answer.READY])))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    while (body := requests.next()) is not None:
        try:
            watch.arm()
            answer = framed(_answer(compiled, body))
        except (MemoryError, RuntimeError):
            _write(output, _TOO_LARGE)
            os._exit(0)
        del body
        _write(output, answer)
        if not requests.ready():
            watch.rest()


def _write(output: FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[output.write(view) or 0 :]
        except OSError:
            # Nobody listens any more.
            os._exit(0)


def main(memory_bytes: int, watch_s: float) -> None:
    """Compute until nobody asks any more."""
    sys.setrecursionlimit(_DEEPEST_CALLS)
    threading.stack_size(_STACK_BYTES)
    worker = threading.Thread(target=_serve, args=(memory_bytes, watch_s))
    worker.start()
    threading.stack_size(_SMALL_STACK_BYTES)
    worker.join()
    os._exit(0)
