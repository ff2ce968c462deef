"""The two made-up accounts of a sandbox, connected."""

from __future__ import annotations

from orderbridge.accounts.connecting import add_connection
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime


async def connect(
    runtime: Runtime, details: JsonObject, *, ghl: str, act: str, limits: JsonObject | None = None
) -> tuple[str, str]:
    """Connect both twins and return the ids of the connections, HighLevel's first.

    Args:
        runtime: The opened accounts.
        details: Where the twins are and how to get in.
        ghl: Name of the HighLevel connection.
        act: Name of the Act! connection.
        limits: What HighLevel allows, where that is not what the real one does.

    Raises:
        SetupError: A name or an account is taken.
    """
    shop = await add_connection(
        runtime,
        name=ghl,
        system="ghl",
        mode="sandbox",
        account=details["location_id"],
        config={
            "base_url": details["ghl_url"],
            "location_id": details["location_id"],
            "webhook_key_pem": details["webhook_public_key_pem"],
        }
        | ({"limits": limits} if limits else {}),
        secret={"token": details["pit_token"]},
    )
    crm = await add_connection(
        runtime,
        name=act,
        system="act",
        mode="sandbox",
        account=f"{details['act_url']}#{details['act_database']}",
        config={
            "base_url": details["act_url"],
            "database": details["act_database"],
            "user": details["act_user"],
            "currency": "USD",
        },
        secret={"password": details["act_password"]},
    )
    return shop["id"], crm["id"]
