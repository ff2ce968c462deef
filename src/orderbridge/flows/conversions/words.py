"""Texts, yes and no, and lists that are kept as one text."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.fields import choice, flag, text, texts, whole
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word
from orderbridge.flows.conversions.conversion import Conversion, refused

_YES, _NO = ("yes", "y", "true", "1", "on"), ("no", "n", "false", "0", "off")
_CASES = {"lower": str.lower, "upper": str.upper, "title": str.title}


def _text(value: Any, options: JsonObject) -> str:
    if isinstance(value, dict | list):
        raise refused("text", value, "is no text; join makes one of a list")
    found = word(value)
    if options.get("one_line"):
        found = " ".join(found.split())
    if options.get("trim", True):
        found = found.strip()
    if "case" in options:
        found = _CASES[options["case"]](found)
    most = options.get("max_length")
    if most is None or len(found) <= most:
        return found
    if options.get("too_long", "hold") == "hold":
        raise refused("text", found, f"is longer than the {most} that fit; too_long: cut would cut it")
    return found[:most].rstrip() if options.get("trim", True) else found[:most]


def _boolean(value: Any, options: JsonObject) -> Any:
    yes, no = options.get("yes") or list(_YES), options.get("no") or list(_NO)
    if isinstance(value, dict | list):
        raise refused("boolean", value, "is neither yes nor no")
    # Yes and no themselves need no word.
    answer = value if isinstance(value, bool) else _among(word(value).strip(), yes, no)
    if answer is None:
        raise refused(
            "boolean", value, f"is none of the words for yes ({', '.join(yes)}) and no ({', '.join(no)})"
        )
    if options.get("to", "boolean") == "boolean":
        return answer
    return yes[0] if answer else no[0]


def _among(given: str, yes: list[str], no: list[str]) -> bool | None:
    folded = given.casefold()
    if folded in [item.casefold() for item in yes]:
        return True
    return False if folded in [item.casefold() for item in no] else None


def _split(value: Any, options: JsonObject) -> list[str]:
    if isinstance(value, list):
        return [_item("split", item) for item in value]
    if isinstance(value, dict):
        raise refused("split", value, "is no text that could be split")
    parts = [part.strip() for part in word(value).split(options.get("by", ";").strip() or " ")]
    return [part for part in parts if part]


def _join(value: Any, options: JsonObject) -> str:
    by: str = options.get("by", "; ")
    items = [_item("join", item) for item in (value if isinstance(value, list) else [value])]
    sign = by.strip() or by
    if any(sign in item for item in items):
        # Split again, it would come out as two.
        raise refused(
            "join", value, f"has a part with {sign!r} in it, which is to stand between them; choose another"
        )
    return by.join(items)


def _item(name: str, item: Any) -> str:
    if isinstance(item, dict | list) or item is None:
        raise refused(name, item, "stands in the list, which may have plain values only")
    return word(item).strip()


_BY = text("What stands between the parts; a semicolon unless given.", minLength=1, maxLength=5)
TEXT = Conversion(
    name="text",
    title="Text",
    description="A text without blanks around it, in the case and length that you name; what is too long is held, or "
    "cut where you say so.",
    options={
        "trim": flag("Whether blanks at both ends go; they do unless this is false."),
        "one_line": flag("Whether line ends and repeated blanks become one blank."),
        "case": choice("Its case.", list(_CASES)),
        "max_length": whole("Characters at most.", minimum=1),
        "too_long": choice("What becomes of a longer one; hold unless given.", ["hold", "cut"]),
    },
    example={"max_length": 64, "too_long": "cut"},
    convert=_text,
)
BOOLEAN = Conversion(
    name="boolean",
    title="Yes or no",
    description="Yes or no from the words for it, or the first of the words for it.",
    options={
        "yes": texts("Words for yes, whatever the case.", minItems=1),
        "no": texts("Words for no.", minItems=1),
        "to": choice("What comes of it; boolean unless given.", ["boolean", "word"]),
    },
    example={"yes": ["Ja"], "no": ["Nein"]},
    convert=_boolean,
)
SPLIT = Conversion(
    name="split",
    title="Text to list",
    description="The parts of a text as a list, for fields that take several choices; empty parts are dropped.",
    options={"by": _BY},
    example={"by": ";"},
    convert=_split,
)
JOIN = Conversion(
    name="join",
    title="List to text",
    description="A list as one text, as Act! keeps several choices; a part with the separator in it is held.",
    options={"by": _BY},
    example={"by": "; "},
    convert=_join,
)
