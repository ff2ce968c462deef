"""Named switches of the HighLevel twin: known defects, unpublished facts, and accidents on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from orderbridge.core.errors import NotFoundError, RejectedError


@dataclass(frozen=True, slots=True)
class Switch:
    """What one name controls.

    Attributes:
        default: How the twin behaves when nobody touched the switch.
        meaning: One sentence for people.
        next_n: A whole number means "the next n times"; ``true`` means until switched off.
    """

    default: Any
    meaning: str
    next_n: bool = False


SWITCHES: dict[str, Switch] = {
    # Limits (section 4 of the reference: the real service's values).
    "rate_burst": Switch(100, "requests allowed in one window, per app and location"),
    "rate_window_ms": Switch(10_000, "length of that window in milliseconds"),
    "rate_daily": Switch(200_000, "requests allowed in one UTC day, per app and location"),
    "throttle_429": Switch(False, "answer 429 although the budget is not used up", next_n=True),
    "throttle_body": Switch("json", "body of a 429: json, text, html or empty; nobody publishes it"),
    "throttle_retry_after_s": Switch(0, "send Retry-After with this many seconds; 0 sends none"),
    # Accidents of a request.
    "slow_s": Switch(0.0, "wait this many seconds before answering"),
    "html_error": Switch(False, "answer 502 with an HTML page, nothing done", next_n=True),
    "error_500_before": Switch(False, "answer 500, nothing done", next_n=True),
    "error_500_after_write": Switch(False, "do the write, then answer 500", next_n=True),
    "drop_after_write": Switch(False, "do the write, then break the connection", next_n=True),
    "unauthorized_401": Switch(False, "refuse a valid token as if it had ended", next_n=True),
    "iam_401": Switch(False, "refuse with the IAM message; refreshing a token cannot help", next_n=True),
    "company_token_status": Switch(401, "status for a company token on a location's endpoint: 401 or 403"),
    "created_201": Switch(False, "answer 201 where the description declares 200 for a POST"),
    "same_page": Switch(False, "every list gives its first page whatever offset or page is asked for"),
    # Payments.
    "by_id_split": Switch(False, "an order by id carries tax and shipping too, not only the webhook"),
    "orders_missing_from_list": Switch(
        0, "n: the list leaves out every n-th order; or a list of order ids; by id they are all there"
    ),
    "order_record_payment_404": Switch(False, "recording a payment on an order answers 404", next_n=True),
    "transaction_hides_meta": Switch(False, "a transaction by id does not show what was sent as meta"),
    "transaction_as_array": Switch(False, "a transaction by id comes as a list with one element"),
    "refunded_status": Switch(False, "a fully refunded transaction says refunded, not succeeded"),
    "list_limit_max": Switch(100, "payments lists give at most this many rows whatever is asked; 0: no cap"),
    "date_filter_on": Switch("createdAt", "what startAt and endAt look at: createdAt or updatedAt"),
    "alt_type_refused_on_orders": Switch(
        False, "listing orders refuses altType, which is no longer declared"
    ),
    # Invoices.
    "invoice_makes_order": Switch(False, "a paid invoice also makes a row in the orders list"),
    "invoice_payment_locked": Switch(False, "recording an invoice payment answers 409", next_n=True),
    "record_payment_requires_all": Switch(
        False, "recording an invoice payment wants card and cheque for every mode"
    ),
    "send_manually_sends": Switch(True, "the action send_manually makes a draft sent"),
    # Contacts.
    "allow_duplicate_contacts": Switch(False, "the location's setting of the same name"),
    "duplicate_match_first": Switch("email", "what upsert looks at first: email or phone"),
    "upsert_ignored_fields": Switch(["source"], "fields that upsert leaves alone on an existing contact"),
    "upsert_drops_additional_emails": Switch(True, "upsert forgets a contact's further addresses"),
    "contact_422_but_created": Switch(False, "creating a contact answers 422 but creates it", next_n=True),
    "phone_search_misses": Switch(False, "searching contacts by phone finds nobody"),
    # OAuth.
    "token_life_s": Switch(86_399, "life of an access token in seconds"),
    "code_life_s": Switch(60, "life of an authorisation code in seconds"),
    "refresh_grace_s": Switch(0, "a used refresh token still works for this many seconds"),
    "oauth_state_returned": Switch(True, "the authorise page gives state back"),
    "minted_refresh_token": Switch(
        True, "a location token made from an agency's has a refresh token of its own"
    ),
    "location_suspended": Switch(
        False,
        "the business's location is switched off: calls and refreshes answer 400 Location is not active",
    ),
    "location_inactive": Switch(False, "refreshing answers 400 Location is not active", next_n=True),
    # Webhooks.
    "webhook_duplicate": Switch(0, "further copies of each delivery, same webhookId"),
    "webhook_reorder": Switch(False, "OrderStatusUpdate goes out before its OrderCreate"),
    "webhook_lose": Switch(False, "the next n events are never sent", next_n=True),
    "webhook_lose_share": Switch(0.0, "share of the events that are never sent, by the twin's own dice"),
    "webhook_duplicate_share": Switch(0.0, "share of the events that are sent twice"),
    "webhook_reorder_share": Switch(0.0, "share of the sales whose OrderStatusUpdate goes out first"),
    "webhook_paused": Switch(False, "nothing is sent, as after HighLevel's circuit breaker"),
    "webhook_delay_s": Switch(0.0, "wait this many seconds before the first try"),
    "webhook_wrong_signature": Switch(False, "sign the next n tries with another key", next_n=True),
    "webhook_ed25519": Switch("sign", "X-GHL-Signature: sign, N/A or absent"),
    "webhook_rsa": Switch("absent", "X-WH-Signature: sign, N/A or absent"),
    "webhook_app_id": Switch(False, "bodies carry appId and versionId"),
    "webhook_without_type": Switch(False, "invoice, product and price events as published: no event type"),
    "webhook_retries": Switch(12, "tries after the first one"),
    "webhook_retry_base_s": Switch(0.05, "wait before the first retry; doubles each time, with jitter"),
    "webhook_retry_cap_s": Switch(2.0, "longest wait between two tries"),
    "webhook_timeout_s": Switch(10.0, "longest wait for the receiver's answer"),
}


@dataclass(slots=True)
class _Armed:
    value: Any
    left: int | None
    match: str | None


class GhlFaults:
    """The current position of every switch.

    Raises:
        NotFoundError: A name that is no switch.
        RejectedError: A value of the wrong kind.
    """

    def __init__(self, **values: Any) -> None:
        self._initial = dict(values)
        self._armed: dict[str, _Armed] = {}
        self.restore()

    def restore(self) -> None:
        """Go back to what was given at the start."""
        self._armed = {}
        for name, value in self._initial.items():
            self.set(name, value)

    def set(self, name: str, value: Any) -> None:
        """Move one switch.

        Args:
            name: One of ``SWITCHES``.
            value: The new position, or ``{"count": n, "match": "GET /payments/orders/{orderId}",
                "value": …}`` for the next n requests (or webhook tries) whose label fits ``match``.
        """
        switch = SWITCHES.get(name)
        if switch is None:
            raise NotFoundError(
                f"the HighLevel twin has no switch {name!r}; it has: {', '.join(SWITCHES)}",
                cause="twin.unknown_switch",
            )
        armed = _armed(name, switch, value)
        if armed is None:
            self._armed.pop(name, None)
        else:
            self._armed[name] = armed

    def __getitem__(self, name: str) -> Any:
        """The position of ``name``, without using it up."""
        armed = self._armed.get(name)
        return SWITCHES[name].default if armed is None else armed.value

    def take(self, name: str, label: str = "") -> Any:
        """The position of ``name`` for the thing called ``label``; counts down where a count is set."""
        armed = self._armed.get(name)
        if armed is None or (armed.match is not None and not _fits(armed.match, label)):
            return SWITCHES[name].default
        if armed.left is not None:
            armed.left -= 1
            if armed.left <= 0:
                del self._armed[name]
        return armed.value

    def as_dict(self) -> dict[str, Any]:
        """Every switch with its position, as ``GET /_twin/faults`` shows it."""
        shown: dict[str, Any] = {name: switch.default for name, switch in SWITCHES.items()}
        for name, armed in self._armed.items():
            if armed.left is None and armed.match is None:
                shown[name] = armed.value
            else:
                shown[name] = {"value": armed.value, "count": armed.left, "match": armed.match}
        return shown


def _fits(match: str, label: str) -> bool:
    return match == label or fnmatchcase(label, match)


def _armed(name: str, switch: Switch, value: Any) -> _Armed | None:
    left: int | None = None
    match: str | None = None
    if isinstance(value, Mapping):
        count = value.get("count")
        if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
            raise _wrong(name, "count must be a whole number, not below 0")
        left, match = count, value.get("match")
        value = value.get("value", True if isinstance(switch.default, bool) else switch.default)
    elif switch.next_n and isinstance(value, int) and not isinstance(value, bool):
        left, value = value, True
    if left == 0:
        return None
    return _Armed(_checked(name, switch, value), left, match)


def _checked(name: str, switch: Switch, value: Any) -> Any:
    if isinstance(switch.default, bool):
        if not isinstance(value, bool):
            raise _wrong(name, "the value must be true, false, or a count")
        return value
    if name == "orders_missing_from_list":
        if isinstance(value, list) or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise _wrong(name, "the value must be a whole number or a list of order ids")
    if isinstance(switch.default, float | int):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise _wrong(name, "the value must be a number")
        return type(switch.default)(value)
    if not isinstance(value, type(switch.default)):
        raise _wrong(name, f"the value must be of the kind of {switch.default!r}")
    return value


def _wrong(name: str, reason: str) -> RejectedError:
    return RejectedError(f"switch {name}: {reason}", cause="twin.switch_value")
