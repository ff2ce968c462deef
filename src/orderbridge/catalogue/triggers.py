"""Declaring triggers: a name for something that happens to a kind of record."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.fields import Fields, object_of
from orderbridge.catalogue.operation import Happens, Listens, Operation
from orderbridge.catalogue.states import state_of
from orderbridge.core.jsonio import JsonObject


def on_change(
    *,
    id: str,
    record: str,
    title: str,
    description: str,
    happens: Happens,
    webhooks: tuple[str, ...] = (),
    polled: str | None = None,
    part_of: str | None = None,
    fields: Fields | None = None,
    output: JsonObject | None = None,
    **more: Any,
) -> Operation:
    """Declare a trigger on changes of records.

    Args:
        id: ``ghl.order.changed``.
        record: The kind of record that it listens to.
        title: A few words.
        description: One sentence.
        happens: Tells from a change and the trigger's own input whether it fires.
        webhooks: The provider's names of the webhooks that bring it.
        polled: How it is found without a webhook; None where only a webhook brings it.
        part_of: It only hears of records that are read with another one, such as an ``order``.
        fields: Its own input, such as the field to watch.
        output: JSON Schema of the record; None where its kind has one.
        more: Further attributes of ``Operation``.
    """
    system = id.partition(".")[0]
    return Operation(
        id=id,
        system=system,
        title=title,
        description=description,
        input_schema=object_of(fields or {}),
        output_schema=state_of(system, record) if output is None else output,
        listens=Listens(kind=record, happens=happens, webhooks=webhooks, polled=polled, part_of=part_of),
        **more,
    )


def on_own_event(
    *,
    id: str,
    kind: str,
    title: str,
    description: str,
    output: JsonObject,
    fields: Fields | None = None,
    **more: Any,
) -> Operation:
    """Declare a trigger on what happens here and belongs to one flow: the clock, a call from outside, a person.

    Args:
        id: ``core.manual.started``.
        kind: Of ``own_events``.
        title: A few words.
        description: One sentence.
        output: JSON Schema of what the flow is given.
        fields: Its own input.
        more: Further attributes of ``Operation``.
    """
    return Operation(
        id=id,
        system="core",
        title=title,
        description=description,
        input_schema=object_of(fields or {}),
        output_schema=output,
        listens=Listens(kind=kind, happens=lambda _change, _given: True),
        **more,
    )
