"""``orderbridge ops``: the catalogue of operations."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from orderbridge.app import open_application
from orderbridge.catalogue import listing
from orderbridge.catalogue.operation import NEEDS_CONSENT, Operation
from orderbridge.catalogue.registry import operation
from orderbridge.cli import output
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import operations
from orderbridge.engine.operations import Preview

ops_app = typer.Typer(help="Everything that can be done with the connected accounts.", no_args_is_help=True)

Ref = Annotated[str, typer.Argument(help="An operation, such as ghl.order.get@1.")]
_SYSTEMS = {"ghl", "act", "core"}
_KINDS = {"trigger", "action"}
_TIERS = {"curated", "api", "denied"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(ops_app, name="ops")


@ops_app.command("list")
def list_operations(
    system: Annotated[str | None, typer.Option(help="Only ghl, act or core.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only trigger or action.")] = None,
    tier: Annotated[
        str | None,
        typer.Option(help="Only curated (ours, proved), api (published calls as they are) or denied."),
    ] = None,
    search: Annotated[str | None, typer.Option(help="Words that must occur in name, title or path.")] = None,
    json: output.AsJson = False,
) -> None:
    """List the operations; --json shows every tier, people see the curated ones unless they ask."""
    asked = ((system, _SYSTEMS, "--system"), (kind, _KINDS, "--kind"), (tier, _TIERS, "--tier"))
    for given, known, option in asked:
        if given is not None and given not in known:
            raise SetupError(f"{option} is {given!r}; it can be {', '.join(sorted(known))}")
    shown_tier = tier or (None if json or search else "curated")
    found = list(listing.rows(system=system, kind=kind, tier=shown_tier, search=search))
    if json:
        output.as_json(found)
        return
    # Where all are of one tier, the column would only take the room that the titles need.
    mixed = len({row["tier"] for row in found}) > 1
    columns = ["id", "kind", *(["tier"] if mixed else []), "title"]
    output.table(
        ["Operation", "Kind", *(["Tier"] if mixed else []), "What it does"],
        [[row[column] for column in columns] for row in found],
        empty="No operation fits.",
    )
    if tier is None and not search:
        counted = Counter(row["tier"] for row in listing.rows(system=system, kind=kind))
        output.messages.print(
            f"{len(found)} of ours. {counted['api']} more calls as the providers publish them: --tier api; "
            f"{counted['denied']} that are never made, each with its reason: --tier denied.",
            highlight=False,
        )


@ops_app.command("show")
def show(ref: Ref, json: output.AsJson = False) -> None:
    """Show what an operation takes and gives, needs and does."""
    found = operation(ref)
    if json:
        output.as_json_shown(listing.whole(found))
        return
    output.people.print(f"{found.ref}: {found.title}", style="bold", markup=False)
    output.people.print(found.description, markup=False)
    for name, value in _facts(found):
        output.people.print(f"{name}: {value}", markup=False)
    for title, schema in (("Takes", found.input_schema), ("Gives", found.output_schema)):
        output.people.print(f"\n{title}", style="bold")
        required = schema.get("required", [])
        output.table(
            ["Field", "Kind", "", "Meaning"],
            [
                [
                    name,
                    listing.kind_of(item),
                    "required" if name in required and title == "Takes" else "",
                    item.get("description"),
                ]
                for name, item in schema.get("properties", {}).items()
            ],
            empty="Nothing." if title == "Takes" else "What the provider answers.",
        )
    if found.example:
        output.people.print(f"\nExample: {jsonio.encode(found.example).decode()}", markup=False)


def _facts(found: Operation) -> list[tuple[str, str]]:
    facts = [
        ("Kind", f"{found.kind}, {found.tier}"),
        ("Call", f"{found.method} {found.path}" if found.method else ""),
        ("Effects", ", ".join(sorted(found.effects)).replace("_", " ")),
        ("Scopes", ", ".join(found.scopes)),
        ("Permissions", ", ".join(found.permissions)),
        ("Calls", found.calls),
        ("Proof", found.proof or ""),
        ("Denied", found.denied or ""),
    ]
    if found.listens is not None:
        facts += [
            ("Webhooks", ", ".join(found.listens.webhooks) or "none"),
            ("Polled", found.listens.polled or "no"),
        ]
    return [(name, value) for name, value in facts if value]


@ops_app.command("call")
def call(
    ref: Ref,
    input: Annotated[
        str | None, typer.Option("--input", help="The input as JSON; @FILE reads a file, - standard input.")
    ] = None,
    ghl: Annotated[
        str | None, typer.Option(help="Name of the HighLevel connection, where there are several.")
    ] = None,
    act: Annotated[
        str | None, typer.Option(help="Name of the Act! connection, where there are several.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be written.")] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Write without asking; also what messages people, moves money or deletes."
        ),
    ] = False,
    json: output.AsJson = False,
) -> None:
    """Call an operation; a write is shown first and done only after a yes."""
    output.run(_call(ref, _input(input), ghl, act, preview, yes, json))


async def _call(
    ref: str,
    given: JsonObject,
    ghl: str | None,
    act: str | None,
    only_preview: bool,
    yes: bool,
    as_json: bool,
) -> None:
    found = operation(ref)
    # What cannot be called, or does not fit, is said before any account is opened.
    operations.permit(found, given, sorted(NEEDS_CONSENT))
    async with open_application(output.settings()) as application:
        runtime = application.runtime
        accounts = await operations.chosen(runtime, found, ghl=ghl, act=act)
        if found.writes and (only_preview or not yes):
            planned = await operations.preview(runtime, ref, given, accounts)
            if only_preview:
                _show(planned.as_json(), as_json)
                return
            if planned.writes is not None and not _agreed(planned):
                raise SetupError("nothing was written", cause="call.declined")
        result = await operations.call(runtime, ref, given, accounts, allowed=sorted(NEEDS_CONSENT))
    _show(result, as_json)


def _agreed(planned: Preview) -> bool:
    if not sys.stdin.isatty():
        raise SetupError(
            f"{planned.operation} would write ({', '.join(planned.effects)}) and there is no terminal to ask on; "
            "look with --preview, then repeat with --yes",
            cause="call.not_asked",
        )
    output.messages.print_json(jsonio.encode(planned.as_json()).decode())
    return typer.confirm("Do it?", err=True)


def _show(value: Any, as_json: bool) -> None:
    if as_json:
        output.as_json(value)
    else:
        output.people.print_json(output.shown(value))


def _input(given: str | None) -> JsonObject:
    if given is None:
        return {}
    where = "the input"
    try:
        if given == "-":
            text, where = sys.stdin.read(), "standard input"
        elif given.startswith("@"):
            where = given[1:]
            text = Path(where).read_text(encoding="utf-8")
        else:
            text = given
        if not text.strip():
            raise SetupError(f"{where} is empty; it must be a JSON object", cause="call.input")
        value = jsonio.decode(text)
    except OSError as error:
        raise SetupError(f"cannot read {where}: {error.strerror}", cause="call.input") from error
    except UnicodeDecodeError as error:
        raise SetupError(f"cannot read {where}: it is not in UTF-8", cause="call.input") from error
    except ValueError as error:
        raise SetupError(f"{where} is no JSON: {error}", cause="call.input") from error
    if not isinstance(value, dict):
        raise SetupError(f'{where} must be a JSON object, such as {{"order_id": "…"}}', cause="call.input")
    return value
