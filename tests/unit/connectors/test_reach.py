"""Flows reach the public internet and what the owner listed, and nothing else, however it is spelled."""

from __future__ import annotations

import pytest

from orderbridge.connectors.reach import Allowed, reachable
from orderbridge.core.errors import FlowError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
        "2130706433", "127.1", "0177.0.0.1", "1.1.1.1.", "",
    ],
)  # fmt: skip
async def test_an_inner_address_is_refused_however_it_is_written(address: str) -> None:
    assert Allowed().refusal(address) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
async def test_a_public_address_may_be_called(address: str) -> None:
    assert Allowed().refusal(address) is None


async def test_one_inner_address_among_public_ones_is_enough_to_refuse_a_host() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.7"]

    with pytest.raises(FlowError, match=r"shop\.example must not be called.*ORDERBRIDGE_HTTP_ALLOW"):
        await reachable("shop.example", 443, Allowed(), resolve)


async def test_the_owners_own_hosts_and_networks_may_be_called() -> None:
    async def resolve(host: str, _port: int) -> list[str]:
        return {"erp.lan": ["10.0.0.7"], "other.lan": ["10.9.0.1"]}[host]

    allowed = Allowed.parse("erp.lan:8080, 10.9.0.0/16,127.0.0.1")

    assert await reachable("erp.lan", 8080, allowed, resolve) == ["10.0.0.7"]
    assert await reachable("ERP.lan.", 8080, allowed, lambda _h, p: resolve("erp.lan", p)) == ["10.0.0.7"]
    assert await reachable("other.lan", 80, allowed, resolve) == ["10.9.0.1"]
    assert await reachable("127.0.0.1", 80, allowed, resolve) == ["127.0.0.1"]
    with pytest.raises(FlowError):
        await reachable("erp.lan", 22, allowed, resolve)


@pytest.mark.parametrize("text", ["10.0.0.0/99", "*.example.com", "one two"])
def test_a_list_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither a host"):
        Allowed.parse(text)
