from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from orderbridge.connectors.act.batch import BatchCall
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.directory import NoteDraft, ProductDraft
from orderbridge.connectors.act.models import (
    LOST,
    WON,
    ContactDraft,
    CustomRecordDraft,
    HistoryDraft,
    LineItemDraft,
    OpportunityDraft,
    TaskDraft,
)
from orderbridge.connectors.act.odata import any_of, both, contains, edited_since, eq
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.clock import ManualClock
from orderbridge.core.errors import (
    InDoubtError,
    NotFoundError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TransientError,
)
from orderbridge.emulators.act.app import create_act_app
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.seeds.act_world import seeded_act_world
from orderbridge.emulators.server import run_app

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Twin:
    def __init__(self, world: ActWorld, clock: ManualClock, url: str, opened: AsyncExitStack) -> None:
        self.world, self.url, self.opened = world, url, opened
        self.clock = clock
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)
        await asyncio.sleep(0)

    def budget(self) -> WindowBudget:
        return WindowBudget(
            connection_id="act", clock=self.clock, limit=None, window_s=60.0, sleep=self.sleep
        )

    def connect(self, **given: object) -> ActClient:
        settings: dict[str, object] = {
            "base_url": f"{self.url}/act.web.api",
            "database": self.world.database,
            "user": self.world.user,
            "password": self.world.password,
            "budget": self.budget(),
            "clock": self.clock,
            "rng": random.Random(3),
            "sleep": self.sleep,
        }
        client = ActClient.connect(**(settings | given))  # type: ignore[arg-type]
        self.opened.push_async_callback(client.close)
        return client


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    clock = ManualClock(NOW)
    world = seeded_act_world(seed=7, clock=clock, custom_tables=True)
    world.faults.rate_limit_per_minute = 100_000
    async with AsyncExitStack() as opened, run_app(create_act_app(world)) as url:
        yield Twin(world, clock, url, opened)
        # Clients close before the server stops.
        await opened.aclose()


@pytest.fixture
def act(twin: Twin) -> ActClient:
    return twin.connect()


async def some_contact(act: ActClient) -> str:
    async for contact in act.contacts(eq("isUser", False), order_by="id"):
        return contact.id
    raise AssertionError("the twin has no contacts")


async def deal(act: ActClient, source_id: str = "order-1") -> str:
    process = (await act.processes())[0]
    stage = (await act.stages(process.id))[0]
    draft = OpportunityDraft(
        name="Order 1",
        source="HighLevel",
        source_id=source_id,
        status="Open",
        stage_id=stage.id,
        stage_name=stage.name,
        contact_ids=(await some_contact(act),),
        opened_at=NOW,
    )
    return (await act.create_opportunity(draft)).id


async def test_a_connection_is_tested_by_version_permissions_and_own_record(act: ActClient) -> None:
    assert (await act.system()).api_version
    await act.authorize()
    assert (await act.my_record()).is_user
    assert len(await act.permissions()) > 10
    assert any(user.role == "Administrator" for user in await act.users())


async def test_a_session_of_55_minutes_is_renewed_before_it_ends_and_nobody_sees_a_401(twin: Twin) -> None:
    twin.world.faults.token_lifetime_s = 55 * 60
    act = twin.connect()
    for _ in range(20):
        await act.my_record()
        twin.clock.advance(9 * 60)

    assert twin.world.counters.by_status[401] == 0
    assert 3 <= twin.world.counters.by_route["GET /authorize"] <= 5


async def test_a_session_that_ends_early_is_opened_anew_once(twin: Twin) -> None:
    act = twin.connect()
    await act.my_record()
    twin.clock.advance(1)
    twin.world.faults.set("expire_tokens", True)
    await act.my_record()

    assert twin.world.counters.by_status[401] == 1
    assert twin.world.counters.by_route["GET /authorize"] == 2


@pytest.mark.parametrize("wrong", ["user", "password", "database"])
async def test_any_wrong_part_of_the_credentials_asks_for_all_three(twin: Twin, wrong: str) -> None:
    with pytest.raises(ReconnectError, match="user, the password or the database"):
        await twin.connect(**{wrong: "Wrong"}).my_record()


