"""The catalogue's pages of the reference: one for each kind of record, and lists of the published calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from orderbridge.catalogue import listing, registry
from orderbridge.catalogue.operation import CURATED, DENIED, TRIGGER, Operation
from orderbridge.connectors import registry as connectors
from orderbridge.core import jsonio

FOLDER = "operations"
_TITLES = {"ghl": connectors.title("ghl"), "act": connectors.title("act"), "core": "Tools"}
Page = Callable[[str, str, list[str]], str]
Row = Callable[..., str]


def pages(page: Page, row: Row) -> dict[str, str]:
    """Return every page of the catalogue by its name below docs/reference."""
    every = list(registry.every().values())
    by_subject: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for item in every:
        if item.tier == CURATED:
            system, subject, _ = item.id.split(".", 2)
            by_subject[system, subject].append(item)
    found = {f"{FOLDER}/README.md": _index(page, row, every, by_subject)}
    for (system, subject), items in by_subject.items():
        found[f"{FOLDER}/{system}/{subject}.md"] = _subject(page, row, system, subject, items)
    for system in ("ghl", "act"):
        calls = [item for item in every if item.system == system and item.tier != CURATED]
        found[f"{FOLDER}/{system}/published-calls.md"] = _published(page, row, system, calls)
    return found


def _index(
    page: Page, row: Row, every: list[Operation], by_subject: dict[tuple[str, str], list[Operation]]
) -> str:
    curated = [item for item in every if item.tier == CURATED]
    triggers = sum(item.kind == TRIGGER for item in curated)
    others = len(every) - len(curated)
    denied = sum(item.tier == DENIED for item in every)
    parts = [
        f"{triggers} triggers and {len(curated) - triggers} actions of our own, each tested against a stand-in "
        f"of its system; beside them all {others} published calls of both systems, of which {denied} are denied "
        "with a reason.",
        "",
    ]
    for system, title in _TITLES.items():
        parts += [f"## {title}", "", row("Subject", "Triggers", "Actions"), row("---", "---", "---")]
        for (owner, subject), items in sorted(by_subject.items()):
            if owner != system:
                continue
            link = f"[{subject.replace('_', ' ')}]({system}/{subject}.md)"
            names = [
                ", ".join(
                    f"`{item.id.split('.', 2)[2]}`" for item in items if (item.kind == TRIGGER) == wanted
                )
                for wanted in (True, False)
            ]
            parts.append(row(link, *names))
        if system != "core":
            parts += ["", f"[Every published call of {title}]({system}/published-calls.md)"]
        parts.append("")
    return page(
        "Operations",
        "What flows are made of, and what `orderbridge ops call`, the HTTP API and Python can do. A flow listens "
        "to one trigger and runs actions one after another. The number behind the `@` is the operation's version: "
        "a change that would break a flow gets a new one. Nothing that messages people, moves money or deletes "
        "happens unless you allow it.",
        parts,
    )


def _subject(page: Page, row: Row, system: str, subject: str, items: list[Operation]) -> str:
    parts: list[str] = []
    for item in sorted(items, key=lambda one: (one.kind != TRIGGER, one.id)):
        parts += [f"## `{item.ref}`", "", f"**{item.title}.** {item.description}", "", *_facts(item), ""]
        for title, schema in (("Takes", item.input_schema), ("Gives", item.output_schema)):
            parts += _table(row, title, schema)
        if item.example:
            parts += ["```json", _pretty(item.example), "```", ""]
        if item.example_output:
            parts += ["gives", "", "```json", _pretty(item.example_output), "```", ""]
    name = subject.replace("_", " ")
    tests = " and ".join(f"`{file}`" for file in sorted({listing.test_of(item) or "" for item in items}))
    return page(
        f"{_TITLES[system]}: {name}",
        f"[All operations](../README.md). Run in the tests by {tests}.",
        parts,
    )


def _facts(item: Operation) -> list[str]:
    facts: list[tuple[str, str]] = [("Kind", item.kind)]
    if item.listens is not None:
        facts += [
            ("Webhooks", ", ".join(f"`{name}`" for name in item.listens.webhooks) or "none"),
            ("Polled", item.listens.polled or "no"),
        ]
    else:
        facts += [
            ("Call", f"`{item.method} {item.path}`" if item.method else ""),
            ("Cost", f"{item.calls} calls" if item.calls[:1].isdigit() else item.calls),
            ("Effects", ", ".join(sorted(item.effects)).replace("_", " ")),
            ("With an input", "; ".join(f"`{n}` {e.replace('_', ' ')}" for n, e in item.conditional.items())),
            (
                "Safe to repeat",
                "yes" if item.repeatable else "the same step of the same run is; a new call does it again",
            ),
            ("Proof", item.proof or ""),
        ]
    facts += [
        ("Scopes", ", ".join(f"`{name}`" for name in item.scopes)),
        ("Permissions", ", ".join(item.permissions)),
    ]
    return [f"- {name}: {value}" for name, value in facts if value]


def _table(row: Row, title: str, schema: Any) -> list[str]:
    if not schema.get("properties"):
        return []
    required = schema.get("required", []) if title == "Takes" else []
    lines = [row(title, "Kind", "", "Meaning"), row("---", "---", "---", "---")]
    for name, item in schema["properties"].items():
        needed = "required" if name in required else ""
        lines.append(row(f"`{name}`", listing.kind_of(item), needed, item.get("description", "")))
    return [*lines, ""]


def _published(page: Page, row: Row, system: str, items: list[Operation]) -> str:
    parts = []
    for tier, title in ((None, "Callable"), (DENIED, "Denied")):
        head = (
            ("Operation", "Call", "Why it is never called")
            if tier
            else ("Operation", "Call", "Effects", "Scopes")
        )
        parts += [f"## {title}", "", row(*head), row(*["---"] * len(head))]
        for item in items:
            if (item.tier == DENIED) != (tier == DENIED):
                continue
            effects = ", ".join(sorted(item.effects - {"reads"})).replace("_", " ") or "reads"
            last = (item.denied,) if tier else (effects, ", ".join(item.scopes))
            parts.append(row(f"`{item.ref}`", f"`{item.method} {item.path}`", *last))
        parts.append("")
    return page(
        f"{_TITLES[system]}: every published call",
        "[All operations](../README.md). Callable as they are published, under the system's own names, with their "
        "schemas checked: `orderbridge ops show` has the fields, `orderbridge ops call` calls them. They are not "
        "read back; where one of our own operations does the same, prefer it.",
        parts,
    )


def _pretty(value: Any) -> str:
    text = jsonio.encode(value).decode()
    return text if len(text) < 100 else jsonio.pretty(value)
