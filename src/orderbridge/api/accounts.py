"""Which of our connections or apps a webhook belongs to, and whose signature it must carry."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from orderbridge.catalogue import readers
from orderbridge.connectors.ghl.webhooks import HIGHLEVEL_ED25519_PEM, HIGHLEVEL_RSA_PEM, WebhookKeys
from orderbridge.core.clock import Clock
from orderbridge.engine.listening import listening
from orderbridge.store import apps, connections, flows
from orderbridge.store.database import Database
from orderbridge.store.flows import StoredFlow

# A new connection is known to every process within this time; its first webhook is then not a stranger's.
_LIFE_S = 2.0


@dataclass(frozen=True, slots=True)
class Account:
    """A connected HighLevel location.

    Attributes:
        listened: The kinds of records whose webhooks some enabled flow waits for.
    """

    connection_id: str
    keys: WebhookKeys
    app_id: str | None
    listened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AppAccount:
    """One of our marketplace apps.

    Attributes:
        app: Our own id of it.
    """

    app: str
    keys: WebhookKeys


class Accounts:
    """The connected locations and our apps, remembered for a moment."""

    def __init__(self, db: Database, clock: Clock, *, rsa_legacy: bool) -> None:
        self._db, self._clock = db, clock
        self._rsa = HIGHLEVEL_RSA_PEM if rsa_legacy else None
        self._by_location: dict[str, Account] = {}
        self._by_app: dict[str, AppAccount] = {}
        self._everyone = WebhookKeys.from_pem(legacy_rsa_pem=self._rsa)
        self._fresh_until_s = float("-inf")
        self._loading: asyncio.Task[None] | None = None

    async def find(self, location_id: str | None) -> Account | None:
        """Return the account of a location, or None when nobody connected it here."""
        if self._clock.monotonic_s() >= self._fresh_until_s:
            loading = self._refresh()
            if location_id not in self._by_location:
                # A known location is answered from memory meanwhile; a stranger may just have been connected.
                await asyncio.shield(loading)
        return self._by_location.get(location_id or "")

    async def find_now(self, location_id: str | None) -> Account | None:
        """Return the account of a location as the database knows it now: for what is rare and verified."""
        await asyncio.shield(self._refresh())
        return self._by_location.get(location_id or "")

    async def find_app(self, app_id: str | None) -> AppAccount | None:
        """Return our app of HighLevel's app id, or None when it is not ours."""
        # Only when the memory is old: whoever sends unsigned nonsense shall not make the database work.
        if self._clock.monotonic_s() >= self._fresh_until_s:
            await asyncio.shield(self._refresh())
        return self._by_app.get(app_id or "")

    async def listening(self, account: Account, kind: str | None) -> bool:
        """Whether a flow listens to a kind; what the memory says no to is looked up, for a flow may be new."""
        if kind is None or kind in account.listened:
            return kind is not None
        await asyncio.shield(self._refresh())
        return any(
            item.connection_id == account.connection_id and kind in item.listened
            for item in self._by_location.values()
        )

    def _refresh(self) -> asyncio.Task[None]:
        # Once for all requests that find the memory old.
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load())
        return self._loading

    @property
    def strangers(self) -> WebhookKeys:
        """The keys that a delivery for an unknown location may be signed with."""
        return self._everyone

    async def _load(self) -> None:
        async with self._db.begin() as tx:
            every = await connections.every(tx)
            ours = await apps.every(tx)
            by_source: dict[str, list[StoredFlow]] = defaultdict(list)
            for flow in await flows.enabled(tx):
                by_source[flow.source_connection].append(flow)
        pems = [HIGHLEVEL_ED25519_PEM]
        found = {}
        for item in every:
            if item.system != "ghl":
                continue
            pem = item.config.get("webhook_key_pem")
            # A sender with a key of its own (the sandbox) may have one for the older header too.
            rsa = self._rsa and (item.config.get("webhook_rsa_key_pem") or self._rsa)
            keys = WebhookKeys.from_pem([pem] if pem else [HIGHLEVEL_ED25519_PEM], legacy_rsa_pem=rsa)
            found[item.config["location_id"]] = Account(
                item.id,
                keys,
                item.config.get("app_id"),
                readers.covering("ghl", listening(by_source[item.id]).kinds),
            )
            if pem and pem not in pems:
                pems.append(pem)
        by_app = {}
        for app in ours:
            pem = app.config.get("webhook_key_pem")
            by_app[app.app_id] = AppAccount(
                app.id, WebhookKeys.from_pem([pem or HIGHLEVEL_ED25519_PEM], legacy_rsa_pem=self._rsa)
            )
        self._by_location, self._by_app = found, by_app
        self._everyone = WebhookKeys.from_pem(pems, legacy_rsa_pem=self._rsa)
        self._fresh_until_s = self._clock.monotonic_s() + _LIFE_S
