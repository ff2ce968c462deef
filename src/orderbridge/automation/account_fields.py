"""The fields of the connected accounts, their own ones included: offered to whoever maps, and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from orderbridge.catalogue.act import company as act_company
from orderbridge.catalogue.act import contact as act_contact
from orderbridge.catalogue.act import custom_record
from orderbridge.catalogue.act import opportunity as act_opportunity
from orderbridge.catalogue.act import product as act_product
from orderbridge.catalogue.act import task as act_task
from orderbridge.catalogue.act.profile import field_name
from orderbridge.catalogue.fields import Field, Fields, text
from orderbridge.catalogue.ghl import contact as ghl_contact
from orderbridge.catalogue.ghl import opportunity as ghl_opportunity
from orderbridge.catalogue.names import theirs
from orderbridge.catalogue.registry import operation
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import Field as ActField
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.directory import CustomField
from orderbridge.connectors.registry import title
from orderbridge.core.errors import FlowError, OrderBridgeError
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import field_checks
from orderbridge.flows.account_field import (
    BOOLEAN,
    DAY,
    MOMENT,
    NUMBER,
    OTHER,
    TEXT,
    TEXTS,
    AccountField,
    declared,
)
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import Problem

_STAGE = {"stage": text("Name of the stage.")}
_TYPE = {"type": text("Name of the task's type.")}
_OWN: dict[str, dict[str, Fields]] = {
    "act": {
        "contact": act_contact.FIELDS,
        "company": act_company.FIELDS,
        "opportunity": act_opportunity.FIELDS | _STAGE,
        "product": act_product.FIELDS,
        "task": act_task.FIELDS | _TYPE,
    },
    "ghl": {"contact": ghl_contact.NEW | {"tags": ghl_contact.TAGS}, "opportunity": ghl_opportunity.NEW},
}
_CUSTOM, _CUSTOM_RECORDS = "custom_fields", "act.custom_record."
_ACT_TYPES = {
    "YesNo": BOOLEAN, "Number": NUMBER, "Currency": NUMBER, "Decimal": NUMBER, "Date": DAY, "AnnualEvent": DAY,
    "DateTime": MOMENT, "Picture": OTHER, "Address": OTHER,
}  # fmt: skip
_GHL_TYPES = {
    "NUMERICAL": NUMBER, "FLOAT": NUMBER, "MONETORY": NUMBER, "DATE": DAY, "CHECKBOX": TEXTS,
    "MULTIPLE_OPTIONS": TEXTS, "TEXTBOX_LIST": OTHER, "FILE_UPLOAD": OTHER, "SIGNATURE": OTHER,
}  # fmt: skip
# In these an account's owner defined what can be picked, and HighLevel shows nothing else.
_GHL_CLOSED = frozenset({"SINGLE_OPTIONS", "RADIO", "CHECKBOX", "MULTIPLE_OPTIONS"})


async def fields_of(runtime: Runtime, connection_id: str, kind: str) -> list[AccountField]:
    """Return the fields of a kind of record in an account, read just now.

    Args:
        runtime: The opened accounts.
        connection_id: The account.
        kind: ``contact``, ``company``, ``opportunity``, ``product``, ``task``, or the name of a custom table (Act!);
            ``contact`` or ``opportunity`` (HighLevel).

    Raises:
        FlowError: There is no such kind.
        OrderBridgeError: The account cannot be read, by who can act on it.
    """
    system = (await runtime.connection(connection_id)).system
    if system == "ghl":
        if kind not in _OWN["ghl"]:
            raise _no_such_kind(system, kind, [])
        return await _of_ghl(await runtime.ghl(connection_id), kind)
    client = await runtime.act(connection_id)
    if kind in _OWN["act"]:
        return await _of_act(client, kind)
    return await _of_table(client, kind)


async def problems(runtime: Runtime, flow: Flow, source: str, target: str) -> list[Problem]:
    """Compare the mappings of a flow with what the accounts have.

    Args:
        runtime: The opened accounts.
        flow: The flow.
        source: Id of the connection whose changes start it.
        target: Id of the connection that it works on.

    Returns:
        A mapping to a field that is not there, read-only, too short or of another type, a value that cannot be
        picked; and as warnings what the trigger does not show, and what could not be checked.
    """
    accounts = await runtime.systems(source, target)
    found: list[Problem] = []
    known: dict[tuple[str, str], dict[str, AccountField]] = {}
    for system, kind, place in _kinds(flow):
        if system not in accounts or (system, kind) in known:
            continue
        try:
            fields = await fields_of(runtime, accounts[system], kind)
        except FlowError as error:
            found.append(Problem(place=place, message=str(error)))
        except OrderBridgeError as error:
            said = f"the fields of {kind} in {title(system)} could not be read and compared with: {error}"
            found.append(Problem(place=place, message=said, warning=True))
        else:
            known[system, kind] = {item.name.casefold(): item for item in fields}
    return [*found, *field_checks.of_flow(flow, known)]


def _kinds(flow: Flow) -> Iterator[tuple[str, str, str]]:
    trigger = operation(flow.trigger)
    if trigger.listens is not None and trigger.listens.kind in _OWN.get(trigger.system, {}):
        yield trigger.system, trigger.listens.kind, "trigger"
    for step in flow.actions():
        kind = field_checks.kind_of(step)
        if kind is None:
            continue
        if step.action.startswith(_CUSTOM_RECORDS):
            yield *kind, f"steps.{step.id}.with.table"
        elif kind[1] in _OWN[kind[0]]:
            yield *kind, f"steps.{step.id}"


async def _of_act(client: ActClient, kind: str) -> list[AccountField]:
    described = await client.fields(kind)
    by_name = _named(described)
    lists = await _lists(client, described)
    found = []
    for name, spelling, own in _declared("act", kind):
        account = by_name.get(spelling.casefold()) or by_name.get(name)
        found.append(await _completed(client, kind, own, account, lists))
    found += [
        _act_field(f"{_CUSTOM}.{item.column.lower()}", item, lists) for item in described if item.custom
    ]
    return found


def _named(described: Sequence[ActField]) -> dict[str, ActField]:
    # How a build calls the column of a stock field is unverified; the label is the second try.
    named: dict[str, ActField] = {}
    for item in described:
        if not item.custom:
            for name in (item.column.casefold(), field_name(item.display_name)):
                named.setdefault(name, item)
    return named


async def _completed(
    client: ActClient,
    kind: str,
    own: AccountField,
    account: ActField | None,
    lists: Mapping[str, Sequence[str]],
) -> AccountField:
    names: Sequence[str] | None = None
    if kind == "opportunity" and own.name == "stage":
        processes = await client.processes()
        names = [stage.name for item in processes for stage in await client.stages(item.id)]
    elif kind == "task" and own.name == "type":
        names = [item.name for item in await client.task_types() if item.active]
    if names is not None:
        return replace(own, choices=tuple(dict.fromkeys(names)), closed=True)
    if account is None or own.choices is not None:
        return own
    values = lists.get(account.drop_down_id or "")
    return replace(
        own,
        label=account.display_name,
        read_only=account.read_only,
        max_length=account.length,
        choices=None if values is None else tuple(values),
        closed=values is not None and account.list_only,
    )


async def _lists(client: ActClient, described: Sequence[ActField]) -> dict[str, list[str]]:
    ids = dict.fromkeys(item.drop_down_id for item in described if item.drop_down_id)
    return {list_id: await client.drop_down_values(list_id) for list_id in ids}


def _act_field(name: str, item: ActField, lists: Mapping[str, Sequence[str]]) -> AccountField:
    values = lists.get(item.drop_down_id or "")
    return AccountField(
        name=name,
        label=item.display_name,
        type=_ACT_TYPES.get(item.data_type or "", TEXT),
        read_only=item.read_only,
        custom=True,
        max_length=item.length,
        choices=None if values is None else tuple(values),
        # Several values stand joined in one text, which is not one of the choices.
        closed=values is not None and item.list_only and not item.several,
        in_events=name,
    )


async def _of_table(client: ActClient, kind: str) -> list[AccountField]:
    tables = {item.name.casefold(): item.name for item in await client.tables() if item.custom}
    name = tables.get(kind.casefold())
    if name is None:
        raise _no_such_kind("act", kind, sorted(tables.values()))
    described = await client.fields(name)
    lists = await _lists(client, described)
    found = [_act_field(f"fields.{item.column.lower()}", item, lists) for item in described]
    return found + [_own(link, own) for link, own in custom_record.LINKS.items()]


async def _of_ghl(client: GhlClient, kind: str) -> list[AccountField]:
    own = [item for _, _, item in _declared("ghl", kind)]
    return own + [_ghl_field(item) for item in await client.custom_fields(model=kind)]


def _ghl_field(item: CustomField) -> AccountField:
    picked = bool(item.options)
    return AccountField(
        name=f"{_CUSTOM}.{item.id}",
        label=item.name,
        type=_GHL_TYPES.get(item.data_type or "", TEXT),
        custom=True,
        choices=item.options if picked else None,
        closed=picked and item.data_type in _GHL_CLOSED,
    )


def _own(name: str, item: Field, *, required: bool = False) -> AccountField:
    return replace(declared(name, item.schema, required=required), in_events=item.read_as or name)


def _declared(system: str, kind: str) -> Iterator[tuple[str, str, AccountField]]:
    """Yield what our operations declare: the field of the record, what Act! calls it, and each field or part of it."""
    needed = operation(f"{system}.{kind}.create@1").input_schema.get("required", [])
    for name, item in _OWN[system][kind].items():
        if name == _CUSTOM:
            continue
        whole = _own(name, item, required=name in needed)
        yield name, item.wire or theirs(name), whole
        for part, schema in item.schema.get("properties", {}).items():
            inner = replace(declared(f"{name}.{part}", schema), in_events=f"{whole.in_events}.{part}")
            yield "", "", inner


def _no_such_kind(system: str, kind: str, tables: Sequence[str]) -> FlowError:
    kinds = ", ".join(_OWN[system])
    more = f", and the custom tables {', '.join(tables)}" if tables else ""
    return FlowError(
        f"{title(system)} has no kind of record {kind!r} whose fields can be mapped; it has {kinds}{more}",
        cause="fields.unknown_kind",
    )
