"""Structured logs on stderr: a constant message and facts as fields; ids yes, payloads and secrets no."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from orderbridge.core.redact import redact, redact_text


def _without_secrets(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {key: redact({key: value})[key] for key, value in event.items()}


class _Formatter(logging.Formatter):
    """What libraries log, errors included, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return redact_text(super().format(record))


def configure(*, level: str = "info", json: bool = False) -> None:
    """Set up logging for this process.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        json: One JSON object a line instead of text for people.
    """
    number = getattr(logging, level.upper())
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(_Formatter("%(name)s: %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[libraries])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # First the trace as text: the message of somebody else's error can hold an address with its password.
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer()
            if json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of one module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger
