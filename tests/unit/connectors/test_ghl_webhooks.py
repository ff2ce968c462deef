from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.connectors.ghl.events import KNOWN_EVENTS
from orderbridge.connectors.ghl.webhooks import (
    HIGHLEVEL_ED25519_PEM,
    HIGHLEVEL_RSA_PEM,
    SignatureError,
    WebhookKeys,
    read,
    verify,
)
from orderbridge.core.errors import BadRecordError, RejectedError, SetupError

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
RSA = generate_private_key(public_exponent=65537, key_size=2048)
BODY = b'{"type":"OrderCreate","amount":150.10}'


def pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


RSA_PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
KEYS = WebhookKeys.from_pem([pem(PRIVATE)])
WITH_LEGACY = WebhookKeys.from_pem([pem(PRIVATE)], legacy_rsa_pem=RSA_PEM)


def ed(raw: bytes = BODY, key: Ed25519PrivateKey = PRIVATE) -> str:
    return base64.b64encode(key.sign(raw)).decode()


def rsa(raw: bytes = BODY) -> str:
    return base64.b64encode(RSA.sign(raw, PKCS1v15(), hashes.SHA256())).decode()


@given(st.binary())
def test_what_highlevel_signed_is_accepted_byte_for_byte(raw: bytes) -> None:
    verify(raw, {"X-GHL-Signature": ed(raw)}, KEYS)


@given(st.binary(min_size=1), st.data())
def test_one_changed_bit_is_noticed(raw: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(raw) * 8 - 1))
    changed = bytearray(raw)
    changed[place // 8] ^= 1 << place % 8
    with pytest.raises(SignatureError):
        verify(bytes(changed), {"x-ghl-signature": ed(raw)}, KEYS)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-GHL-Signature": ""},
        {"X-GHL-Signature": "N/A"},
        {"X-GHL-Signature": "not base64!"},
        {"X-GHL-Signature": base64.b64encode(b"short").decode()},
        {"X-GHL-Signature": ed(key=OTHER)},
        {"X-GHL-Signature": ed(BODY + b" ")},
        {"X-WH-Signature": rsa()},  # the legacy key is not switched on
        {"X-WH-Signature": ed()},
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureError) as caught:
        verify(BODY, headers, KEYS)
    assert isinstance(caught.value, RejectedError)


def test_either_key_of_a_rotation_is_accepted() -> None:
    keys = WebhookKeys.from_pem([pem(OTHER), pem(PRIVATE)])
    verify(BODY, {"X-GHL-Signature": ed()}, keys)
    verify(BODY, {"X-GHL-Signature": ed(key=OTHER)}, keys)


def test_the_legacy_signature_counts_only_where_switched_on_and_alone() -> None:
    verify(BODY, {"X-WH-Signature": rsa()}, WITH_LEGACY)
    verify(BODY, {"X-WH-Signature": rsa(), "X-GHL-Signature": "N/A"}, WITH_LEGACY)
    with pytest.raises(SignatureError):
        verify(BODY, {"X-WH-Signature": rsa(b"other")}, WITH_LEGACY)
    with pytest.raises(SignatureError):
        # A failure of the stronger signature is never made good by the weaker one.
        verify(BODY, {"X-WH-Signature": rsa(), "X-GHL-Signature": ed(key=OTHER)}, WITH_LEGACY)


def test_no_key_means_no_endpoint() -> None:
    with pytest.raises(SetupError, match="stay off"):
        WebhookKeys.from_pem([])


@pytest.mark.parametrize("text", ["", "rubbish", RSA_PEM])
def test_a_wrong_key_is_a_matter_of_setting_up(text: str) -> None:
    with pytest.raises(SetupError):
        WebhookKeys.from_pem([text])


