"""What a person enters to connect an account, made into a connection: the same for the command line and the API."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from orderbridge.accounts.act_options import check_options
from orderbridge.accounts.connecting import add_connection
from orderbridge.connectors.act.address import ActAddress, read_address
from orderbridge.connectors.ghl.client import BASE_URL
from orderbridge.connectors.ghl.webhooks import WebhookKeys
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime

MODES = ("live", "test", "sandbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class HighLevelEntered:
    """A location and how it is reached.

    Attributes:
        base_url: Of a stand-in or gateway; None for HighLevel's own.
        webhook_key_pem: Public key of another webhook sender.
        app_id: Only webhooks of this marketplace app are taken.
    """

    name: str
    location_id: str
    mode: str = "live"
    base_url: str | None = None
    webhook_key_pem: str | None = None
    app_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEntered:
    """A database and how it is reached.

    Attributes:
        url: Of the Web API, as it was pasted.
        process: Sales process of opportunities; None for the first active one.
    """

    name: str
    url: str
    database: str
    user: str
    mode: str = "live"
    currency: str | None = None
    process: str | None = None
    negative_prices: bool = True
    region: str = "US"


def check_mode(mode: str) -> None:
    """Refuse what is no mode."""
    if mode not in MODES:
        raise SetupError(f"the mode is {mode!r}; it can be {', '.join(MODES)}", cause="setup.option")


def api_address(given: str | None) -> str | None:
    """Return the address of a HighLevel API as it is kept; None where none was given.

    Raises:
        SetupError: It is none.
    """
    if not given:
        return None
    try:
        parts = urlsplit(given.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise SetupError(
            f"the base URL is no address of an API; it is like {BASE_URL} or http://127.0.0.1:9101",
            cause="setup.option",
        )
    return given.strip().rstrip("/")


def webhook_key(pem: str | None) -> str | None:
    """Return a public key as it is kept, having read it; None where none was given.

    Raises:
        SetupError: It is none.
    """
    if not pem:
        return None
    WebhookKeys.from_pem([pem])
    return pem


async def connect_location(runtime: Runtime, entered: HighLevelEntered, *, token: str) -> JsonObject:
    """Connect a HighLevel location by its private integration token, once it lets us in.

    Raises:
        SetupError: An option, the name or the account cannot be.
        ReconnectError: The token is not accepted.
    """
    check_mode(entered.mode)
    _refuse_empty(name=entered.name, location_id=entered.location_id, token=token)
    config: JsonObject = {
        "base_url": api_address(entered.base_url) or BASE_URL,
        "location_id": entered.location_id,
    }
    if (pem := webhook_key(entered.webhook_key_pem)) is not None:
        config["webhook_key_pem"] = pem
    if entered.app_id:
        config["app_id"] = entered.app_id
    return await add_connection(
        runtime,
        name=entered.name,
        system="ghl",
        mode=entered.mode,
        account=entered.location_id,
        config=config,
        secret={"token": token},
    )


async def connect_database(runtime: Runtime, entered: ActEntered, *, password: str) -> JsonObject:
    """Connect an Act! database, once it lets us in.

    Raises:
        SetupError: The address, an option, the name or the account cannot be.
        ReconnectError: User or password is not accepted.
    """
    check_mode(entered.mode)
    _refuse_empty(name=entered.name, database=entered.database, user=entered.user, password=password)
    address = read_address(entered.url)
    region, currency = entered.region.upper(), entered.currency and entered.currency.upper()
    check_options({"currency": currency, "region": region})
    config: JsonObject = {
        "base_url": address.url,
        "database": entered.database,
        "user": entered.user,
        "negative_prices": entered.negative_prices,
        "region": region,
    }
    if currency:
        config["currency"] = currency
    if entered.process:
        config["process"] = entered.process
    return await add_connection(
        runtime,
        name=entered.name,
        system="act",
        mode=entered.mode,
        account=f"{address.url}#{entered.database}",
        config=config,
        secret={"password": password},
    )


def notes_on(address: ActAddress) -> list[str]:
    """Say what a person should know about an address: what was made of it, and whether it keeps a password."""
    notes = []
    if address.changes:
        notes.append(f"The Web API is at {address.url}: {'; '.join(address.changes)}")
    if not address.encrypted and not address.local:
        notes.append(f"Calls to {address.host} are not encrypted: the password can be read on the way")
    return notes


def _refuse_empty(**given: str) -> None:
    empty = [name.replace("_", " ") for name, value in given.items() if not value.strip()]
    if empty:
        raise SetupError(f"the {' and the '.join(empty)} must not be empty", cause="setup.option")
