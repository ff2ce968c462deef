"""What can be wrong with an Act! connection, from the address to the permissions.

Source: Act! Web API notes, sections 1, 2 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orderbridge.connectors import reachability
from orderbridge.connectors.act.address import BASE, CLOUD, REGIONS, ActAddress, read_address
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.directory import Permission
from orderbridge.connectors.act.refusals import ActDialect
from orderbridge.connectors.answers import complaint
from orderbridge.connectors.base import Answer
from orderbridge.connectors.diagnosis import Finding, Step, clock_finding, dubious, fine, wrong
from orderbridge.core.clock import Clock
from orderbridge.core.errors import OrderBridgeError, RejectedError, SetupError
from orderbridge.core.jsonio import JsonObject

# Turns a list of permissions into a finding; what is needed for what is not this module's knowledge.
Judge = Callable[[Sequence[Permission]], Finding]

# Cause of a refused sign-in or call: what is the case, what to do.
_MEANINGS: dict[str, tuple[str, str]] = {
    "act.forbidden.4030": (
        "this Act! version and the Web API do not fit together (4030)",
        "have Act! and its Web API updated to the same version",
    ),
    "act.forbidden.4031": (
        "this Act! account has no subscription for the Web API (4031)",
        "ask Act! for a subscription that includes it",
    ),
    "act.forbidden.4032": (
        "the user lacks the permission 'Web API Access' (4032)",
        "tick it for the user in Act!: Tools → Manage Users → the user → permissions",
    ),
    "act.wrong_address": (
        "the gateway of Act! Cloud knows no such path; its complaint about the Authorization header means the "
        "path and not the password",
        f"correct the address: it ends in {BASE} and names the region of the account ({', '.join(REGIONS)})",
    ),
    "act.blocked": (
        "the server turns this machine away (403) before it looks at the user",
        "have the address of this machine put on the allow-list of the server (IIS: IP Address and Domain "
        "Restrictions), then the permission 'Web API Access' checked",
    ),
    "act.unauthorised": (
        "the server gave a session and then does not accept it (401)",
        "check that the clock of the server is right and that one address leads to one server, then try again",
    ),
    "act.no_token": (
        "what answers the sign-in gives no session",
        f"check that the address ends in {BASE} and that no login page stands before it",
    ),
}


def steps(client: ActClient, *, config: JsonObject, clock: Clock, judge: Judge) -> list[Step]:
    """Return the checks in order.

    Args:
        client: Signs in by itself when the first signed call is made.
        config: Of the connection: ``base_url``, ``database``, ``user``.
        clock: Ours.
        judge: Says what a list of permissions is worth.
    """
    look = _Look(client, config, clock, judge)
    return [
        Step("address", "Address", look.address_form),
        *reachability.steps(config["base_url"], clock),
        Step("api", "Act! Web API", look.api),
        Step("clock", "Clock", look.clock),
        Step("sign_in", "Sign-in", look.sign_in),
        Step("database", "Database", look.database),
        Step("permissions", "Permissions", look.permissions),
    ]


class _Look:
    def __init__(self, client: ActClient, config: JsonObject, clock: Clock, judge: Judge) -> None:
        self._client, self._config, self._clock, self._judge = client, config, clock, judge
        self._first: Answer | None = None

    async def address_form(self) -> Finding:
        pasted = self._config["base_url"]
        try:
            address = read_address(pasted)
        except SetupError as error:
            return wrong(str(error), "connect the account again with its right address", cause=error.cause)
        if address.url != pasted:
            return wrong(
                f"the address is not the one of a Web API: {'; '.join(address.changes)} to make it one",
                f"connect the account again with {address.url}",
                cause="act.address",
                stops=False,
            )
        return fine(f"{address.url} ({address.described})")

    async def api(self) -> Finding:
        try:
            answer = await self._client.http.call(
                "GET", "/api/system", signed=False, accept=(*range(300, 500),)
            )
        except OrderBridgeError as error:
            return _meaning(error)
        self._first = answer
        if answer.ok and isinstance(answer.body, dict) and "apiVersion" in answer.body:
            system = answer.body
            return fine(f"Web API {system.get('apiVersion')}, Act! {system.get('sdkVersion') or 'unknown'}")
        return self._something_else(answer)

    def _something_else(self, answer: Answer) -> Finding:
        address: ActAddress = read_address(self._config["base_url"])
        if answer.status in (401, 403):
            return _meaning(ActDialect().refusal(answer, what="GET /api/system"))
        if 300 <= answer.status < 400:
            leads = answer.headers.get("Location", "nowhere").partition("?")[0]
            return wrong(
                f"the server sends calls on to {leads} ({answer.status})",
                "enter the address that it leads to, unless that is a login page",
                cause="act.redirected",
            )
        if answer.status == 404:
            return wrong(
                f"a web server answers at {address.host}, but has nothing at {BASE} (404)",
                "check the address; on a server of one's own, have the Act! Web API installed and started in IIS",
                cause="act.not_there",
            )
        return wrong(
            f"what answers at {address.url} is not an Act! Web API ({answer.status}: {_glimpse(answer)})",
            f"check the address; the one of Act!'s web client is another than the one that ends in {BASE}",
            cause="act.not_act",
        )

    async def clock(self) -> Finding:
        return clock_finding(self._first, self._clock)

    async def sign_in(self) -> Finding:
        user, database = self._config["user"], self._config["database"]
        try:
            await self._client.authorize()
        except OrderBridgeError as error:
            if error.cause != "act.wrong_credentials":
                return _meaning(error)
            return wrong(
                f"Act! does not let user {user!r} into database {database!r}; it does not tell whether the user, the "
                "password or the database is wrong",
                f"check all three, capital letters included: {self._user_hint()}; then 'orderbridge connections "
                "replace-token' with the right password",
                cause=error.cause,
            )
        return fine(f"user {user} is let in")

    def _user_hint(self) -> str:
        if read_address(self._config["base_url"]).deployment == CLOUD:
            return "on Act! Cloud the user is an e-mail address"
        return (
            "the user is the name that Manage Users shows, and the database the name in Act!'s Open Database"
        )

    async def database(self) -> Finding:
        try:
            me = await self._client.my_record()
        except OrderBridgeError as error:
            return _meaning(error)
        return fine(f"database {self._config['database']} answers; the user's own record is {me.full_name}")

    async def permissions(self) -> Finding:
        try:
            return self._judge(await self._client.permissions())
        except RejectedError as error:
            return dubious(
                f"this server does not tell the permissions ({error})",
                "compare them in Manage Users with the list of docs/howto/real-accounts.md",
                cause=error.cause,
            )
        except OrderBridgeError as error:
            return _meaning(error)


def _meaning(error: OrderBridgeError) -> Finding:
    if error.cause in _MEANINGS:
        says, next_ = _MEANINGS[error.cause]
        return wrong(says, next_, cause=error.cause)
    says, _, rest = str(error).partition("; ")
    return wrong(says, rest or "try again; if it lasts, ask whoever runs the Act! server", cause=error.cause)


def _glimpse(answer: Answer) -> str:
    said = complaint(answer).message
    return f"{said[:80]!r}" if said else "an answer without words"
