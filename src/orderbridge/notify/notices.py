"""Say something once: under the same key only one message within a while, with a count of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from orderbridge.catalogue.context import GroupedNotice, Notice
from orderbridge.connectors.web import Web
from orderbridge.core.clock import Clock
from orderbridge.core.errors import RejectedError
from orderbridge.core.ids import IdSource
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.notify.service import Service
from orderbridge.store import channels, digests
from orderbridge.store.channels import Turn
from orderbridge.store.crypto import SecretBox
from orderbridge.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The channels of this installation.

    Attributes:
        web: Knows what may be called besides the public internet.
    """

    db: Database
    box: SecretBox
    clock: Clock
    web: Web

    async def add(self, name: str, url: str, new_id: IdSource) -> str:
        """Store a channel and return what service it is of; nothing is sent.

        Raises:
            SetupError: The address cannot be used, or the name is taken.
            FlowError: The address is inside this machine or its network.
        """
        service = Service(url)
        await service.check(self.web)
        async with self.db.begin() as tx:
            await channels.add(tx, self.box, new_id, name=name, service=service.name, url=url)
        return service.name

    async def say(self, notice: Notice) -> JsonObject:
        """Send a message unless one under its key was sent within its window.

        Returns:
            Whether it was sent, and how many were held back so far.

        Raises:
            FlowError: There is no such channel, or its address must not be called; nothing was sent.
            RejectedError: The service did not take it; the next one under this key is tried again.
            InDoubtError: It may have arrived.
        """
        key = notice.key or fingerprint([notice.title, notice.text])
        async with self.db.begin() as tx:
            channel = await channels.by_name(tx, self.box, notice.channel)
        service = Service(channel.url)
        await service.check(self.web)
        async with self.db.begin() as tx:
            turn = await channels.take_turn(
                tx, channel.id, key, now=self.clock.now(), window=timedelta(seconds=notice.window_s)
            )
        if turn.now:
            try:
                await service.say(notice.title, _with_count(notice.text, turn), notice.kind)
            except RejectedError:
                async with self.db.begin() as tx:
                    await channels.forget_turn(tx, channel.id, key)
                raise
        return {"channel": channel.name, "sent": turn.now, "held_back": turn.held_back}

    async def test(self, name: str) -> None:
        """Send a test message through a channel, however many were sent before.

        Raises:
            OrderBridgeError: There is no such channel, or the message was not taken.
        """
        await self.say(
            Notice(
                channel=name,
                title="orderbridge",
                text="This is a test: the channel works.",
                key="test",
                window_s=0,
            )
        )

    async def gathered(self, notice: GroupedNotice) -> JsonObject | None:
        """Return the line of a grouped message as it was added, None where it was not.

        Raises:
            FlowError: There is no such channel.
        """
        async with self.db.begin() as tx:
            channel = await channels.by_name(tx, self.box, notice.channel)
            found = await digests.find(tx, channel.id, notice.key, notice.reference)
        if found is None:
            return None
        return {
            "id": found["digest_id"],
            "reference": notice.reference,
            "sent": found["state"] == digests.SENT,
            "due_at": found["due_at"].isoformat(),
        }

    async def gather(self, notice: GroupedNotice, new_id: IdSource) -> None:
        """Add a line to the message that gathers now, or begin one.

        Raises:
            FlowError: There is no such channel.
        """
        async with self.db.begin() as tx:
            channel = await channels.by_name(tx, self.box, notice.channel)
            await digests.add(
                tx,
                new_id,
                channel_id=channel.id,
                key=notice.key,
                title=notice.title,
                kind=notice.kind,
                due_at=digests.window_end(self.clock.now(), notice.window_s),
                entry=digests.Entry(
                    reference=notice.reference,
                    line=notice.line,
                    group=notice.group,
                    amount=notice.amount,
                    currency=notice.currency,
                ),
            )


def _with_count(text: str, turn: Turn) -> str:
    if not turn.held_back or turn.said_at is None:
        return text
    more = "one more like it was" if turn.held_back == 1 else f"{turn.held_back} more like it were"
    return f"{text}\n\n({more} held back since {turn.said_at:%Y-%m-%d %H:%M} UTC)"
