"""Signing in: Basic at ``/authorize``, then a bearer token that looks like a JWT and says little.

Source: Act! Web API notes, section 2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from orderbridge.core.jsonio import encode
from orderbridge.emulators.act import access
from orderbridge.emulators.act.answers import JSON, Answer
from orderbridge.emulators.act.errors import empty, forbidden, null_reference
from orderbridge.emulators.act.records import User
from orderbridge.emulators.act.routing import Request
from orderbridge.emulators.act.state import ActWorld, Session

AUTHORIZE = "/authorize"
_CLOSED = {
    "4030": "The Act! version is incompatible with the Web API.",
    "4031": "A subscription is required.",
}


def authorize(world: ActWorld, request: Request) -> Answer:
    """Give out a token for a user name and a password, or for a token that still works.

    Raises:
        ActError: Wrong user, wrong password and wrong database are one and the same empty 401.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if not _database_fits(world, request):
        raise empty(401)
    if scheme.lower() == "basic":
        user = _basic_user(world, credentials)
    elif scheme.lower() == "bearer":
        user = _session(world, credentials.strip())
    else:
        user = None
    if user is None:
        raise empty(401)
    if world.faults.door in _CLOSED:
        raise forbidden(_CLOSED[world.faults.door], code=world.faults.door)
    if not access.permitted(world, user, access.WEB_API):
        raise forbidden("The user needs the permission 'Web API Access'.", code="4032")
    token = _new_token(world, user)
    if world.faults.token_format == "quoted":  # noqa: S105
        return Answer(200, encode(token), JSON)
    return Answer(200, token.encode(), "text/html")


def signed_in(world: ActWorld, request: Request) -> User:
    """Return the user whose token the request carries.

    Raises:
        ActError: There is no token, or it is not valid, or it was given out for another database.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        raise null_reference() if world.faults.missing_credentials == 500 else empty(401)
    user = _session(world, token.strip()) if scheme.lower() == "bearer" else None
    optional = world.faults.database_check == "optional_after_token"
    if optional and "act-database-name" not in request.headers:
        return _or_refuse(user)
    return _or_refuse(user if _database_fits(world, request) else None)


def _or_refuse(user: User | None) -> User:
    if user is None:
        raise empty(401)
    return user


def _database_fits(world: ActWorld, request: Request) -> bool:
    return request.headers.get("act-database-name", "").lower() == world.database.lower()


def _basic_user(world: ActWorld, credentials: str) -> User | None:
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if name.lower() != world.user.lower() or not hmac.compare_digest(password, world.password):
        return None
    return world.sync_user


def _session(world: ActWorld, token: str) -> User | None:
    if world.faults.expire_tokens != world.expired_times:
        world.expired_times = world.faults.expire_tokens
        world.sessions.clear()
    session = world.sessions.get(token)
    if session is None or world.clock.monotonic_s() >= session.ends_s:
        return None
    return session.user


def _new_token(world: ActWorld, user: User) -> str:
    now = world.clock.now()
    # An old token was seen with these claims, an ISO text as "iat", and no "exp".
    claims = {
        "server": "twin",
        "database": world.database,
        "user": user.username,
        "id": user.id,
        "iat": now.isoformat(),
        "jti": world.new_id(),
    }
    head, body = _url64(b'{"alg":"HS256","typ":"JWT"}'), _url64(encode(claims))
    signature = hmac.new(world.password.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    token = f"{head}.{body}.{_url64(signature)}"
    world.sessions[token] = Session(user, world.clock.monotonic_s() + world.faults.token_lifetime_s)
    user.last_log_on = world.now()
    return token


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
