import io
import secrets

import pytest

from orderbridge.store import hook_paths
from support.operations import Operations

RECEIVED = "core.webhook.received"


async def send(
    ops: Operations, url: str, raw: bytes, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    async with ops.world.http.post(url, data=io.BytesIO(raw), headers=headers or {}) as answer:
        return answer.status, await answer.read()


@pytest.mark.covers("core.webhook.received@1")
async def test_a_call_runs_the_flow_behind_its_address_once_and_no_other(ops: Operations) -> None:
    path = secrets.token_urlsafe(32)
    async with ops.listening(f"{RECEIVED}#one", f"{RECEIVED}#other") as fired:
        flow = await fired.flow(f"{RECEIVED}#one")
        async with ops.world.db.begin() as tx:
            await hook_paths.keep(tx, flow.id, path)
        async with ops.world.hooks() as root:
            url = f"{root}/hooks/in/{path}"
            assert (await send(ops, url, b'{"amount": 150.10}'))[0] == 202
            # A caller that repeats itself says so by the key.
            for _ in range(3):
                assert (await send(ops, url, b"[1, 2]", {"Idempotency-Key": "k1"}))[0] == 202
            assert (await send(ops, url, b'{"text": "a\\u0000b"}'))[0] == 202
        assert await fired.times() == {f"{RECEIVED}#one": 3}
        bodies = [str(state["body"]) for state in await fired.states(f"{RECEIVED}#one")]
        assert sorted(bodies) == ["[1, 2]", "{'amount': Decimal('150.10')}", "{'text': 'a\ufffdb'}"]


async def test_what_is_no_address_no_json_or_too_long_is_told_so(ops: Operations) -> None:
    path = secrets.token_urlsafe(32)
    async with ops.listening(RECEIVED) as fired:
        flow = await fired.flow(RECEIVED)
        async with ops.world.db.begin() as tx:
            await hook_paths.keep(tx, flow.id, path)
        async with ops.world.hooks() as root:
            for wrong in ("x", path[:-1], path + "x", "%00", flow.id):
                assert (await send(ops, f"{root}/hooks/in/{wrong}", b"{}"))[0] == 404
            url = f"{root}/hooks/in/{path}"
            assert (await send(ops, url, b"{"))[0] == 400
            assert (await send(ops, url, b" " * 1_048_577))[0] == 413
        assert await fired.times() == {}
    async with ops.world.hooks() as root:
        # The flow is off now.
        assert (await send(ops, f"{root}/hooks/in/{path}", b"{}"))[0] == 404


async def test_another_address_ends_the_one_before(ops: Operations) -> None:
    async with ops.listening(RECEIVED) as fired:
        flow = await fired.flow(RECEIVED)
        async with ops.world.hooks() as root:
            for path, status in (("first", 202), ("second", 404)):
                async with ops.world.db.begin() as tx:
                    await hook_paths.keep(tx, flow.id, path)
                assert (await send(ops, f"{root}/hooks/in/first", b"{}"))[0] == status
