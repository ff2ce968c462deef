"""What ``/api/connections`` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr

Mode = Literal["live", "test", "sandbox"]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HighLevelGiven(_Given):
    """A HighLevel location with its private integration token.

    Attributes:
        base_url: Of a stand-in or gateway; left out for HighLevel's own.
        webhook_key_pem: Public key of another webhook sender.
        app_id: Only webhooks of this marketplace app are taken.
    """

    name: str
    location_id: str
    token: SecretStr
    mode: Mode = "live"
    base_url: str | None = None
    webhook_key_pem: str | None = None
    app_id: str | None = None


class ActGiven(_Given):
    """An Act! database with a user of it.

    Attributes:
        url: Of the Web API; it ends in ``/act.web.api``, which is added where it is missing.
        user: An e-mail on Act! Cloud, a name on a server of one's own.
        currency: Of amounts in this database.
        process: Sales process for opportunities; left out for the first active one.
        negative_prices: Whether a line item may have a negative price; else discounts go into the prices.
        region: Country of phone numbers that were typed without one.
    """

    name: str
    url: str
    database: str
    user: str
    password: SecretStr
    currency: str | None = None
    process: str | None = None
    negative_prices: bool = True
    region: str = "US"
    mode: Mode = "live"


class SignInGiven(_Given):
    """A sign-in in a browser, by a marketplace app.

    Attributes:
        name: Of the connection that it makes, or renews.
        client_id: Of the app; left out for the one that was used before, or the only one.
        client_secret: Left out where a stored one counts.
        authorize_url: The app's own install link, for private apps.
        mode: Left out for that of the connection that it renews, or live.
    """

    name: str
    client_id: str | None = None
    client_secret: SecretStr | None = None
    authorize_url: str | None = None
    mode: Mode | None = None
    base_url: str | None = None
    webhook_key_pem: str | None = None


class SecretGiven(_Given):
    """A new token or password."""

    secret: SecretStr


class OptionsGiven(_Given):
    """How a connection is used; what is left out stays as it is. All but the time zone are for Act! only."""

    negative_prices: bool | None = None
    currency: str | None = None
    process: str | None = None
    region: str | None = None
    time_zone: str | None = None


class WebhooksGiven(_Given):
    """Which webhooks to register; everything without a choice."""

    monitors: list[str] = []
    triggers: list[str] = []


class LocationConnected(BaseModel):
    """A connected location."""

    name: str
    found: str


class DatabaseConnected(BaseModel):
    """A connected database.

    Attributes:
        notes: What was made of the address, and whether calls are encrypted.
    """

    name: str
    found: str
    notes: list[str]


class SignInBegun(BaseModel):
    """A sign-in that waits for its browser.

    Attributes:
        start_url: To be opened in a browser; it works once.
        redirect_uri: What the marketplace app must have as its redirect address.
        scopes: What the app must have.
    """

    start_url: str
    redirect_uri: str
    scopes: list[str]
    expires_at: datetime


class SignInSetup(BaseModel):
    """What to enter in HighLevel.

    Attributes:
        redirect_uri: For the marketplace app; null where HighLevel could not lead a browser back.
        why: Why not, in words; null where it can.
        advice: What to do about it.
        scopes: To be ticked for an app or a private integration, by their exact names.
    """

    redirect_uri: str | None
    why: str | None
    advice: str | None
    scopes: list[str]


class Region(BaseModel):
    """A region of Act! Premium Cloud.

    Attributes:
        url: Of its Web API.
    """

    host: str
    name: str
    url: str


class Right(BaseModel):
    """A permission that our user of Act! has to have.

    Attributes:
        permission: As 'Manage Users' in Act! shows it.
        needed: ``always`` or ``sometimes``.
        allows: What works with it.
        without: What happens without it.
    """

    permission: str
    needed: str
    allows: str
    without: str


class ActSetup(BaseModel):
    """What to know before connecting an Act! database."""

    regions: list[Region]
    permissions: list[Right]


class Hidden(BaseModel):
    """A list of which our user is not shown so many known records that none of them is taken as deleted."""

    list: str
    missing: int
    known: int


class WebhooksHealth(BaseModel):
    """How the webhooks in Act! fared when they were looked at last."""

    state: str
    says: str


class Budget(BaseModel):
    """The calls that an account allows us still."""

    calls_left: int | None
    window_s: float
    calls_left_today: int | None
    blocked_until: datetime | None


class ConnectionListed(BaseModel):
    """A connection and its health.

    Attributes:
        state: ``ok``, ``degraded``, ``reconnect`` or ``paused``.
        entered_at: When a person entered its token or password.
        age_days: Of a private integration token.
        waiting: Changes that wait in lanes of this account, or of one whose flows lead to it.
    """

    id: str
    name: str
    system: str
    mode: str
    account: str
    state: str
    reason: str | None
    failures: int
    last_success_at: datetime | None
    entered_at: datetime | None
    age_days: int | None
    rotation_due: bool
    advice: str | None
    hidden: list[Hidden]
    webhooks: WebhooksHealth | None
    budget: Budget
    waiting: int


class Options(BaseModel):
    """How an account is reached and used.

    Attributes:
        signed_in: ``entered`` (a token or password), ``app`` (a marketplace app) or ``agency``.
        processes: The sales processes that the database was seen to have.
        time_zone_from: ``owner`` or ``highlevel``.
    """

    base_url: str
    location_id: str | None
    database: str | None
    user: str | None
    currency: str | None
    process: str | None
    negative_prices: bool | None
    region: str | None
    app_id: str | None
    time_zone: str | None
    time_zone_from: str | None
    missing_scopes: list[str] | None
    signed_in: str
    processes: list[str]


class ConnectionOne(ConnectionListed):
    """A connection, its health and its options."""

    options: Options


class CheckShown(BaseModel):
    """One line of a diagnosis.

    Attributes:
        outcome: ``ok``, ``warning``, ``problem`` or ``skipped``.
        next: What to do; null where nothing has to be done.
    """

    id: str
    title: str
    outcome: str
    says: str
    next: str | None
    cause: str | None


class DiagnosisShown(BaseModel):
    """All checks of a connection, in order."""

    name: str
    system: str
    mode: str
    ok: bool
    message: str
    checks: list[CheckShown]


class Changed(BaseModel):
    """Whether something changed."""

    changed: bool


class Replaced(BaseModel):
    """What the new token or password let us see."""

    name: str
    found: str


class OptionsKept(BaseModel):
    """What was changed."""

    changed: dict[str, Any]


class WebhookShown(BaseModel):
    """One of our webhooks in Act!."""

    id: str
    monitor: str
    table: str | None
    trigger: str
    state: str
    failed_attempts: int
    last_call_at: datetime | None
    url: str


class WebhooksShown(BaseModel):
    """Our webhooks in an Act! database, how many are other people's, and what was just changed."""

    ours: list[WebhookShown]
    others: int
    registered: int = 0
    resumed: int = 0
    removed: int = 0