async def test_a_missing_web_api_permission_is_named(twin: Twin) -> None:
    twin.world.faults.permissions_removed = ["Web API Access"]
    with pytest.raises(ReconnectError, match="Web API Access"):
        await twin.connect().my_record()


async def test_a_wrong_server_path_is_not_taken_for_wrong_credentials(twin: Twin) -> None:
    with pytest.raises((ReconnectError, TransientError, RejectedError)) as caught:
        await twin.connect(base_url=f"{twin.url}/wrong").my_record()
    assert "password" not in str(caught.value)


async def test_a_quoted_token_and_an_ended_session_are_no_trouble(twin: Twin, act: ActClient) -> None:
    twin.world.faults.token_format = "quoted"
    await act.my_record()
    twin.world.faults.set("expire_tokens", 1)
    twin.world.sessions.clear()
    await act.my_record()


@pytest.mark.parametrize("envelope", ["array", "value"])
async def test_all_contacts_are_walked_once_in_both_list_shapes(
    twin: Twin, act: ActClient, envelope: str
) -> None:
    twin.world.faults.envelope = envelope
    twin.world.faults.unstable_skip = True
    found = [contact.id async for contact in act.contacts(page_rows=5)]
    assert len(found) == len(set(found)) == len(twin.world.contacts)


async def test_a_contact_is_created_found_and_changed(act: ActClient) -> None:
    draft = ContactDraft(
        first_name="Zoë",
        last_name="O'Neil",
        company="O'Neil & Söhne",
        email="zoe+act@example.test",
        business_phone="+13035550177",
    )
    made = await act.create_contact(draft)
    assert (made.full_name, made.email) == ("Zoë O'Neil", "zoe+act@example.test")
    assert [item.id for item in await act.contacts_by_email("zoe+act@example.test")] == [made.id]
    assert await act.contact_ids_by_email(["ZOE+act@example.test", "nobody@example.test"]) == {
        "ZOE+act@example.test": made.id
    }
    assert made.id in [item.id for item in await act.contacts_by_phone_digits("+1 303 555 0177")]
    assert [item.id async for item in act.contacts(eq("company", "O'Neil & Söhne"))] == [made.id]
    changed = await act.patch_contact(made.id, ContactDraft(company="Zoë Ltd"))
    assert (changed.company, changed.email) == ("Zoë Ltd", "zoe+act@example.test")
    assert (await act.contact(made.id)).company == "Zoë Ltd"


async def test_filters_combine(act: ActClient) -> None:
    made = await act.create_contact(ContactDraft(first_name="Quirin", email="q@example.test"))
    recent = edited_since(NOW, overlap_s=3600)
    name = any_of(eq("firstName", "Quirin"), contains("emailAddress", "q@exam"))
    assert [item.id async for item in act.contacts(both(recent, name))] == [made.id]
    later = edited_since(NOW + timedelta(days=1))
    assert [item.id async for item in act.contacts(both(later, name))] == []


async def test_a_deal_is_worth_what_its_lines_add_up_to(act: ActClient) -> None:
    deal_id = await deal(act)
    for number, (price, quantity) in enumerate([("19.99", "3"), ("0.10", "1"), ("-5.07", "1")]):
        draft = LineItemDraft(
            name=f"Line {number}",
            item_number=str(number),
            price=Decimal(price),
            quantity=Decimal(quantity),
        )
        await act.create_line_item(deal_id, draft)
    assert (await act.opportunity(deal_id)).product_total == Decimal("55.00")
    lines = await act.line_items(deal_id)
    assert sorted(line.item_number or "" for line in lines) == ["0", "1", "2"]
    first = next(line for line in lines if line.item_number == "0")
    put = LineItemDraft(name="Line 0", item_number="0", price=Decimal("20.01"), quantity=Decimal(3))
    await act.update_line_item(deal_id, first.id, put)
    assert (await act.opportunity(deal_id)).product_total == Decimal("55.06")
    await act.delete_line_item(deal_id, first.id)
    assert (await act.opportunity(deal_id)).product_total == Decimal("-4.97")


