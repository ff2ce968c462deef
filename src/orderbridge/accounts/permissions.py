"""Which Act! permissions the integration user has, and what does not work without the missing ones.

Source: Act! Web API notes, section 2, "Permissions the integration user needs".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orderbridge.connectors.act.directory import Permission
from orderbridge.core.jsonio import JsonObject

WEB_API = "Web API Access"
DEFINE_FIELDS = "Define Fields"


@dataclass(frozen=True, slots=True)
class Capability:
    """A permission and what it is for.

    Attributes:
        permission: As *Manage Users* in Act! shows it.
        allows: What works with it.
        without: What happens without it.
        always: False where it is needed for one occasion only.
    """

    permission: str
    allows: str
    without: str
    always: bool = True


CAPABILITIES = (
    Capability(WEB_API, "signing in", "Act! lets orderbridge in nowhere"),
    Capability(
        "Access All Non-Private Data",
        "seeing the contacts, companies and opportunities of every user",
        "records of other users look as if they did not exist, without an error; orders would be taken for new "
        "ones and made twice",
    ),
    Capability(
        "Manage Other Users' Contacts",
        "changing contacts whose record manager is somebody else",
        "what a customer changes does not reach contacts of other users",
    ),
    Capability(
        "Manage Other Users' Companies",
        "changing companies whose record manager is somebody else",
        "companies of other users stay as they are",
    ),
    Capability(
        "Manage Other Users' Opportunities",
        "changing opportunities whose record manager is somebody else",
        "payments, refunds and fulfilments do not reach opportunities that were given to another user",
    ),
    Capability(
        "Link/Unlink Other Users' Contacts from Company",
        "joining contacts of other users to companies",
        "contacts of other users stay without their company",
    ),
    Capability(
        DEFINE_FIELDS,
        "creating fields and custom tables, once, when a flow is switched on",
        "create the fields and tables by hand in Act!; everything else works",
        always=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Held:
    """One line of the report; ``held`` is None where it cannot be told."""

    capability: Capability
    held: bool | None


@dataclass(frozen=True, slots=True)
class PermissionReport:
    """What the user may do, line by line.

    Attributes:
        listed: How many permissions Act! listed.
    """

    lines: tuple[Held, ...]
    listed: int

    @property
    def known(self) -> bool:
        """False where this server's names are not the ones that we know."""
        return any(line.held is not None for line in self.lines)

    @property
    def missing(self) -> tuple[Capability, ...]:
        """What is not held and needed all the time."""
        return tuple(line.capability for line in self.lines if line.held is False and line.capability.always)

    @property
    def missing_at_times(self) -> tuple[Capability, ...]:
        """What is not held and needed on some occasion."""
        return tuple(
            line.capability for line in self.lines if line.held is False and not line.capability.always
        )

    @property
    def sentence(self) -> str:
        """The report in one sentence."""
        if not self.known:
            return (
                f"Act! lists {self.listed} permissions of this user, none by a name that is known here; compare "
                "them in Manage Users with the list of docs/howto/real-accounts.md"
            )
        if not self.missing:
            return "the user has every permission that is needed"
        return "missing: " + "; ".join(
            f"'{item.permission}' (without it {item.without})" for item in self.missing
        )

    def to_json(self) -> list[JsonObject]:
        """Return every line, ready to be stored and shown."""
        return [_shown(line.capability) | {"held": line.held} for line in self.lines]


def needed() -> list[JsonObject]:
    """Return every permission that is needed, for somebody who has not connected yet."""
    return [_shown(item) for item in CAPABILITIES]


def _shown(item: Capability) -> JsonObject:
    return {
        "permission": item.permission,
        "needed": "always" if item.always else "sometimes",
        "allows": item.allows,
        "without": item.without,
    }


def report(permissions: Iterable[Permission]) -> PermissionReport:
    """Compare what Act! listed with what is needed.

    To sign in at all takes *Web API Access*. Where even that is not among the names, this server names its
    permissions in another way (another language, an alias), and absence says nothing.
    """
    listed = list(permissions)
    allowed = {key for item in listed if item.allowed for key in _keys(item)}
    known = {key for item in listed for key in _keys(item)}
    telling = any(_key(item.permission) in known for item in CAPABILITIES)
    return PermissionReport(
        tuple(Held(item, _key(item.permission) in allowed if telling else None) for item in CAPABILITIES),
        len(listed),
    )


def _keys(item: Permission) -> set[str]:
    return {_key(name) for name in (item.name, item.alias) if name}


def _key(name: str) -> str:
    # Spelling differs between builds and between name and alias: "Web API Access", "WebAPIAccess".
    return "".join(character for character in name.casefold() if character.isalnum())
