"""How many expressions a second are computed in the other process, against plain fields in the same run.

Run: ``python benchmarks/expressions.py [--seconds 3] [--lanes 32]``. Everything goes through the renderer of
mappings, as in a flow. ``in_process`` is the evaluation alone, which a flow never does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import psutil

from machine import describe
from orderbridge.core import jsonio
from orderbridge.core.platform import event_loop_factory
from orderbridge.engine.expressions.pool import Expressions
from orderbridge.flows.expressions.evaluator import Compiled
from orderbridge.flows.mapping import Renderer

NOW = datetime(2026, 1, 31, tzinfo=UTC)
ITEMS = ",".join(f'{{"name": "Item {n}", "price": 19.99, "qty": {n}}}' for n in range(1, 6))
SCOPE = f'{{"event": {{"amount": 150.10, "currency": "USD", "items": [{ITEMS}]}}, "steps": {{}}}}'.encode()
EXPRESSIONS = {
    "field": "event.amount",
    "product": "event.amount * 1.19",
    "text": "'Order of ' & event.amount & ' ' & event.currency",
    "cart": "$money($sum(event.items.(price * qty)) * 1.19, event.currency)",
}


async def rate(work: Callable[[], Awaitable[Any]], lanes: int, seconds: float) -> float:
    """Do ``work`` in so many lanes at a time, and return how often a second."""
    done = 0
    began = time.perf_counter()

    async def lane() -> None:
        nonlocal done
        while time.perf_counter() - began < seconds:
            await work()
            done += 1

    await asyncio.gather(*(lane() for _ in range(lanes)))
    return done / (time.perf_counter() - began)


async def measure(seconds: float, lanes: int) -> dict[str, Any]:
    """Measure every expression alone and in lanes."""
    engine = Expressions()
    scope = jsonio.decode(SCOPE)
    renderer = Renderer(lambda text, given: engine.evaluate(text, given, now=NOW))
    began = time.perf_counter()
    await renderer.render({"expression": "1"}, scope)
    start_ms = (time.perf_counter() - began) * 1000
    plain = await rate(lambda: renderer.render({"from": "event.amount"}, scope), 1, seconds)
    results = {}
    for name, text in EXPRESSIONS.items():
        evaluator = Compiled().get(text)
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds / 3:
            evaluator.run(jsonio.decode(SCOPE), now_ms=0)
            count += 1
        alone = count / (time.perf_counter() - began)
        mapping = {"expression": text}

        def one(mapping: dict[str, str] = mapping) -> Awaitable[Any]:
            return renderer.render(mapping, scope)

        many = await rate(one, lanes, seconds)
        results[name] = {
            "per_s": round(many),
            "one_at_a_time_per_s": round(await rate(one, 1, seconds)),
            "in_process_per_s": round(alone),
            "of_a_plain_field": f"1/{plain / many:.0f}",
            "of_in_process": round(many / alone, 2),
        }
    children = [child.memory_info().rss >> 20 for child in psutil.Process().children()]
    await engine.close()
    return {
        "machine": describe(),
        "lanes": lanes,
        "plain_fields_per_s": round(plain),
        "first_expression_ms": round(start_ms),
        "process_mb": children,
        "expressions": results,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--lanes", type=int, default=32)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=event_loop_factory()) as runner:
        print(json.dumps(runner.run(measure(given.seconds, given.lanes)), indent=2))
