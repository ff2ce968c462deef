# ruff: noqa: E501 (a table is easier to read with one case in a line)
"""Flows as YAML: what is wrong is said with its line, and the same flow gives the same bytes."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from orderbridge.core import jsonio
from orderbridge.flows import documents, editor_schema, files, templates, validate
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import FlowProblemsError

GOOD = """\
flow: parcels
title: A company for each parcel
source: office
target: office
trigger: core.manual.started@1
when:
  - from: event.input.weight
    above: 0.5
    reason: it weighs nothing
steps:
  - id: size
    choose:
      - when:
          - from: event.input.weight
            above: 100
        steps:
          - id: too_heavy
            stop: "{event.input.weight} kg is too much"
            as: held
      - steps:
          - id: small
            action: act.company.create@1
            retry:
              attempts: 3
              pause_s: 0.1
            with:
              name:
                text: Small {event.input.weight}
  - id: parts
    for_each:
      from: event.input.parts
    steps:
      - id: part
        action: act.company.create@1
        with:
          name:
            from: item.name
            otherwise: "no"
"""
DEFINITIONS = [
    flow.as_json()
    for template in templates.load_all().values()
    for flow in templates.fill(
        template, {name: item.example for name, item in template.settings.items() if item.required}
    )
]


def line_of(part: str, text: str = GOOD) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one["flow"])
def test_templates_go_out_and_in_again(definition: Any) -> None:
    text = files.write(definition, source="shop", target="crm")
    read = files.read(text.encode(), subject="it")
    assert (read.flow.as_json(), read.source, read.target) == (definition, "shop", "crm")
    assert files.write(read.flow.as_json(), source="shop", target="crm") == text


def test_the_order_in_which_the_database_keeps_fields_does_not_matter() -> None:
    read = files.read(GOOD.encode(), subject="it").flow.as_json()

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert files.write(turned(read)) == files.write(read)
    assert files.write(jsonio.decode(jsonio.encode(turned(read)))) == files.write(read)


def test_what_says_nothing_is_not_written() -> None:
    noisy = GOOD.replace(
        "    with:\n          name:\n            from",
        "    when: []\n        allow: []\n        with:\n          name:\n            from",
    )
    assert files.write(files.read(noisy.encode(), subject="it").flow.as_json()) == files.write(
        files.read(GOOD.encode(), subject="it").flow.as_json()
    )


def test_a_file_tells_editors_where_its_schema_is_and_fits_it() -> None:
    schema = editor_schema.schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for definition in DEFINITIONS:
        text = files.write(definition, source="shop", target="crm")
        assert text.startswith("# yaml-language-server: $schema=flow.schema.json\n")
        assert list(validator.iter_errors(yaml.safe_load(text))) == []
    wrong = yaml.safe_load(GOOD)
    wrong["steps"][1]["steps"][0]["with"] = {"nme": "x"}
    assert not validator.is_valid(wrong)


WRONG = [
    ("title: A company", "titel: A company", "titel", "did you mean title?"),
    ("flow: parcels", "flow: My Parcels", "flow", "small letters"),
    ("    above: 0.5", "    abov: 0.5", "when.0.abov", "no such field"),
    ("    reason: it weighs nothing", "", "when.0.reason", "missing"),
    ("            as: held", "            as: maybe", "steps.too_heavy.as", "'nothing' or 'held'"),
    ("              attempts: 3", "              attempts: 300", "steps.small.retry.attempts", "less than or equal to 50"),
    ("          - id: small", "          - id: Small", "steps.Small.id", "small letter"),
    ("            action: act.company.create@1", "            actoin: act.company.create@1", "steps.small", "needs one of action"),
    ("source: office", "source: 5", "source", "name of a connection"),
    ("    for_each:", "    foreach:", "steps.parts.foreach", "did you mean for_each?"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_file_is_refused_with_path_line_and_reason(old: str, new: str, place: str, said: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(FlowProblemsError) as caught:
        files.read(text.encode(), subject="flows/parcels.yaml")
    [problem] = [item for item in caught.value.problems if item.place == place]
    assert said in problem.message
    expected = line_of(new.strip(), text) if new and place != "steps.small" else None
    if place == "steps.small":
        expected = line_of("- id: small", text)
    assert problem.line == (expected or line_of("- from: event.input.weight", text))
    message = str(caught.value)
    assert message.startswith("flows/parcels.yaml, line ")
    assert "\n" not in message


BOMB = b"a: &a [0,0,0,0,0,0,0,0,0]\n" + b"".join(
    b"%c: &%c [%s]\n" % (one + 1, one + 1, b",".join([b"*%c" % one] * 9)) for one in range(97, 110)
)
HOSTILE = [
    (b"", "is empty", 1),
    (b"# nothing\n", "is empty", 1),
    (b"flow: [", "not YAML", 2),
    (b"flow: a\ntitle: x\nflow: b", "twice, first in line 1", 3),
    (b"flow: a\nmap: {1: a, \"1\": b}", "'1' stands here twice", 2),
    (b"flow: a\n\ttitle: b", "tab", 2),
    (b"flow: a\n- b", "not YAML", 2),
    (b"flow: !!python/object/apply:os.system [ls]", "tag", 1),
    (b"flow: a\n!!str title: b", "tag", 2),
    (b"flow: a\ntitle: \xff", "UTF-8", 2),
    ("flow: a".encode("utf-16"), "UTF-8", 1),
    (b"flow: a\n---\nflow: b", "second document", 2),
    (b"a: &x [*x]", "stands for nothing above it, or for itself", 1),
    (b"a: *x", "stands for nothing above it", 1),
    (b"a: &a {b: 1}\nc:\n  <<: *a", "<<", 3),
    (b"a: 1\n? [b]\n: c", "plain text", 2),
    (b"[" * 100_000, "deeper than 40", 1),
    (b"{a: " * 100_000, "deeper than 40", 1),
    (BOMB, "more than 50000 values", 5),
    (b"- 0\n" * 60_000, "more than 50000 values", 50_001),
    (b"a: \x01", "control character", 1),
    (b'a: 1\nb: "\\0"', "cannot be kept", 2),
    (b'a: "\\ud800"', "", 1),
    (b"a: 1\nb: 01234", "quotes", 2),
    (b"a: 0x1F", "quotes", 1),
    (b"a: .inf", "quotes", 1),
    (b"a: 99999999999999999999", "too large", 1),
    (b"a: " + b"9" * 5000, "5000 digits", 1),
    (b"a: 1e999999999", "out of range", 1),
    (b"x" * (documents.MAX_BYTES + 1), "1000001 bytes", 1),
    (b"%YAML 9.9\n---\na: b", "not YAML", 1),
    (b"just a text", "expected fields", 1),
    (b"- a", "expected fields", 1),
    (b"~", "expected fields", 1),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "said", "line"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_flow_at_all_is_refused_in_one_line(raw: bytes, said: str, line: int) -> None:
    with pytest.raises(FlowProblemsError) as caught:
        files.read(raw, subject="it.yaml")
    problem = caught.value.problems[0]
    assert said in problem.message
    assert problem.line == line
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("true", True), ("~", None), ("", None), ("12:30:45", "12:30:45"),
        ("2026-01-31", "2026-01-31"), ("1_000", "1_000"), ("0.10", Decimal("0.10")), ("-5", -5), ("1e3", Decimal("1e3")),
        ("'5'", "5"), ("=", "="), (".5", Decimal("0.5")), ("1.2.3", "1.2.3"), ("+49 1", "+49 1"),
    ],
)  # fmt: skip
def test_a_plain_word_means_what_yaml_1_2_says(written: str, value: Any) -> None:
    found = documents.read(f"a: {written}\n".encode()).value["a"]
    assert (found, type(found)) == (value, type(value))


PLAIN: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
    | st.sampled_from(["no", "0123", "0x1", "1e5", ".inf", "~", "null", "true", " a ", "a\nb\n", "a: b", "- x", "#", "'", '"', "\t", "<<", "=", "2026-01-01", "\ufeff", "\x85", "\u2028", "a \nb", "\n"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = st.text(string.ascii_lowercase + "_", min_size=1, max_size=6).map(lambda name: f"f{name}")


@given(st.dictionaries(NAMES, PLAIN, max_size=4), st.text(min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_flow_goes_out_in_and_out_again_as_the_same_bytes(fields: dict[str, Any], title: str) -> None:
    title = "".join(one for one in title if one != "\x00" and not 0xD800 <= ord(one) <= 0xDFFF) or "x"
    definition = Flow.model_validate(
        {
            "flow": "x", "title": title, "trigger": "core.manual.started@1",
            "when": [{"from": "event.a", "equals": fields.get("f"), "reason": title}],
            "steps": [{"id": "a", "action": "core.text.case@1", "with": fields}, {"id": "b", "stop": title}],
        }
    ).as_json()  # fmt: skip
    text = files.write(definition, source="no", target="0123")
    read = files.read(text.encode(), subject="it")
    assert (read.source, read.target) == ("no", "0123")
    assert jsonio.fingerprint(read.flow.as_json()) == jsonio.fingerprint(files.shape.tidy(definition))
    assert files.write(read.flow.as_json(), source="no", target="0123") == text


CHUNKS = st.sampled_from(
    ["\n", "  ", "- ", ": ", "\t", "{", "}", "[", "]", "*a", "&a ", "!!x ", "'", '"', "|\n", "#", "---\n", "0123", "~", "\x00", "é", "x", "<<: ", "when", "steps", "id", "action"]
)  # fmt: skip


@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), CHUNKS | st.just("")), min_size=1, max_size=4
    )
)
@settings(max_examples=250, deadline=None)
def test_however_a_file_is_broken_it_is_taken_or_refused_with_a_line(
    cuts: list[tuple[int, int, str]],
) -> None:
    text = GOOD
    for start, length, put in cuts:
        text = text[:start] + put + text[start + length :]
    raw = text.encode("utf-8", "surrogatepass")
    refused, read = None, None
    try:
        read = files.read(raw, subject="it.yaml")
    except FlowProblemsError as error:
        refused = error
    if refused is not None or read is None:
        assert refused is not None
        assert refused.problems
        assert all(item.line and item.line >= 1 and item.place and item.message for item in refused.problems)
        assert "\n" not in str(refused)
        return
    for item in validate.problems(read.flow, line=read.document.line):
        assert item.line is not None
        assert 1 <= item.line <= text.count("\n") + 1
        assert item.place
    # What was taken can be written and taken again.
    again = files.write(read.flow.as_json(), source=read.source, target=read.target)
    assert (
        files.write(
            files.read(again.encode(), subject="it").flow.as_json(), source=read.source, target=read.target
        )
        == again
    )


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_bring_it_down(raw: bytes) -> None:
    with pytest.raises(FlowProblemsError) as caught:
        files.read(raw, subject="it.yaml")
    assert caught.value.problems[0].line
