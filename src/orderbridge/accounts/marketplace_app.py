"""Before a sign-in in a browser: where HighLevel can lead it back to, and the app that it signs in with."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from orderbridge.accounts import oauth, public_address
from orderbridge.accounts.entering import api_address, check_mode, webhook_key
from orderbridge.accounts.oauth import Begun
from orderbridge.connectors.ghl.auth import AUTHORIZE_URL
from orderbridge.connectors.ghl.client import BASE_URL
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies, apps, connections
from orderbridge.store.apps import App


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEntered:
    """What a person says about the marketplace app.

    Attributes:
        client_id: None for the app that was used before, or the only one.
        authorize_url: The app's own install link, for private apps.
    """

    client_id: str | None = None
    authorize_url: str | None = None
    base_url: str | None = None
    webhook_key_pem: str | None = None


async def mode_of(runtime: Runtime, *, name: str | None, agency: str | None, asked: str | None) -> str:
    """Return the mode of a sign-in: as asked, or that of what is renewed, or live.

    Raises:
        SetupError: It is no mode.
    """
    async with runtime.db.begin() as tx:
        known = await agencies.find(tx, agency) if agency else await connections.find(tx, name or "")
    mode = asked or (known.mode if known else "live")
    check_mode(mode)
    return mode


def way_back(public_url: str | None, *, mode: str) -> str:
    """Return the public address.

    Raises:
        SetupError: HighLevel could not lead a browser back there; says what to do instead.
    """
    problem = public_address.problem_for_oauth(public_url, sandbox=mode == "sandbox")
    if problem or public_url is None:
        raise SetupError(
            f"{problem}. Set ORDERBRIDGE_PUBLIC_URL (docs/howto/public-address.md), or connect with a private "
            "integration token: 'orderbridge connect ghl --location … --token-stdin'. That costs: "
            f"{public_address.WITHOUT}",
            cause="setup.public_address",
        )
    return public_url


def settings_of(entered: AppEntered, known: App | None, *, mode: str) -> JsonObject:
    """Return the settings of the app that a sign-in sets or changes.

    Raises:
        SetupError: A sandbox sign-in would go to HighLevel itself, or an address or key is none.
    """
    given = api_address(entered.base_url)
    base_url = given or (known.config["base_url"] if known else BASE_URL)
    if mode == "sandbox" and base_url == BASE_URL:
        raise SetupError(
            "a sandbox sign-in goes to a stand-in and not to HighLevel: give its address, --base-url "
            "http://127.0.0.1:PORT, as 'orderbridge sandbox' shows it",
            cause="setup.sandbox_address",
        )
    config: JsonObject = {}
    if known is None or given:
        # A stand-in has a consent page of its own; HighLevel's is on another host than its API.
        consent = AUTHORIZE_URL if base_url == BASE_URL else base_url + urlsplit(AUTHORIZE_URL).path
        config = {"base_url": base_url, "authorize_url": consent}
    if entered.authorize_url:
        config["authorize_url"] = entered.authorize_url
    if pem := webhook_key(entered.webhook_key_pem):
        config["webhook_key_pem"] = pem
    return config


async def keep_app(
    runtime: Runtime, entered: AppEntered, known: App | None, *, mode: str, client_secret: str | None
) -> App:
    """Store the app that was entered, or what is new about a known one.

    Raises:
        SetupError: It is not known, and its id or secret is not given.
    """
    config = settings_of(entered, known, mode=mode)
    client_id = known.client_id if known else (entered.client_id or "").strip()
    if known is None and not (client_id and client_secret):
        raise SetupError(
            "give the marketplace app's client id and client secret; no app is stored that could be meant",
            cause="setup.option",
        )
    async with runtime.db.begin() as tx:
        if known is not None and not client_secret:
            return await apps.set_config(tx, known.id, config) if config else known
        return await apps.keep(
            tx, runtime.box, random_id, client_id=client_id, config=config, client_secret=client_secret or ""
        )


async def begin(
    runtime: Runtime,
    entered: AppEntered,
    *,
    name: str,
    mode: str | None,
    public_url: str | None,
    client_secret: str | None,
    agency: bool = False,
    connect_future: bool | None = None,
) -> Begun:
    """Prepare the sign-in of one location, or of an agency, in a browser.

    Args:
        runtime: The opened accounts.
        entered: What is said about the app.
        name: Of the connection or agency that this makes or renews.
        mode: live, test or sandbox; None for that of what is renewed, or live.
        public_url: Where browsers reach this server.
        client_secret: Of the app; None where a stored one counts.
        agency: Whether a whole agency signs in.
        connect_future: Whether an agency's locations that install the app later are connected by themselves; None
            leaves it as it is.

    Raises:
        SetupError: HighLevel could not lead back, the app is not known, or the name is another account's.
    """
    if not name.strip() or not name.isprintable():
        raise SetupError(
            f"{'an agency' if agency else 'a connection'} needs a name of its own, such as shop",
            cause="setup.option",
        )
    one, all_of = (None, name) if agency else (name, None)
    mode = await mode_of(runtime, name=one, agency=all_of, asked=mode)
    address = way_back(public_url, mode=mode)
    known = await oauth.app_for(runtime, client_id=entered.client_id, name=one, agency=all_of)
    app = await keep_app(runtime, entered, known, mode=mode, client_secret=client_secret)
    return await oauth.begin(
        runtime, app, public_url=address, name=name, mode=mode, agency=agency, connect_future=connect_future
    )
