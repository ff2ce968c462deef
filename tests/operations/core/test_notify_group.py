"""Lines that gather into one message: told once, added up by currency, sent at most once, whatever dies meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from orderbridge.core.money import Money
from orderbridge.engine import brake
from orderbridge.engine.brake import Brake
from orderbridge.engine.digests import DigestSender
from orderbridge.notify.digests import body, total_lines
from orderbridge.notify.service import Service
from orderbridge.store.digests import Entry
from support.finance import Finance, finance_channel
from support.operations import Operations


@pytest_asyncio.fixture(loop_scope="module")
async def finance(ops: Operations) -> AsyncIterator[Finance]:
    for table in ("channels", "digests", "digest_entries"):
        await ops.world.rows(f"DELETE FROM {table}")
    async with finance_channel(ops.world) as made:
        yield made


async def add(ops: Operations, reference: str, amount: str, currency: str = "USD", **more: Any) -> bool:
    given = {
        "channel": "finance",
        "key": "refunds",
        "title": "Refunds",
        "reference": reference,
        "line": f"{reference}: {amount} {currency}",
        "total": "refunded",
        "amount": Decimal(amount),
        "currency": currency,
    }
    return bool((await ops.run("core.notify.group", **(given | more)))["added"])


async def due(ops: Operations) -> int:
    await ops.world.rows(
        "UPDATE digests SET due_at = now() - interval '1 second' WHERE state IN ('open', 'refused')"
    )
    return await DigestSender(ops.world.application.runtime).send_due()


async def states(ops: Operations) -> list[str]:
    return [row["state"] for row in await ops.world.rows("SELECT state FROM digests ORDER BY due_at")]


@pytest.mark.covers("core.notify.group@1")
async def test_what_happens_within_a_window_is_one_message_with_totals(
    ops: Operations, finance: Finance
) -> None:
    assert await add(ops, "p1", "10.50")
    assert await add(ops, "p2", "0.75")
    assert await add(ops, "p3", "7", "EUR")
    assert not await add(ops, "p1", "10.50")
    assert await DigestSender(ops.world.application.runtime).send_due() == 0
    assert await due(ops) == 1
    [message] = finance.messages
    assert message["title"] == "Refunds (3)"
    assert message["message"].splitlines() == [
        "p1: 10.50 USD", "p2: 0.75 USD", "p3: 7 EUR", "", "refunded: 11.25 USD (2)", "refunded: 7.00 EUR (1)",
    ]  # fmt: skip
    # Told for ever, also after the message went out.
    assert not await add(ops, "p2", "0.75")
    assert await due(ops) == 0
    assert await add(ops, "p2", "0.75", key="another")
    assert await due(ops) == 1


async def test_a_line_needs_consent_and_a_channel_and_a_preview_adds_nothing(
    ops: Operations, finance: Finance
) -> None:
    given = {"channel": "finance", "key": "k", "title": "T", "reference": "r", "line": "l"}
    assert "allow messages_people" in await ops.refused("core.notify.group", allowed=(), **given)
    assert "no channel named 'nobody'" in await ops.refused(
        "core.notify.group", **(given | {"channel": "nobody"})
    )
    assert (await ops.preview("core.notify.group", **given))["would_write"]["wanted"] == {"reference": "r"}
    assert await states(ops) == []


async def test_a_message_that_was_not_taken_is_tried_again_and_later_lines_do_not_wait_for_it(
    ops: Operations, finance: Finance
) -> None:
    await add(ops, "first", "1")
    finance.status = 500
    assert await due(ops) == 0
    assert await states(ops) == ["refused"]
    await add(ops, "second", "2")
    finance.status = 200
    assert await due(ops) == 2
    assert [item["message"].splitlines()[0] for item in finance.messages[1:]] == [
        "first: 1 USD", "second: 2 USD",
    ]  # fmt: skip


async def test_of_a_message_whose_sender_died_the_next_one_says_that_it_may_be_missing(
    ops: Operations, finance: Finance
) -> None:
    await add(ops, "lost", "1")
    await ops.world.rows("UPDATE digests SET state = 'sending', claimed_at = now() - interval '10 minutes'")
    assert await due(ops) == 1
    [message] = finance.messages
    assert "may not have arrived: the server stopped while it was sent" in message["message"]
    assert "lost: 1 USD" not in message["message"]
    # It is said once.
    assert await due(ops) == 0
    assert sorted(await states(ops)) == ["sent", "unknown"]


async def test_while_writes_are_paused_it_waits_and_is_sent_once_afterwards(
    ops: Operations, finance: Finance
) -> None:
    runtime = ops.world.application.runtime
    await add(ops, "p1", "1")
    async with ops.world.db.begin() as tx:
        await brake.pause(tx)
    runtime.brake = Brake(runtime.db, runtime.clock)
    assert await due(ops) == 0
    assert (await states(ops), finance.messages) == (["open"], [])
    async with ops.world.db.begin() as tx:
        await brake.resume(tx)
    runtime.brake = Brake(runtime.db, runtime.clock)
    assert await due(ops) == 1
    assert len(finance.messages) == 1


async def test_a_message_that_waits_for_the_one_before_is_not_under_way(
    ops: Operations, finance: Finance, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(ops, "first", "1")
    await add(ops, "second", "1", key="another")
    seen: list[list[str]] = []
    say = Service.say

    async def slowly(self: Service, title: str, text: str, kind: str) -> None:
        seen.append(sorted(await states(ops)))
        await say(self, title, text, kind)

    monkeypatch.setattr(Service, "say", slowly)
    assert await due(ops) == 2
    assert seen == [["open", "sending"], ["sending", "sent"]]


async def test_a_message_of_a_removed_channel_is_dropped_with_its_reason(
    ops: Operations, finance: Finance
) -> None:
    await add(ops, "gone", "1")
    await ops.world.rows("DELETE FROM channels")
    assert await due(ops) == 0
    assert await states(ops) == ["dropped"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    some.lists(
        some.tuples(
            some.sampled_from(["paid", "refunded"]),
            some.decimals(min_value=0, max_value=10**9, places=2),
            some.sampled_from(["USD", "EUR", "JPY"]),
        ),
        max_size=60,
    )
)
def test_the_totals_are_the_exact_sums_however_many_lines_are_shown(
    rows: list[tuple[str, Decimal, str]],
) -> None:
    entries = [
        Entry(reference=str(number), line=f"line {number}", group=word, amount=amount, currency=currency)
        for number, (word, amount, currency) in enumerate(rows)
    ]
    wanted = {}
    for word, amount, currency in rows:
        wanted[word, currency] = wanted.get((word, currency), Decimal(0)) + amount
    assert {line.rsplit(" (", 1)[0] for line in total_lines(entries)} == {
        f"{word}: {Money(amount, currency)}" for (word, currency), amount in wanted.items()
    }
    assert len(body(entries).splitlines()) <= 40 + 1 + 1 + 6
