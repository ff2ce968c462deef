"""What the calls of every account share: any call as it is, going last, closing."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Self

from orderbridge.connectors.base import Answer
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.uploads import Upload, sent_file


class AccountCalls:
    """The calls of one account."""

    def __init__(self, http: HttpClient) -> None:
        self.http = http
        self._urgent = True

    def unhurried(self) -> Self:
        """Return this client with calls that let live ones go first: for backfill and sweeps."""
        twin = copy.copy(self)
        twin._urgent = False
        return twin

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        upload: Upload | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """Make any call as it is; the deny list and the budget hold here too.

        Args:
            method: In upper case.
            path: With its ids quoted.
            params: The query.
            body: Sent as JSON.
            form: Sent as a form instead.
            upload: Sent as a file instead.
            repeatable: Whether doing it twice is the same as doing it once.
        """
        raw, headers = sent_file(upload)
        return await self.http.call(
            method, path, params=params, body=body, form=form, raw=raw, headers=headers, repeatable=repeatable,
            urgent=self._urgent,
        )  # fmt: skip
