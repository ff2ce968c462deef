"""What can go wrong, or be different, on a real Act! server: one field each.

Two kinds. A *switch* is how a build behaves (section 13 of the API notes lists them with these
defaults). A *planned fault* happens to the next matching requests and counts down.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

UNTIL_SWITCHED_OFF = -1


@dataclass(slots=True)
class PlannedFault:
    """A fault that strikes the next matching requests.

    Attributes:
        count: How many requests it still strikes; -1 means until it is switched off.
        match: ``METHOD /api/path`` (with ``*``, or with the route's own ``{names}``), or a method alone;
            None matches every request that the fault can strike.
        skip: Matching requests that pass unharmed first.
        hang_s: For a dropped connection: seconds of silence before it breaks.
        retry_after_s: For a throttled request: what Retry-After says.
    """

    count: int = 0
    match: str | None = None
    skip: int = 0
    hang_s: float = 0.0
    retry_after_s: int = 1

    def strikes(self, method: str, path: str, template: str) -> bool:
        """Tell whether this request is struck, and count it if so."""
        if not self.count or not self._matches(method, path, template):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.count > 0:
            self.count -= 1
        return True

    def names(self, method: str, template: str) -> bool:
        """Tell whether ``match`` asks for exactly this route."""
        return self.match is not None and self.match.lower() == f"{method} {template}".lower()

    def _matches(self, method: str, path: str, template: str) -> bool:
        if self.match is None:
            return True
        wanted = self.match.lower()
        if " " not in wanted:
            return wanted == method.lower()
        return any(
            f"{method} {shown}".lower() == wanted or fnmatchcase(f"{method} {shown}".lower(), wanted)
            for shown in (path, template)
        )


@dataclass(slots=True)
class Latency:
    """Seconds added to every matching request."""

    seconds: float = 0.0
    match: str | None = None


@dataclass(slots=True)
class ActFaults:
    """Every switch and every planned fault of the twin, with the defaults of Premium Cloud.

    The comments name the alternatives.
    """

    # --- how builds differ -------------------------------------------------------------------------
    envelope: str = "array"  # "value": {"value": [...], "Count": n} on contacts and companies
    opportunity_status: str = "integer"  # "string": the status name instead
    token_format: str = "bare"  # noqa: S105  # "quoted": a JSON string
    token_lifetime_s: int = 3600  # 3900 on self-hosted; short for tests
    database_check: str = "strict"  # "optional_after_token": the header may be left out after /authorize
    rate_limit_headers: bool = True  # False: self-hosted, no headers and no limit
    rate_limit_per_minute: int = 100
    rate_limit_reset: str = "seconds"  # "epoch", "iso": the format is not documented
    throttle_answer: int = 429  # with Retry-After; 403 or 503 without
    webhooks: bool = False  # True: self-hosted
    webhook_body: str = "object"  # "array", "value" (wrapped); the real form is unknown
    unlisted_odata: int = 400  # 500
    default_page_rows: int = 100  # 0: no limit
    same_page: bool = False  # True: $skip is ignored
    unstable_skip: bool = False  # True: rows with equal sort keys come in another order every time
    patch_without_id: str = "empty_400"  # "accepted"
    history_attribution: str = "ignored"  # "stored"
    task_id: str = "guid_and_date"  # "guid"
    open_close_date: str = "sentinel"  # "null"
    line_item_put: str = "full_discount"  # "plain"
    line_item_put_twice: bool = False  # True: the first PUT of a line is answered but has no effect
    bad_item_number: str = "poison"  # "400"
    metadata_without_fields: str = "empty"  # "404"
    hidden_rows: int = 404  # 403
    missing_credentials: int = 401  # 500 with a stack trace
    unknown_custom_field: str = "ignored"  # "400"
    read_only_field: str = "ignored"  # "400"
    delete_by_non_manager: int = 403  # 204: done all the same
    # --- unknown on the real service: choose what the test needs ------------------------------------
    line_edit_moves_opportunity: bool = True  # False: editing a line leaves the deal's "edited" alone
    put_omitted: str = "blank"  # "keep"
    patch_nested: str = "replace"  # "merge": siblings of a partial address survive
    patch_custom_fields: str = "merge"  # "replace": custom fields that are not sent are blanked
    custom_field_filter: str = "400"  # "works"
    custom_table_filter: str = "works"  # "400": only times and links of a custom table can be filtered
    text_comparison: str = "insensitive"  # "exact"
    shadowed_fields: list[str] = field(default_factory=list)  # stock fields that $select gives as null
    opportunity_needs_contact: bool = False
    date_in_text_column: str = "500"  # "stored"
    binding_error: int = 500  # 400
    batch: str = "on"  # "404", "500"
    batch_counts_parts: bool = True  # False: a batch counts as one call
    custom_table_columns: str = "plain"  # "numbered": CUST_<NAME>_<digits> as on stock records
    currency: str = "USD"  # the database's own
    # --- states that stay until changed -----------------------------------------------------------
    door: str = "open"  # "4030", "4031": why nobody is let in; "allow_list": this caller is not on it
    permissions_removed: list[str] = field(default_factory=list)
    no_custom_tables: bool = False  # True: metadata/entities and custom/entities answer 404
    refuse_negative_price: bool = False
    upload_answers_locked: int = 0  # answers of 423 before an uploaded attachment is there
    ignore_fields: list[str] = field(default_factory=list)  # dropped on write, answered with success
    rewrite_fields: dict[str, Any] = field(
        default_factory=dict
    )  # name -> upper|lower|truncate|blank|plus_cent
    slow_s: Latency = field(default_factory=Latency)
    # --- planned ----------------------------------------------------------------------------------
    error_500_before: PlannedFault = field(default_factory=PlannedFault)
    error_500_after_write: PlannedFault = field(default_factory=PlannedFault)
    drop_after_write: PlannedFault = field(default_factory=PlannedFault)
    throttle_429: PlannedFault = field(default_factory=PlannedFault)
    html_error: PlannedFault = field(default_factory=PlannedFault)
    database_locked: PlannedFault = field(default_factory=PlannedFault)
    # --- done at once -----------------------------------------------------------------------------
    expire_tokens: int = 0  # counts how often it was done

    def set(self, name: str, value: Any) -> None:
        """Set one fault from its JSON value.

        Raises:
            KeyError: There is no such fault.
            ValueError: The value does not fit the fault.
        """
        if name not in names():
            raise KeyError(name)
        setattr(self, name, _fitted(name, getattr(self, name), value))


def names() -> list[str]:
    """Return the names of all faults."""
    return [item.name for item in fields(ActFaults)]


def _fitted(name: str, current: Any, value: Any) -> Any:
    if isinstance(current, PlannedFault):
        return _planned(name, value)
    if isinstance(current, Latency):
        return _latency(name, value)
    if name == "expire_tokens":
        return current + 1 if value else current
    if isinstance(current, bool):
        if isinstance(value, bool):
            return value
    elif isinstance(current, str) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    elif type(value) is type(current):
        return value
    raise ValueError(f"{name} takes a {type(current).__name__}, not {value!r}")


def _planned(name: str, value: Any) -> PlannedFault:
    if value is None or isinstance(value, bool):
        return PlannedFault(count=UNTIL_SWITCHED_OFF if value else 0)
    if isinstance(value, int):
        return PlannedFault(count=value)
    known = {item.name for item in fields(PlannedFault)}
    if not isinstance(value, dict) or set(value) - known:
        raise ValueError(f"{name} takes a count or an object of {sorted(known)}, not {value!r}")
    count = value.get("count", 1)
    return PlannedFault(
        count=UNTIL_SWITCHED_OFF if count is True else int(count),
        match=value.get("match"),
        skip=int(value.get("skip", 0)),
        hang_s=float(value.get("hang_s", 0)),
        retry_after_s=int(value.get("retry_after_s", 1)),
    )


def _latency(name: str, value: Any) -> Latency:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Latency(float(value))
    if isinstance(value, dict) and set(value) <= {"seconds", "match"}:
        return Latency(float(value.get("seconds", 0)), value.get("match"))
    raise ValueError(f"{name} takes seconds or an object of seconds and match, not {value!r}")
