"""The HighLevel client: all groups of calls for one location.

Source: HighLevel API notes.
"""

from __future__ import annotations

import asyncio
import random

import aiohttp

from orderbridge.connectors.base import Authenticator, Budget
from orderbridge.connectors.ghl.auth import PitAuthenticator
from orderbridge.connectors.ghl.customers import CustomerCalls
from orderbridge.connectors.ghl.invoicing import InvoiceCalls
from orderbridge.connectors.ghl.payments import PaymentCalls
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import Sleep
from orderbridge.core.clock import Clock

BASE_URL = "https://services.leadconnectorhq.com"
VERSION = "2021-07-28"


class GhlClient(PaymentCalls, InvoiceCalls, CustomerCalls):
    """One HighLevel location."""

    @classmethod
    def connect(
        cls,
        *,
        location_id: str,
        budget: Budget,
        clock: Clock,
        rng: random.Random,
        base_url: str = BASE_URL,
        authenticator: Authenticator | None = None,
        pit_token: str | None = None,
        version: str = VERSION,
        timeout_s: float = 30.0,
        max_concurrent: int | None = 32,
        sleep: Sleep = asyncio.sleep,
        connector: aiohttp.BaseConnector | None = None,
    ) -> GhlClient:
        """Make a client; the first call opens the connection.

        Args:
            location_id: The sub-account.
            budget: The allowance of calls.
            clock: Tells the time.
            rng: Spreads the repeats.
            base_url: Of the API.
            authenticator: Signs the calls; this or ``pit_token``.
            pit_token: A private integration token of the location.
            version: Of the API; the header is required and selects field names.
            timeout_s: For one attempt.
            max_concurrent: Calls under way at once.
            sleep: Waits; tests pass one that moves their clock.
            connector: A pool of connections to share between locations; None opens an own one.
        """
        if (authenticator is None) == (pit_token is None):
            raise ValueError("give either an authenticator or a pit_token")
        http = HttpClient(
            base_url,
            dialect=GhlDialect(),
            budget=budget,
            clock=clock,
            rng=rng,
            authenticator=authenticator or PitAuthenticator(pit_token or ""),
            headers={"Version": version},
            timeout_s=timeout_s,
            max_concurrent=max_concurrent,
            sleep=sleep,
            connector=connector,
        )
        return cls(http, location_id=location_id)
