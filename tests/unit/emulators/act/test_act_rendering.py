"""Rich text, times, phones and the routing of the Act! twin."""

from __future__ import annotations

import pytest

from orderbridge.emulators.act import times
from orderbridge.emulators.act.answers import no_content
from orderbridge.emulators.act.errors import ActError
from orderbridge.emulators.act.richtext import rendered
from orderbridge.emulators.act.routes_contacts import e164
from orderbridge.emulators.act.routing import Router


@pytest.mark.parametrize(
    "text",
    ["plain", "a <b@c.test> & d", "two\nlines", "ref:tx;amount:10.00;currency:EUR", "Дмитрий 恵美子 🌻"],
)
def test_plain_text_survives_html_and_back(text: str) -> None:
    assert rendered(rendered(text, "html"), "text") == text
    assert rendered(text, "text") == text


def test_rtf_escapes_what_is_not_ascii() -> None:
    assert rendered("ä{🌻}", "rtf") == "{\\rtf1\\ansi\\ansicpg1252\\deff0 \\u228?\\{\\u-10180?\\u-8389?\\}}"


def test_auto_gives_back_what_was_sent() -> None:
    assert [rendered(text, "auto") for text in ("<p>x</p>", "x")] == ["<p>x</p>", "x"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-05T10:00:00+02:00", "2026-01-05T08:00:00+00:00"),
        ("2026-01-05T10:00:00.999Z", "2026-01-05T10:00:00+00:00"),
        ("2026-01-05", "2026-01-05T00:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T00:00:00+00:00"),
    ],
)
def test_times_are_kept_in_utc_to_the_second(sent: str, kept: str) -> None:
    assert times.normalised(sent) == kept


@pytest.mark.parametrize(
    ("typed", "code", "shown"),
    [
        ("(201) 555-0101", 1, "+12015550101"),
        ("1-201-555-0101", None, "+12015550101"),
        ("+44 20 7946 0000", 1, "+442079460000"),
        ("20 7946 0000", 44, "+442079460000"),
    ],
)
def test_phones_become_e164(typed: str, code: int | None, shown: str) -> None:
    assert e164(typed, code) == shown


def test_a_fixed_segment_wins_over_a_parameter_and_case_does_not_matter() -> None:
    router = Router()
    router.add("GET", "/api/things/{id}", lambda _: no_content())
    router.add("GET", "/api/things/special", lambda _: no_content())
    router.add("PUT", "/api/{kind}/special", lambda _: no_content())
    assert router.find("GET", "/API/Things/SPECIAL")[0].template == "/api/things/special"
    assert router.find("GET", "/api/things/AbC")[1] == {"id": "AbC"}
    # Another route of the same shape has the method.
    assert router.find("PUT", "/api/things/special")[1] == {"kind": "things"}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/x", 404), ("PATCH", "/api/things/1", 405)]
)
def test_unknown_paths_and_methods_are_told_apart(method: str, path: str, status: int) -> None:
    router = Router()
    router.add("GET", "/api/things/{id}", lambda _: no_content())
    with pytest.raises(ActError) as refused:
        router.find(method, path)
    assert refused.value.status == status
