"""Opportunities, their line items, stages and processes as the API shows them.

The amount of an opportunity is computed from its line items, with exact decimals; there is no other.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import times
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.shapes import LINE, OPPORTUNITY
from orderbridge.emulators.act.state import ActWorld, Process, Stage
from orderbridge.emulators.act.views import link_arrays, register, stamped

STATUSES = ("Open", "Won", "Lost", "Inactive")
_CENT = Decimal("0.01")


def line_total(line: Record) -> Decimal:
    """Return what a line adds to its opportunity: unit price after discount times quantity."""
    return Decimal(line.values.get("discountPrice") or 0) * Decimal(line.values.get("quantity") or 0)


def line_view(world: ActWorld, line: Record, opportunity: Record) -> JsonObject:
    """Return a line item."""
    view = stamped(world, line, LINE)
    view["opportunityID"] = opportunity.id
    view["total"] = line_total(line)
    return view


def stage_view(stage: Stage) -> JsonObject:
    """Return a stage with its process."""
    return {
        "id": stage.id,
        "name": stage.name,
        "description": stage.description,
        "probability": stage.probability,
        "number": stage.number,
        "process": process_view(stage.process),
    }


def process_view(process: Process, *, with_stages: bool = False) -> JsonObject:
    """Return a process; embedded ones show no stages."""
    return {
        "id": process.id,
        "name": process.name,
        "description": process.description,
        "status": process.status,
        "stagesCount": len(process.stages),
        "stages": [stage_view(stage) | {"process": None} for stage in process.stages] if with_stages else [],
    }


def _opportunity(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, OPPORTUNITY)
    view |= link_arrays(world, record, OPPORTUNITY)
    lines = list(record.lines.values())
    total = sum(map(line_total, lines), Decimal(0))
    cost = sum(
        (Decimal(line.values.get("cost") or 0) * Decimal(line.values.get("quantity") or 0) for line in lines),
        Decimal(0),
    )
    stage = world.stages.get(record.values.get("stage") or "")
    today = world.clock.now().date()
    status = record.values.get("status") or 0
    view |= {
        "contactNames": ", ".join(item["displayName"] or "" for item in view["contacts"]),
        "creator": world.user_name(record.creator_id),
        "manager": world.user_name(record.manager_id),
        "daysOpen": max(0, (today - record.created_at.date()).days),
        "daysInStage": max(0, (today - times.parsed(record.values["stageStartDate"]).date()).days),
        "grossMargin": total - cost,
        "productTotal": total,
        "weightedTotal": total * (record.values.get("probability") or 0) / 100,
        "totalPerContact": _share(total, len(view["contacts"])),
        "totalPerCompany": _share(total, len(view["companies"])),
        "totalPerGroup": _share(total, len(view["groups"])),
        "product": ", ".join(line.values.get("name") or "" for line in lines),
        "stage": stage_view(stage) if stage else None,
        "status": status,
        "statusName": STATUSES[status],
        "relatedEntitiesResolver": True,
    }
    return view


def _share(total: Decimal, parts: int) -> Decimal:
    return (total / parts).quantize(_CENT, rounding=ROUND_HALF_UP) if parts else total


register("opportunity", _opportunity)