async def test_a_deal_is_found_by_our_reference_and_moved(act: ActClient) -> None:
    deal_id = await deal(act, "order-'77'")
    assert [item.id for item in await act.opportunities_by_source_id("order-'77'")] == [deal_id]
    assert await act.opportunities_by_source_id("order-78") == []
    process = (await act.processes())[0]
    paid = next(stage for stage in await act.stages(process.id) if stage.name == "Paid")
    moved = await act.patch_opportunity(
        deal_id, OpportunityDraft(status=WON, stage_id=paid.id, stage_name=paid.name)
    )
    assert (moved.status, moved.stage_name) == (WON, "Paid")
    lost = [item async for item in act.opportunities(eq("status", 2))]
    assert all(item.status == LOST for item in lost)


async def test_history_keeps_its_plain_text(act: ActClient) -> None:
    deal_id, contact_id = await deal(act), await some_contact(act)
    kind = next(item for item in await act.history_types() if item.name == "Payment")
    line = "ref=t1 amount=150.10 currency=USD status=succeeded & done"
    draft = HistoryDraft(
        regarding="Payment",
        details=f"Paid.\n{line}",
        type_id=kind.id,
        happened_at=NOW,
        contact_ids=(contact_id,),
        opportunity_ids=(deal_id,),
    )
    made = await act.create_history(draft)
    found = await act.opportunity_history(deal_id)
    assert [entry.id for entry in found] == [made.id]
    assert line in (found[0].details or "")
    assert made.id in [entry.id for entry in await act.contact_history(contact_id)]
    changed = HistoryDraft(
        regarding="Refund",
        details="ref=t1 status=refunded",
        type_id=kind.id,
        happened_at=NOW,
        contact_ids=(contact_id,),
        opportunity_ids=(deal_id,),
    )
    await act.update_history(made.id, changed)
    entry = await act.history_entry(made.id)
    assert (entry.regarding, entry.type_id) == ("Refund", kind.id)
    assert "status=refunded" in (entry.details or "")


async def test_a_task_is_written_found_and_cleared(act: ActClient) -> None:
    deal_id, contact_id = await deal(act), await some_contact(act)
    kind = next(item for item in await act.task_types() if item.name == "To-do")
    draft = TaskDraft(
        subject="Pack the parcel",
        details="ref=f1",
        type_id=kind.id,
        due_at=NOW,
        contact_ids=(contact_id,),
        opportunity_ids=(deal_id,),
    )
    made = await act.create_task(draft)
    assert [task.id for task in await act.opportunity_tasks(deal_id)] == [made.id]
    assert made.id in [task.id for task in await act.contact_tasks(contact_id)]
    done = next(item for item in await act.history_types() if item.name == "To-do Done")
    await act.clear_task(made.id, result=done, subject="Packed", happened_at=NOW)
    assert (await act.task(made.id)).cleared


async def test_notes_and_products_are_written(act: ActClient) -> None:
    deal_id, contact_id = await deal(act), await some_contact(act)
    draft = NoteDraft(note="ref=o1", shown_at=NOW, contact_ids=(contact_id,), opportunity_ids=(deal_id,))
    made = await act.create_note(draft)
    assert [(note.id, note.note) for note in await act.opportunity_notes(deal_id)] == [(made.id, "ref=o1")]
    assert made.id in [note.id for note in await act.contact_notes(contact_id)]
    product = await act.create_product(ProductDraft(name="Mug", item_number="M-1", price=Decimal("7.50")))
    assert product.price == Decimal("7.50")
    assert product.id in [item.id async for item in act.products()]


async def test_a_custom_table_is_made_filled_and_read(act: ActClient) -> None:
    deal_id, contact_id = await deal(act), await some_contact(act)
    await act.create_table("Parcels", "Parcels", ["Contacts", "Opportunities"])
    await act.create_field("Parcels", "Reference", "Character", length=64)
    await act.create_field("Parcels", "Amount", "Decimal", precision=18, scale=2)
    table = next(table for table in await act.tables() if table.display_name == "Parcels")
    assert table.custom
    keys = {field.display_name: field.column.lower() for field in await act.fields(table.name)}
    fields = {keys["Reference"]: "t1", keys["Amount"]: Decimal("150.10")}
    made = await act.create_record(
        table.name,
        CustomRecordDraft(fields=fields, contact_ids=(contact_id,), opportunity_ids=(deal_id,)),
    )
    found = [record async for record in act.records(table.name)]
    assert [(record.id, record.opportunity_ids) for record in found] == [(made.id, (deal_id,))]
    assert found[0].fields[keys["Amount"]] == Decimal("150.10")
    changed = CustomRecordDraft(fields=fields | {keys["Amount"]: Decimal("0.10")}, opportunity_ids=(deal_id,))
    await act.update_record(table.name, made.id, changed)
    assert (await act.record(table.name, made.id)).fields[keys["Amount"]] == Decimal("0.10")
    with pytest.raises(RejectedError):
        await act.create_table("Parcels", "Parcels", ["Contacts"])


