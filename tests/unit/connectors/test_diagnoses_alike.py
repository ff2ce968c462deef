from __future__ import annotations

import pytest
from connector_stub import MovingClock

from orderbridge.accounts.diagnosis import run
from orderbridge.connectors.act import diagnose as act_diagnose
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.diagnosis import Finding, Step, fine, wrong
from orderbridge.connectors.ghl import diagnose as ghl_diagnose
from orderbridge.connectors.ghl.client import GhlClient

FIRST = ["address", "dns", "tcp", "tls", "api", "clock", "sign_in"]


def test_every_connector_begins_with_the_same_checks_in_the_same_order(
    act: ActClient, ghl: GhlClient, clock: MovingClock
) -> None:
    act_config = {"base_url": "https://crm.example/act.web.api", "database": "d", "user": "u"}
    of_act = act_diagnose.steps(act, config=act_config, clock=clock, judge=lambda _: fine(""))
    of_ghl = ghl_diagnose.steps(ghl, config={"base_url": "https://ghl.example"}, clock=clock)

    assert [step.id for step in of_act][: len(FIRST)] == FIRST
    assert [step.id for step in of_ghl][: len(FIRST)] == FIRST


@pytest.mark.parametrize("stops", [True, False])
async def test_only_a_problem_that_makes_the_rest_meaningless_ends_a_diagnosis(stops: bool) -> None:
    tried: list[str] = []

    def step(name: str, finding: Finding) -> Step:
        async def found() -> Finding:
            tried.append(name)
            return finding

        return Step(name, name.title(), found)

    checks = await run(
        [
            step("a", fine("well")),
            step("b", wrong("broken", "mend it", cause="x", stops=stops)),
            step("c", fine("well")),
        ]
    )

    assert tried == (["a", "b"] if stops else ["a", "b", "c"])
    assert checks[2].finding.outcome == ("skipped" if stops else "ok")
    assert not stops or "'B'" in checks[2].finding.says
