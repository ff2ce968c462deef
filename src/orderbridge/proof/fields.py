"""What is no money and is not the same on both sides: contact, status, stage, date, name, source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject
from orderbridge.proof import codes
from orderbridge.store.carried import Accepted, Written

# Act! may keep a time as the clock on its wall; no zone is further from another than this.
ZONES_APART = timedelta(hours=14)
_WRITTEN = (
    ("status", codes.STATUS_DIFFERS),
    ("stage", codes.STAGE_DIFFERS),
    ("name", codes.NAME_DIFFERS),
    ("source", codes.SOURCE_DIFFERS),
    ("source_id", codes.SOURCE_DIFFERS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A difference that is no money.

    Attributes:
        record: The payment, line or opportunity that it is about; empty for the sale as a whole.
        day: The sale's.
    """

    sale: str
    field: str
    highlevel: str
    act: str
    code: str
    evidence: str
    record: str = ""
    day: date | None = None


def same_date(one: Any, other: Any) -> bool:
    """Tell whether two times are one, wherever the clocks that wrote them stand."""
    first, second = instant(one), instant(other)
    return first is None or second is None or abs(first - second) <= ZONES_APART


def _same_day(created: Any, opened: Any, day: date | None) -> bool:
    # Act! may keep the day alone: in UTC, or as the business counts it.
    first, second = instant(created), instant(opened)
    if first is None or second is None or second.time() != time():
        return same_date(created, opened)
    return second.date() in (first.date(), day)


def of_opportunity(
    sale: str, day: date | None, order: JsonObject, deal: JsonObject, written: Written | None
) -> list[Finding]:
    """Return what somebody changed on an opportunity after we had proved it."""
    if written is None:
        return []
    found = []
    for name, code in _WRITTEN:
        was, now = written.fields.get(name), deal.get(name)
        if name in written.fields and (was or None) != (now or None):
            found.append(
                Finding(
                    sale=sale,
                    field=name,
                    highlevel=str(was or ""),
                    act=str(now or ""),
                    code=code,
                    evidence=f"we wrote {was!r} and Act! shows {now!r}; {edit_of(deal, written)}",
                    day=day,
                )
            )
    if written.created and not _same_day(order["created"], deal["opened"], day):
        found.append(
            Finding(
                sale=sale,
                field="date",
                highlevel=str(order["created"]),
                act=str(deal["opened"]),
                code=codes.DATE_DIFFERS,
                evidence=f"the order is of {order['created']}, the opportunity of {deal['opened']}; "
                f"{edit_of(deal, written)}",
                day=day,
            )
        )
    return found


def of_order(
    sale: str, day: date | None, order: JsonObject, deal: JsonObject, accepted: Accepted
) -> list[Finding]:
    """Return what somebody changed on an order in HighLevel after it was carried over."""
    found = []
    was, now = accepted.state.get("status"), order["status"]
    if was is not None and was != now:
        found.append(
            Finding(
                sale=sale,
                field="status",
                highlevel=str(now),
                act=str(deal["status"]),
                code=codes.STATUS_DIFFERS,
                evidence=f"HighLevel had {was!r} when it was carried over and has {now!r} now; {change_of(order)}",
                day=day,
            )
        )
    began = accepted.state.get("created_at")
    if instant(began) is not None and not same_date(began, order["created"]):
        found.append(
            Finding(
                sale=sale,
                field="date",
                highlevel=str(order["created"]),
                act=str(deal["opened"]),
                code=codes.DATE_DIFFERS,
                evidence=f"HighLevel's order was of {began} when it was carried over; {change_of(order)}",
                day=day,
            )
        )
    return found


def of_contact(
    sale: str,
    day: date | None,
    order: JsonObject,
    deal: JsonObject,
    accepted: Accepted | None,
    linked: str | None,
    written: Written | None,
) -> Finding | None:
    """Return that a sale belongs to somebody else on one side.

    Args:
        sale: Its name.
        day: On which it counts.
        order: As HighLevel shows it.
        deal: The opportunity.
        accepted: The order as it was carried over.
        linked: The Act! contact of the order's present contact.
        written: What we wrote of the opportunity.
    """
    if linked is not None and linked in deal["contacts"]:
        return None
    was = accepted.state.get("contact_id") if accepted else None
    moved = was is not None and was != order["contact"]
    if linked is None and not moved:
        # It was matched in a way that left no link, and nobody has moved it since.
        return None
    told = (
        f"HighLevel's order belonged to contact {was} when it was carried over and belongs to {order['contact']} now; "
        f"{change_of(order)}"
        if moved
        else f"HighLevel's contact {order['contact']} is Act!'s {linked}; {edit_of(deal, written)}"
    )
    return Finding(
        sale=sale,
        field="contact",
        highlevel=f"{order['contact']}",
        act=", ".join(deal["contacts"]),
        code=codes.CONTACT_DIFFERS,
        evidence=told,
        day=day,
    )


def edit_of(deal: JsonObject, written: Written | None) -> str:
    """Return who touched an opportunity last, as far as anybody knows."""
    edited = (
        f"Act! says that it was last edited at {deal['edited']}"
        if deal.get("edited")
        else "when is not known"
    )
    if written is None:
        return f"we never wrote it; {edited}"
    return (
        f"run {written.run_id} of ours proved it at {written.settled_at:%Y-%m-%dT%H:%M:%SZ}, so somebody else "
        f"changed it afterwards; {edited}"
    )


def change_of(order: JsonObject) -> str:
    """Return when HighLevel changed a record."""
    return f"it says that it changed at {order.get('updated') or 'a time that is not known'}"
