"""The log shows no secret, also not one that somebody else's error carries."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from orderbridge.core import log


def configured(patch: pytest.MonkeyPatch, *, json: bool = False) -> None:
    # Whoever else listens to the root logger would keep it from being set up.
    patch.setattr(logging.getLogger(), "handlers", [])
    log.configure(json=json)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    log.configure(level="error")


@pytest.mark.parametrize("json", [True, False])
def test_the_trace_of_an_error_shows_no_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, json: bool
) -> None:
    configured(monkeypatch, json=json)
    try:
        raise ValueError("cannot reach postgresql://app:hunter2-db@db.test/x with Bearer hunter2-bearer")
    except ValueError:
        log.get("a.module").exception("a request failed")
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "cannot reach" in said
    assert "hunter2" not in said


def test_what_a_library_logs_shows_no_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(monkeypatch)
    logger = logging.getLogger("some.library")
    try:
        raise ValueError("pit-0123456789abcdef0123456789abcdef")
    except ValueError:
        logger.exception("failed for %s", "https://user:hunter2@service.test/")
    said = capsys.readouterr().err
    assert "some.library: failed for https://[hidden]@service.test/" in said
    assert "Traceback" in said
    assert "0123456789abcdef" not in said