async def test_companies_are_read(act: ActClient) -> None:
    async for company in act.companies():
        assert (await act.company(company.id)).name == company.name
        return


async def test_a_batch_answers_each_call_by_itself(twin: Twin, act: ActClient) -> None:
    contact_id = await some_contact(act)
    assert await act.batch_works()
    answers = await act.batch(
        [
            BatchCall(method="GET", path=f"/api/contacts/{contact_id}"),
            BatchCall(method="GET", path="/api/contacts/00000000-0000-0000-0000-000000000000"),
            BatchCall(method="POST", path="/api/contacts", body={"firstName": "Zinaida", "lastName": "B"}),
            BatchCall(method="GET", path="/api/contacts", params={"$filter": eq("firstName", "Zinaida")}),
        ]
    )
    assert [answer.status for answer in answers] == [200, 404, 201, 200]
    assert answers[3].body[0]["lastName"] == "B"
    for mode in ("404", "500"):
        twin.world.faults.batch = mode
        assert not await act.batch_works()


async def test_a_missing_record_is_missing(act: ActClient) -> None:
    with pytest.raises(NotFoundError):
        await act.opportunity("00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize("fault", ["error_500_after_write", "drop_after_write"])
async def test_a_write_that_was_done_without_an_answer_is_in_doubt_and_done_once(
    twin: Twin, act: ActClient, fault: str
) -> None:
    await act.my_record()
    before = len(twin.world.contacts)
    twin.world.faults.set(fault, 1)
    with pytest.raises(InDoubtError):
        await act.create_contact(ContactDraft(first_name="Once"))
    assert len(twin.world.contacts) == before + 1


async def test_a_bad_spell_of_the_server_is_sat_out_when_reading(twin: Twin, act: ActClient) -> None:
    await act.my_record()
    twin.world.faults.set("error_500_before", 1)
    twin.world.faults.set("html_error", 1)
    await act.my_record()
    assert len(twin.slept) == 2


@pytest.mark.parametrize("answer", [429, 403, 503])
@pytest.mark.parametrize("reset", ["seconds", "epoch", "iso"])
async def test_a_full_minute_is_waited_out_in_every_form(
    twin: Twin, act: ActClient, answer: int, reset: str
) -> None:
    twin.world.faults.throttle_answer = answer
    twin.world.faults.rate_limit_reset = reset
    await act.my_record()
    before = len(twin.world.contacts)
    # Somebody else uses up the minute.
    twin.world.window_calls = twin.world.faults.rate_limit_per_minute
    await act.create_contact(ContactDraft(first_name="Later"))
    assert len(twin.world.contacts) == before + 1
    assert 55 <= sum(twin.slept) <= 75


async def test_a_long_pause_is_left_to_the_engine(twin: Twin, act: ActClient) -> None:
    await act.my_record()
    twin.world.faults.set("throttle_429", {"count": 1, "retry_after_s": 600})
    with pytest.raises(RateLimitedError) as caught:
        await act.my_record()
    assert caught.value.retry_after_s == 600


async def test_the_minute_of_the_cloud_is_never_exceeded_and_nearly_used_up(twin: Twin) -> None:
    twin.world.faults.rate_limit_per_minute = 40
    budget = twin.budget()
    act = twin.connect(budget=budget).unhurried()
    for _ in range(200):
        await act.my_record()
    assert set(twin.world.counters.by_status) == {200}
    assert budget.state().limit == 40
    assert 200 / twin.clock.monotonic_s() >= 0.95 * 40 / 60


async def test_a_server_of_ones_own_sends_no_limits_and_gets_no_brakes(twin: Twin) -> None:
    twin.world.faults.rate_limit_headers = False
    budget = twin.budget()
    act = twin.connect(budget=budget)
    for _ in range(150):
        await act.my_record()
    assert budget.state().limit is None
