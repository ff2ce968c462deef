"""Everything the HighLevel twin knows: records, tokens, budgets, deliveries and counters."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from random import Random

from orderbridge.core.clock import Clock
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.faults import GhlFaults
from orderbridge.emulators.ghl.ratelimit import RateLimiter
from orderbridge.emulators.ghl.scopes import ALL_SCOPES, OAUTH_ONLY_SCOPES
from orderbridge.emulators.ghl.table import Table
from orderbridge.emulators.ghl.tokens import Grant, TokenBook
from orderbridge.emulators.ghl.webhooks import WebhookDeliverer
from orderbridge.emulators.ghl.wire import stamp

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

APP_ID = "66a1f0c2d4b8e90012ab34cd"
VERSION_ID = "66a1f0c2d4b8e90012ab34ce"


class GhlWorld:
    """One agency with its locations.

    Args:
        clock: Where the time comes from.
        seed: Equal seeds give equal ids and equal histories.
        faults: Switches that differ from their defaults.
        webhook_url: Where events go; None sends none.
        fill: Puts the starting records in; called again by ``reset``.

    Attributes:
        location_id: The location of the business; ``other_location_id`` is a second one of the same
            agency, which the business's token must not reach.
        pit_token: The location's Private Integration Token with every scope that can be ticked.
        agency_pit_token: One of the agency; it works on no payment.
        requests: How often each route answered with each status.
        messages: What would have reached real customers: mails and text messages.
        installed: The locations that the app is in.
        consent: What the person on the authorise page chooses instead of what was asked for.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 7,
        faults: GhlFaults | None = None,
        *,
        webhook_url: str | None = None,
        fill: Callable[[GhlWorld], None] | None = None,
    ) -> None:
        self.clock = clock
        self.seed = seed
        self.faults = faults or GhlFaults()
        self._fill = fill
        # Its own stream: deliveries run in parallel and must not disturb the ids of records.
        self.webhooks = WebhookDeliverer(webhook_url, faults=self.faults, rng=Random(seed + 1))
        self.limiter = RateLimiter(clock, self.faults)
        self._begin()

    def _begin(self) -> None:
        self.rng = Random(self.seed)
        self.company_id = self.short_id()
        self.location_id = self.short_id()
        self.other_location_id = self.short_id()
        self.user_id = self.short_id()
        self.pit_token = f"pit-{self.uuid()}"
        self.agency_pit_token = f"pit-{self.uuid()}"
        self.other_pit_token = f"pit-{self.uuid()}"
        self.oauth_client_id = f"{APP_ID}-twinapp1"
        self.oauth_client_secret = self.uuid()
        self.tokens = TokenBook(self.clock, self.rng, self.faults)
        self._add_private_tokens()
        self.requests: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.messages: list[JsonObject] = []
        self.installed: set[str] = {self.location_id}
        self.consent: JsonObject = {}
        self.sold = 0
        self.literal_orders: set[str] = set()
        self.invoice_numbers = 1000
        self.estimate_numbers = 100
        self._make_tables()
        if self._fill is not None:
            self._fill(self)

    def _make_tables(self) -> None:
        self.locations = Table(key="id")
        self.users = Table(key="id")
        self.contacts = Table(key="id", stamp="dateAdded", indexed=("emailLowerCase", "phone", "locationId"))
        self.notes = Table(key="id", stamp="dateAdded", indexed=("contactId",))
        self.orders = Table(indexed=("contactId", "status", "liveMode", "altId"))
        self.transactions = Table(
            indexed=("entityId", "contactId", "subscriptionId", "liveMode", "altId", "entityType")
        )
        self.subscriptions = Table(indexed=("entityId", "contactId", "liveMode", "altId"))
        self.fulfilments = Table(indexed=("orderId",))
        self.invoices = Table(indexed=("contactId", "status", "altId"))
        self.estimates = Table(indexed=("estimateStatus",))
        self.invoice_schedules = Table(indexed=("altId",))
        self.invoice_templates = Table(indexed=("altId",))
        self.coupons = Table()
        self.products = Table(indexed=("locationId",))
        self.prices = Table(indexed=("product",))
        self.opportunities = Table(key="id", indexed=("contactId", "pipelineId", "status"))
        self.pipelines = Table(key="id")
        self.businesses = Table(key="id")
        self.custom_fields = Table(key="id")
        self.tasks = Table(key="id", stamp="dateAdded", indexed=("contactId",))
        self.tags = Table(key="id", indexed=("locationId",))
        self.custom_values = Table(key="id", indexed=("locationId",))
        self.collections = Table(indexed=("altId",))
        self.objects = Table(key="id", stamp="dateAdded")
        self.object_records = Table(key="id", indexed=("objectKey", "locationId"))
        self.associations = Table(key="id")
        self.relations = Table(key="id")
        self.providers = Table()
        self.custom_provider: JsonObject | None = None

    def _add_private_tokens(self) -> None:
        scopes = frozenset(ALL_SCOPES) - OAUTH_ONLY_SCOPES
        for token, kind, location_id in (
            (self.pit_token, "Location", self.location_id),
            (self.other_pit_token, "Location", self.other_location_id),
            (self.agency_pit_token, "Company", None),
        ):
            grant = Grant(kind, self.company_id, location_id, self.user_id, scopes, token[:12], private=True)
            self.tokens.add_private(token, grant)

    async def reset(self) -> None:
        """Go back to the start: same records, same ids, switches and counters as at first.

        The signing key stays, because receivers are configured with it, and so does the webhook URL.
        """
        await self.webhooks.close()
        self.webhooks.forget()
        self.faults.restore()
        self.limiter.clear()
        self._begin()

    async def close(self) -> None:
        """Stop sending webhooks."""
        await self.webhooks.close()

    def now(self) -> str:
        """The current time as HighLevel writes it."""
        return stamp(self.clock.now())

    def object_id(self, at: datetime | None = None) -> str:
        """24 hexadecimal digits that begin with a time, as orders and invoices have."""
        seconds = int((at or self.clock.now()).timestamp())
        return f"{seconds & 0xFFFFFFFF:08x}{self.rng.getrandbits(64):016x}"

    def short_id(self) -> str:
        """20 letters and digits, as contacts and locations have."""
        return "".join(self.rng.choices(_BASE62, k=20))

    def uuid(self) -> str:
        """A random UUID out of the world's own stream."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
