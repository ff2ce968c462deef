"""Finding runs by what a person has in hand: an order number, an e-mail address, an amount, a name, an error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core import jsonio, list_positions
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.found_by import as_amount, words_of
from orderbridge.store import run_history, run_lists, runs
from orderbridge.store.database import Database
from orderbridge.store.run_lists import Sought

MOST = 1000
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Runs, newest first.

    Attributes:
        after: Asks for what follows; None where nothing does.
        looked_to: Where very many runs were looked at and the search ended before the oldest one: when the last of
            them began. What is older may fit as well.
    """

    rows: list[dict[str, Any]]
    after: str | None
    looked_to: datetime | None = None


def sought(
    text: str | None = None,
    *,
    amount: str | None = None,
    words: Sequence[str | None] = (),
    state: str | None = None,
    flow: str | None = None,
    kind: str | None = None,
    cause: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
) -> Sought:
    """Understand a question.

    Args:
        text: Words that must all be met: ids, addresses, names, amounts, words of an error.
        amount: ``498.00`` or ``498.00 USD``.
        words: Further words, each met as a whole: an e-mail address, an id.
        state: Of the run.
        flow: Its name; the short one is enough.
        kind: Of the record that it was for, such as ``order``.
        cause: What it stopped for.
        since: Begun at or after.
        until: Begun before.
        after: Of the page before.

    Raises:
        FlowError: The state, the amount or the page is none.
    """
    if state is not None and state not in runs.STATES:
        raise FlowError(
            f"--state is {state!r}; it can be {', '.join(runs.STATES)}", cause="request.malformed"
        )
    asked = Sought(
        state=state, flow=flow, kind=kind, cause=cause, since=since, until=until,
        after=list_positions.read(after),
    )  # fmt: skip
    found = _of_text(text or "")
    if amount is not None:
        exact = _of_text(amount)
        if len(exact.amounts) != 1 or exact.words:
            raise FlowError(
                f"the amount is {amount!r}; write it like 498.00 or 498.00 USD", cause="request.malformed"
            )
        found = replace(
            found, amounts=[*found.amounts, *exact.amounts], currency=exact.currency or found.currency
        )
    more = [word.strip().casefold() for word in words if word]
    return replace(asked, words=[*found.words, *more], amounts=found.amounts, currency=found.currency)


def _of_text(text: str) -> Sought:
    parts = text.split()
    amounts: list[tuple[str, Decimal]] = []
    rest: list[str] = []
    for part in parts:
        amount = as_amount(part)
        if amount is None:
            rest.append(part)
        else:
            amounts.append((part, amount))
    # A currency alone is a word like any other.
    currency = next((part for part in rest if amounts and _CURRENCY.fullmatch(part)), None)
    words = [word for part in rest if part != currency for word in words_of(part)]
    return Sought(words=words, amounts=amounts, currency=currency)


async def find(db: Database, asked: Sought, *, limit: int) -> Page:
    """Return one page of runs."""
    limit = max(1, min(limit, MOST))
    async with db.begin() as tx:
        found = await run_lists.listed(tx, asked, limit=limit + 1)
    shown = found.rows[:limit]
    if len(found.rows) > limit:
        return Page(rows=shown, after=list_positions.shown(shown[-1]["started_at"], shown[-1]["id"]))
    if found.looked_to is not None:
        return Page(rows=shown, after=list_positions.shown(*found.looked_to), looked_to=found.looked_to[0])
    return Page(rows=shown, after=None)


async def records(db: Database, text: str, *, most: int) -> tuple[list[str], bool]:
    """Return the ids of the records that a text is about, and whether there are more.

    Args:
        db: Ours.
        text: An id, or words by which runs are found.
        most: So many runs are asked for their records, the newest first.
    """
    page = await find(db, sought(text), limit=most)
    ids = dict.fromkeys([text.strip(), *(row["record_id"] for row in page.rows)])
    return list(ids), page.after is not None


async def one(db: Database, run_id: str) -> JsonObject:
    """Return one run with everything that is known of it."""
    async with db.read() as tx:
        found = await run_history.show(tx, run_id)
    assert found is not None
    return found


def shown(run: JsonObject, most: int | None) -> JsonObject:
    """Return a run as it is shown: without secrets, and with large values cut.

    Args:
        run: As ``one`` gives it.
        most: Characters of JSON that a value may have; None cuts nothing.
    """
    clean: JsonObject = redact(run)
    if most is None:
        return clean
    steps = [
        _cut(step, ("input", "output"), most)
        | {"failed_attempts": [_cut(item, ("input",), most) for item in step["failed_attempts"]]}
        for step in clean["steps"]
    ]
    receipts = [
        _cut(item, ("before", "sent", "read_back", "differences"), most) for item in clean["receipts"]
    ]
    event = clean["event"] and _cut(clean["event"], ("state", "change"), most)
    return clean | {"steps": steps, "receipts": receipts, "event": event}


def _cut(item: JsonObject, names: Sequence[str], most: int) -> JsonObject:
    return item | {name: _beginning(item[name], most) for name in names}


def _beginning(value: Any, most: int) -> Any:
    text = jsonio.encode(value)
    if len(text) <= most:
        return value
    return {"beginning": text[:most].decode(errors="ignore"), "characters": len(text.decode()), "cut": True}
