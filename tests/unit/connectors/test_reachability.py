from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from certificates import Authority, listening

from orderbridge.accounts.diagnosis import Check, run
from orderbridge.connectors import reachability
from orderbridge.core.clock import SystemClock
from orderbridge.core.serving import free_port


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts, as if its administrator had installed it."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


async def checked(url: str) -> dict[str, Check]:
    return {check.id: check for check in await run(reachability.steps(url, SystemClock()))}


def outcomes(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.finding.outcome for name, check in checks.items()}


async def test_a_name_that_nobody_knows_is_told_and_nothing_further_is_tried() -> None:
    checks = await checked("https://crm.invalid/act.web.api")

    assert outcomes(checks) == {"dns": "problem", "tcp": "skipped", "tls": "skipped"}
    assert checks["dns"].finding.cause == "network.dns"
    assert "crm.invalid" in checks["dns"].finding.says
    assert "Name" in checks["tcp"].finding.says


async def test_a_port_on_which_nothing_listens_is_told_apart_from_a_machine_that_is_not_there() -> None:
    checks = await checked(f"https://localhost:{free_port()}")

    assert outcomes(checks) == {"dns": "ok", "tcp": "problem", "tls": "skipped"}
    assert checks["tcp"].finding.cause == "network.refused"


async def test_a_trusted_certificate_is_fine(authority: Authority) -> None:
    async with listening(authority.context("localhost")) as port:
        assert outcomes(await checked(f"https://localhost:{port}")) == {"dns": "ok", "tcp": "ok", "tls": "ok"}


@pytest.mark.parametrize(
    ("made", "cause", "words"),
    [
        ({"days": (-400, -30)}, "network.certificate_expired", "ended on 20"),
        ({"days": (3, 90)}, "network.certificate_not_yet_valid", "clock of this machine"),
        ({"self_signed": True}, "network.certificate_unknown_authority", "self-signed"),
    ],
)
async def test_what_is_wrong_with_a_certificate_is_told_in_words(
    authority: Authority, made: dict[str, object], cause: str, words: str
) -> None:
    async with listening(authority.context("localhost", **made)) as port:  # type: ignore[arg-type]
        finding = (await checked(f"https://localhost:{port}"))["tls"].finding

    assert (finding.outcome, finding.cause, finding.stops) == ("problem", cause, True)
    assert words in finding.says + (finding.next or "")


async def test_a_certificate_for_another_name_says_which_names_it_has(authority: Authority) -> None:
    async with listening(authority.context("crm.example", "10.0.0.7")) as port:
        finding = (await checked(f"https://localhost:{port}"))["tls"].finding

    assert finding.cause == "network.certificate_wrong_name"
    assert "crm.example, 10.0.0.7 and not for localhost" in finding.says


async def test_a_certificate_for_another_address_is_told_like_another_name(authority: Authority) -> None:
    async with listening(authority.context("crm.example")) as port:
        checks = await checked(f"https://127.0.0.1:{port}")

    assert checks["dns"].finding.outcome == "skipped"
    assert checks["tls"].finding.cause == "network.certificate_wrong_name"


async def test_an_authority_that_this_machine_does_not_know_is_named(tmp_path: Path) -> None:
    async with listening(Authority(tmp_path).context("localhost")) as port:
        finding = (await checked(f"https://localhost:{port}"))["tls"].finding

    assert finding.cause == "network.certificate_unknown_authority"
    assert "Test authority" in finding.says


async def test_a_certificate_that_ends_soon_works_and_is_mentioned(authority: Authority) -> None:
    async with listening(authority.context("localhost", days=(-300, 5))) as port:
        finding = (await checked(f"https://localhost:{port}"))["tls"].finding

    assert (finding.outcome, finding.cause) == ("warning", "network.certificate_ends_soon")
    assert str(datetime.now(UTC).year) in finding.says or str(datetime.now(UTC).year + 1) in finding.says


async def test_a_server_without_tls_behind_an_https_address_is_told_as_such() -> None:
    async with listening(None) as port:
        finding = (await checked(f"https://localhost:{port}"))["tls"].finding

    assert finding.cause == "network.tls"
    assert "http://" in (finding.next or "")


async def test_calls_without_encryption_are_mentioned_unless_they_stay_on_this_machine() -> None:
    async with listening(None) as port:
        assert (await checked(f"http://127.0.0.1:{port}"))["tls"].finding.outcome == "skipped"
        tls = next(
            step for step in reachability.steps("http://crm.example", SystemClock()) if step.id == "tls"
        )
        assert (await tls.run()).cause == "network.unencrypted"
