from __future__ import annotations

import pytest

from orderbridge.connectors.act.address import CLOUD, HOSTED, SELF_HOSTED, read_address
from orderbridge.core.errors import SetupError


@pytest.mark.parametrize(
    ("pasted", "url", "deployment"),
    [
        ("https://apius.act.com/act.web.api", "https://apius.act.com/act.web.api", CLOUD),
        ("https://apieu.act.com/", "https://apieu.act.com/act.web.api", CLOUD),
        ("apiuk.act.com", "https://apiuk.act.com/act.web.api", CLOUD),
        ("http://APIAU.act.com/act.web.api/", "https://apiau.act.com/act.web.api", CLOUD),
        ("https://h.example/acme-api", "https://h.example/acme-api/act.web.api", HOSTED),
        ("https://h.example/acme-api/act.web.api/authorize", "https://h.example/acme-api/act.web.api", HOSTED),
        ("http://crm.local", "http://crm.local/act.web.api", SELF_HOSTED),
        ("https://crm.test:8443/Act.Web.Api/api/contacts?a=1#x", "https://crm.test:8443/act.web.api", SELF_HOSTED),
        ("https://crm.example/apfw/", "https://crm.example/act.web.api", SELF_HOSTED),
        (' "crm.example/act.web.api" ', "https://crm.example/act.web.api", SELF_HOSTED),
        ("http://[::1]:8080/act.web.api", "http://[::1]:8080/act.web.api", SELF_HOSTED),
    ],
)  # fmt: skip
def test_what_people_paste_becomes_the_address_of_the_web_api(pasted: str, url: str, deployment: str) -> None:
    address = read_address(pasted)

    assert (address.url, address.deployment) == (url, deployment)


def test_an_address_that_was_right_is_left_alone_and_a_changed_one_says_what_changed() -> None:
    assert read_address("https://crm.example/act.web.api/").changes == ()
    assert read_address("apius.act.com/act.web.api/swagger").changes == (
        "https:// was put in front",
        "/swagger was cut off the end",
    )
    assert "http became https" in read_address("http://apius.act.com").changes[0]
    assert read_address("https://crm.example/apfw").changes == ("/apfw became /act.web.api",)


def test_the_region_is_read_from_the_host() -> None:
    assert read_address("apiuk.act.com").region == "United Kingdom"
    assert read_address("crm.example").region is None


@pytest.mark.parametrize(
    "pasted", ["", "   ", "ftp://crm.example", "https://", "https://a b", "http://[", "https://h:99999"]
)
def test_what_is_no_address_is_refused_with_an_example(pasted: str) -> None:
    with pytest.raises(SetupError, match=r"https://YOUR_SERVER/act\.web\.api"):
        read_address(pasted)


def test_an_address_with_a_password_in_it_is_refused_without_repeating_it() -> None:
    with pytest.raises(SetupError) as caught:
        read_address("https://ada:s3cret@crm.example/act.web.api")

    assert "s3cret" not in str(caught.value)


def test_the_host_of_the_documentation_is_refused_with_the_hosts_of_the_regions() -> None:
    with pytest.raises(SetupError, match=r"apiuk\.act\.com"):
        read_address("https://apimta.act.com/act.web.api")
