"""How many webhooks a second are accepted, verified and durable, against an empty echo on the same server.

Run: ``python benchmarks/ingest.py [--seconds 10] [--connections 64]``. It starts its own embedded
PostgreSQL in a scratch folder, ``orderbridge serve --role api`` in a process of its own, and the load in this
one. Both figures come from one run on one machine, so their ratio means something elsewhere too.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gc
import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from machine import describe
from orderbridge.app import open_application
from orderbridge.core import platform
from orderbridge.core.ids import random_id
from orderbridge.core.serving import free_port
from orderbridge.settings import Settings
from orderbridge.store import connections

LOCATION = "BenchLocation0000001"


def request(path: str, body: bytes, signature: str) -> bytes:
    """One HTTP/1.1 request as bytes: the load generator must cost less than what it measures."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-GHL-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def webhooks(count: int, key: Ed25519PrivateKey) -> list[bytes]:
    """Signed OrderCreate deliveries, each for an order of its own, of the size that HighLevel sends."""
    items = [
        {
            "name": f"Item {number}",
            "qty": 1,
            "product": {"_id": f"{number:024x}", "name": f"Item {number}", "description": "x" * 400},
            "price": {"_id": f"{number:024x}", "type": "one_time", "currency": "USD", "amount": 19.99},
        }
        for number in range(3)
    ]
    made = []
    for number in range(count):
        body = json.dumps(
            {
                "type": "OrderCreate",
                "locationId": LOCATION,
                "_id": f"{number:024x}",
                "altId": LOCATION,
                "altType": "location",
                "status": "pending",
                "currency": "USD",
                "amount": 59.97,
                "items": items,
                "timestamp": datetime.now(UTC).isoformat(),
                "webhookId": str(uuid.uuid4()),
            },
            separators=(",", ":"),
        ).encode()
        made.append(request("/hooks/ghl", body, base64.b64encode(key.sign(body)).decode()))
    return made


async def load(
    port: int, requests: list[bytes], connections_open: int, seconds: float
) -> tuple[int, float, list[float]]:
    """Send ``requests`` over keep-alive connections; return answers, elapsed seconds, latencies in ms."""
    queue = iter(requests)
    latencies: list[float] = []
    ends_at = time.perf_counter() + seconds
    bad = 0

    async def one() -> None:
        nonlocal bad
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for message in queue:
            if time.perf_counter() > ends_at:
                break
            began = time.perf_counter()
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            if length:
                await reader.readexactly(length)
            latencies.append((time.perf_counter() - began) * 1000)
            if not head.startswith(b"HTTP/1.1 2"):
                bad += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections_open)))
    elapsed = time.perf_counter() - began
    if bad:
        raise SystemExit(f"{bad} answers were no success")
    return len(latencies), elapsed, latencies


async def start(port: int, environment: dict[str, str]) -> asyncio.subprocess.Process:
    """Start the server's API role and wait until it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "orderbridge", "serve", "--role", "api", "--port", str(port),
        env=os.environ | environment,
    )  # fmt: skip
    for _ in range(600):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        if head.startswith(b"HTTP/1.1 200"):
            return process
        await asyncio.sleep(0.05)
    raise SystemExit("the server did not start")


async def measure(seconds: float, connections_open: int, rounds: int) -> dict[str, object]:
    """Measure echo and intake in turns on one server."""
    folder = Path(tempfile.mkdtemp(prefix="orderbridge-bench-"))
    platform.let_others_enter(folder)
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings = Settings(data_dir=folder / "data")
    port = free_port()
    environment = {"ORDERBRIDGE_DATA_DIR": str(folder / "data"), "ORDERBRIDGE_LOG_LEVEL": "warning"}
    echo_request = request("/hooks/echo", b'{"a":1}' + b" " * 1800, "N/A")
    try:
        async with open_application(settings, upgrade=True, pool_size=4) as application:
            async with application.db.begin() as tx:
                await connections.create(
                    tx, application.runtime.box, random_id, name="bench", system="ghl", mode="sandbox",
                    account=LOCATION, config={"base_url": "http://127.0.0.1:9", "location_id": LOCATION,
                    "webhook_key_pem": pem.decode()}, secret={"token": "none"},
                )  # fmt: skip
            server = await start(port, environment)
            try:
                results = {"echo": [], "intake": []}
                latencies: list[float] = []
                stored = 0
                for _ in range(rounds):
                    sent, took, _ = await load(port, [echo_request] * 200_000, connections_open, seconds)
                    results["echo"].append(sent / took)
                    messages = webhooks(int(seconds * 6000), key)
                    sent, took, times = await load(port, messages, connections_open, seconds)
                    results["intake"].append(sent / took)
                    latencies += times
                    stored += sent
                async with application.db.begin() as tx:
                    in_inbox = await tx.fetchval("SELECT count(*) FROM inbox")
                if in_inbox != stored:
                    raise SystemExit(f"{stored} were accepted but {in_inbox} are stored")
            finally:
                server.terminate()
                await server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    latencies.sort()
    echo, intake = statistics.median(results["echo"]), statistics.median(results["intake"])
    return {
        "machine": describe(),
        "connections": connections_open,
        "accepted_per_s": round(intake),
        "echo_per_s": round(echo),
        "ratio": round(intake / echo, 3),
        "p50_ms": round(latencies[len(latencies) // 2], 1),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)], 1),
        "accepted": stored,
        "rounds": {name: [round(value) for value in values] for name, values in results.items()},
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    # The collector of the load generator would be counted as the server's latency.
    gc.disable()
    print(json.dumps(asyncio.run(measure(given.seconds, given.connections, given.rounds)), indent=2))
