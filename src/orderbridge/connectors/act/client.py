"""The Act! client: all groups of calls on one signed-in session.

Source: Act! Web API notes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import aiohttp

from orderbridge.connectors.act import batch
from orderbridge.connectors.act.auth import ActAuthenticator, Credentials, required
from orderbridge.connectors.act.batch import BatchCall
from orderbridge.connectors.act.deals import DealCalls
from orderbridge.connectors.act.diary import DiaryCalls
from orderbridge.connectors.act.models import SystemInfo
from orderbridge.connectors.act.people import PeopleCalls
from orderbridge.connectors.act.refusals import ActDialect
from orderbridge.connectors.act.tables import TableCalls
from orderbridge.connectors.act.webhooks import WebhookCalls
from orderbridge.connectors.base import Answer, Budget
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import Sleep
from orderbridge.core.clock import Clock
from orderbridge.core.errors import BadRecordError, InDoubtError, RejectedError, TransientError

# Self-hosted Act! is limited by the customer's IIS and SQL Server, and bulk reads slow down the users.
MAX_CONCURRENT = 8
# Parts of the batch that finds out how batches are counted.
_PROBES = 4


class ActClient(PeopleCalls, DealCalls, DiaryCalls, TableCalls, WebhookCalls):
    """One Act! database, as one user."""

    def __init__(
        self, http: HttpClient, *, database: str, authenticator: ActAuthenticator, rng: random.Random
    ) -> None:
        super().__init__(http)
        self.database = database
        self._authenticator = authenticator
        self._rng = rng

    @classmethod
    def connect(
        cls,
        *,
        base_url: str,
        database: str,
        user: str,
        password: str,
        budget: Budget,
        clock: Clock,
        rng: random.Random,
        timeout_s: float = 30.0,
        session_life_s: float = 50 * 60,
        max_concurrent: int = MAX_CONCURRENT,
        sleep: Sleep = asyncio.sleep,
        connector: aiohttp.BaseConnector | None = None,
    ) -> ActClient:
        """Make a client; the first call signs in.

        Args:
            base_url: Up to and including ``/act.web.api``.
            database: The database's name, which no address contains.
            user: An e-mail address on Act! Cloud, a name on a server of one's own.
            password: Of ``user``.
            budget: The allowance of calls.
            clock: Tells the time.
            rng: Spreads the repeats.
            timeout_s: For one attempt.
            session_life_s: When to sign in anew; Act! ends a session after about an hour.
            max_concurrent: Calls under way at once.
            sleep: Waits; tests pass one that moves their clock.
            connector: A pool of connections to share; None opens an own one.
        """
        credentials = Credentials(required(database, "database"), required(user, "user"), password)
        authenticator = ActAuthenticator(credentials, clock=clock, session_life_s=session_life_s)
        http = HttpClient(
            required(base_url, "server address"),
            dialect=ActDialect(),
            budget=budget,
            clock=clock,
            rng=rng,
            authenticator=authenticator,
            headers={"Act-Database-Name": database},
            timeout_s=timeout_s,
            max_concurrent=max_concurrent,
            sleep=sleep,
            connector=connector,
        )
        authenticator.use(http)
        return cls(http, database=database, authenticator=authenticator, rng=rng)

    async def system(self) -> SystemInfo:
        """Return version and culture of the server, which it tells to anyone."""
        answer = await self.http.call("GET", "/api/system", signed=False, urgent=self._urgent)
        if not isinstance(answer.body, dict):
            raise BadRecordError(
                "Act! GET /api/system: the answer is not from an Act! Web API; check the server address",
                cause="act.wrong_address",
            )
        return SystemInfo.parse(answer.body)

    async def authorize(self) -> None:
        """Sign in now.

        Raises:
            ReconnectError: The user, the password or the database is wrong, or the user may not.
        """
        await self._authenticator.sign_in()

    async def batch(self, calls: Sequence[BatchCall], *, counted_as: int | None = None) -> list[Answer]:
        """Send several calls as one message and return their answers in order, refusals included.

        Args:
            calls: Each is checked against the deny list.
            counted_as: How many calls the server counts for it; one per part unless known better.

        Raises:
            InDoubtError: The message holds a write and the answer cannot be read.
        """
        if not calls:
            return []
        answer = await self._sent_batch(calls, counted_as=counted_as)
        try:
            content_type = answer.headers.get("Content-Type", "")
            return batch.parse(answer.text.encode(), content_type, expected=len(calls))
        except BadRecordError as error:
            if all(call.method == "GET" for call in calls):
                raise
            raise InDoubtError(
                f"{error}; the records are looked up before anything is sent again",
                cause="act.batch_unreadable",
            ) from error

    async def _sent_batch(self, calls: Sequence[BatchCall], *, counted_as: int | None) -> Answer:
        for call in calls:
            self.http.guard(call.method, call.path)
        boundary = f"batch_{self._rng.getrandbits(128):032x}"
        return await self.http.call(
            "POST",
            "/api/$batch",
            raw=batch.build(calls, base_url=self.http.base_url, boundary=boundary),
            headers={"Content-Type": f'multipart/mixed; boundary="{boundary}"'},
            repeatable=all(call.method == "GET" for call in calls),
            urgent=self._urgent,
            calls=len(calls) if counted_as is None else counted_as,
        )

    async def batch_works(self) -> bool:
        """Find out, with two harmless reads, whether this server takes batches."""
        probe = BatchCall(method="GET", path="/api/contacts/myrecord")
        try:
            answers = await self.batch([probe, probe])
        except (RejectedError, TransientError):
            return False
        return all(answer.ok for answer in answers)

    async def batch_counting(self) -> str | None:
        """Find out what a batch costs: ``one`` call in all, one call for ``each`` part; None where nobody counts.

        Others may be calling meanwhile, and then the count says nothing and is None too.
        """
        probe = BatchCall(method="GET", path="/api/contacts/myrecord")
        before = _left(await self.http.call("GET", probe.path, urgent=self._urgent))
        after = _left(await self._sent_batch([probe] * _PROBES, counted_as=None))
        if before is None or after is None:
            return None
        # The message itself may count beside its parts.
        return {1: "one", _PROBES: "each", _PROBES + 1: "each"}.get(before - after)


def _left(answer: Answer) -> int | None:
    value = answer.headers.get("X-RateLimit-Remaining", "")
    return int(value) if value.isdecimal() else None