@pytest.mark.parametrize(
    ("published", "digest"),
    [
        (HIGHLEVEL_ED25519_PEM, "5a2c1b2749d3efcc233fb27d4ab43d56b8d20818c42cd226f6c9a3ff20d3097c"),
        (HIGHLEVEL_RSA_PEM, "2f62045d413b1b7747e26770ce7f57840cbf86288cd20ceb90d299a62501fd25"),
    ],
)
def test_the_default_keys_are_the_published_ones(published: str, digest: str) -> None:
    der = base64.b64decode("".join(published.splitlines()[1:-1]))
    assert hashlib.sha256(der).hexdigest() == digest
    WebhookKeys.from_pem(legacy_rsa_pem=HIGHLEVEL_RSA_PEM)


def test_a_delivery_names_record_location_and_time() -> None:
    raw = b"""{"type":"OrderCreate","locationId":"loc1","_id":"o1","altId":"loc1","altType":"location",
        "appId":"app1","webhookId":"w1","timestamp":"2026-03-02T09:00:00.123Z","amount":150.10}"""
    delivery = read(raw)
    assert (delivery.type, delivery.entity_kind, delivery.entity_id) == ("OrderCreate", "order", "o1")
    assert (delivery.location_id, delivery.app_id, delivery.webhook_id) == ("loc1", "app1", "w1")
    assert delivery.timestamp == datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)
    assert delivery.body["amount"] == Decimal("150.10")


@pytest.mark.parametrize(
    ("body", "kind", "entity_id", "location_id"),
    [
        (
            {"type": "InvoicePaid", "_id": "i1", "altId": "loc1", "altType": "location"},
            "invoice",
            "i1",
            "loc1",
        ),
        ({"type": "ContactUpdate", "id": "c1", "locationId": "loc1"}, "contact", "c1", "loc1"),
        ({"type": "UNINSTALL", "appId": "app1", "companyId": "co1"}, "app", "app1", None),
        ({"type": "LocationUpdate", "id": "loc1", "companyId": "co1"}, "location", "loc1", "loc1"),
        (
            {"type": "AppointmentCreate", "locationId": "loc1", "appointment": {"id": "a1"}},
            "appointment",
            "a1",
            "loc1",
        ),
        ({"type": "OrderCreate", "data": {"_id": "o1", "locationId": "loc1"}}, "order", "o1", "loc1"),
        # PriceUpdate's own samples carry the price's type where the event's should be.
        ({"type": "one_time", "_id": "p1", "locationId": "loc1"}, None, "p1", "loc1"),
        ({"_id": "i1", "altId": "loc1", "altType": "location"}, None, "i1", "loc1"),
        ({"type": "SomethingNew", "id": "x", "altId": "co1", "altType": "company"}, None, "x", None),
        ({"type": ["OrderCreate"], "id": "x"}, None, "x", None),
        ({}, None, None, None),
    ],
)
def test_only_a_known_event_name_decides_what_a_delivery_is_about(
    body: dict[str, object], kind: str | None, entity_id: str | None, location_id: str | None
) -> None:
    delivery = read(json.dumps(body).encode())
    assert (delivery.entity_kind, delivery.entity_id, delivery.location_id) == (kind, entity_id, location_id)
    assert (delivery.type is None) == (kind is None)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"OrderCreate"', b"\xff", b"null"])
def test_what_is_not_a_json_object_is_a_bad_record(raw: bytes) -> None:
    with pytest.raises(BadRecordError):
        read(raw)


def reference() -> Path:
    given = os.environ.get("ORDERBRIDGE_REFERENCE")
    return Path(given) if given else Path(__file__).parents[4] / "shared" / "reference"


def test_the_published_samples_can_be_read() -> None:
    folder = reference() / "ghl-webhook-examples"
    if not folder.is_dir():
        pytest.skip("needs the webhook samples: set ORDERBRIDGE_REFERENCE")
    named = 0
    for path in sorted(folder.glob("*.json")):
        raw = path.read_bytes()
        delivery = read(raw)
        sent = json.loads(raw).get("type")
        assert delivery.type == (sent if sent in KNOWN_EVENTS else None)
        if delivery.type and delivery.entity_kind not in ("message", "email_statistics"):
            named += 1
            assert delivery.entity_id, path.name
            assert delivery.location_id or delivery.company_id, path.name
    assert named > 20
