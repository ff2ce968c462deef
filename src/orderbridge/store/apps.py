"""Our marketplace apps at HighLevel, with their secrets encrypted."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.core.errors import ReconnectError
from orderbridge.core.ids import IdSource
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.crypto import Sealed, SecretBox
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One marketplace app.

    Attributes:
        config: ``base_url`` of the API, ``authorize_url`` of the consent page, and for the sandbox
            ``webhook_key_pem``.
    """

    id: str
    client_id: str
    config: JsonObject

    @property
    def app_id(self) -> str:
        """The app's id in webhooks: the client id up to its dash (HighLevel API notes, section 2.5)."""
        return self.client_id.partition("-")[0]


_COLUMNS = "id, client_id, config"


async def keep(
    tx: Tx, box: SecretBox, new_id: IdSource, *, client_id: str, config: JsonObject, client_secret: str
) -> App:
    """Store an app, or the new secret and settings of one that is known."""
    known = await by_client_id(tx, client_id)
    app_id = known.id if known else new_id()
    sealed = box.seal(client_secret, context=app_id)
    row = await tx.fetchrow(
        f"""
        INSERT INTO apps (id, client_id, config, secret, secret_key_id) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE SET config = apps.config || excluded.config, secret = excluded.secret,
               secret_key_id = excluded.secret_key_id
        RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        app_id,
        client_id,
        config,
        sealed.data,
        sealed.key_id,
    )
    assert row is not None
    return App(**dict(row))


async def set_config(tx: Tx, app_id: str, changes: JsonObject) -> App:
    """Merge ``changes`` into the app's settings."""
    await tx.execute("UPDATE apps SET config = config || $2 WHERE id = $1", app_id, changes)
    return await by_id(tx, app_id)


async def every(tx: Tx) -> list[App]:
    """List all apps, the oldest first."""
    return [
        App(**dict(row))
        for row in await tx.fetch(f"SELECT {_COLUMNS} FROM apps ORDER BY created_at")  # noqa: S608
    ]


async def by_id(tx: Tx, app_id: str) -> App:
    """Return one app."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM apps WHERE id = $1", app_id)  # noqa: S608
    if row is None:
        raise _missing(app_id)
    return App(**dict(row))


async def by_client_id(tx: Tx, client_id: str) -> App | None:
    """Return the app of a client id, None when it is not stored."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM apps WHERE client_id = $1", client_id)  # noqa: S608
    return App(**dict(row)) if row else None


async def client_secret(tx: Tx, box: SecretBox, app_id: str) -> str:
    """Return the decrypted secret."""
    row = await tx.fetchrow("SELECT secret, secret_key_id FROM apps WHERE id = $1", app_id)
    if row is None:
        raise _missing(app_id)
    return box.open(Sealed(row["secret"], row["secret_key_id"]), context=app_id)


def _missing(app_id: str) -> ReconnectError:
    # An app whose secret nobody can open any more is dropped whole.
    return ReconnectError(
        f"the marketplace app {app_id} is not stored any more; sign in again with 'orderbridge connect ghl --oauth "
        "--client-id …'",
        cause="app.missing",
    )
