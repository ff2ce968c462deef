"""The command line within this process: much quicker than a process of its own, and the same code from ``main`` on."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
from collections.abc import Mapping
from unittest.mock import patch

from orderbridge.cli.main import main
from orderbridge.core import log
from support.command import Ran


async def orderbridge_inside(*arguments: str, environment: Mapping[str, str]) -> Ran:
    """Run ``orderbridge`` to its end, in a thread with a loop of its own; nobody can be asked there."""
    return await asyncio.to_thread(_run, arguments, environment)


def _run(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Ran:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ORDERBRIDGE_")}
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.dict(os.environ, clean | {"COLUMNS": "200"} | dict(environment), clear=True),
        patch.object(sys, "argv", ["orderbridge", *arguments]),
        patch.object(sys, "stdin", io.StringIO()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        finally:
            log.configure(level="error")
    return Ran(code, out.getvalue(), err.getvalue())
