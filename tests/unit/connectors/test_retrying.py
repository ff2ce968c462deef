from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.connectors.base import Answer
from orderbridge.connectors.retrying import Verdict, after_answer, after_silence, pause_s


def answered(status: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, None, "", 0.0)


@pytest.mark.parametrize(
    ("answer", "read", "write"),
    [
        (answered(200), Verdict.DONE, Verdict.DONE),
        (answered(201), Verdict.DONE, Verdict.DONE),
        (answered(204), Verdict.DONE, Verdict.DONE),
        (answered(301), Verdict.REFUSED, Verdict.REFUSED),
        (answered(400), Verdict.REFUSED, Verdict.REFUSED),
        (answered(401), Verdict.REFUSED, Verdict.REFUSED),
        (answered(404), Verdict.REFUSED, Verdict.REFUSED),
        (answered(408), Verdict.AGAIN, Verdict.IN_DOUBT),
        (answered(409), Verdict.REFUSED, Verdict.REFUSED),
        (answered(422), Verdict.REFUSED, Verdict.REFUSED),
        (answered(429), Verdict.THROTTLED, Verdict.THROTTLED),
        (answered(500), Verdict.AGAIN, Verdict.IN_DOUBT),
        (answered(502), Verdict.AGAIN, Verdict.IN_DOUBT),
        (answered(503), Verdict.AGAIN, Verdict.IN_DOUBT),
        (answered(503, Retry_After="2"), Verdict.THROTTLED, Verdict.THROTTLED),
        (answered(504, Retry_After="2"), Verdict.AGAIN, Verdict.IN_DOUBT),
        (answered(522), Verdict.AGAIN, Verdict.IN_DOUBT),
    ],
)
def test_an_answer_is_judged_by_what_the_server_may_have_done(
    answer: Answer, read: Verdict, write: Verdict
) -> None:
    assert after_answer(answer, repeatable=True, throttled=False) is read
    assert after_answer(answer, repeatable=False, throttled=False) is write


def test_what_the_provider_calls_throttling_is_waited_out() -> None:
    assert after_answer(answered(403), repeatable=False, throttled=True) is Verdict.THROTTLED


@pytest.mark.parametrize(
    ("sent", "repeatable", "verdict"),
    [
        (False, False, Verdict.AGAIN),
        (False, True, Verdict.AGAIN),
        (True, True, Verdict.AGAIN),
        (True, False, Verdict.IN_DOUBT),
    ],
)
def test_a_write_that_may_have_left_is_never_sent_again(
    sent: bool, repeatable: bool, verdict: Verdict
) -> None:
    assert after_silence(sent=sent, repeatable=repeatable) is verdict


@given(attempt=st.integers(1, 60), seed=st.integers())
def test_pauses_are_bounded_however_long_it_lasts(attempt: int, seed: int) -> None:
    assert 0 <= pause_s(attempt, random.Random(seed)) <= min(20.0, 0.5 * 2 ** (attempt - 1))
