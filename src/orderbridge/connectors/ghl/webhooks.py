"""HighLevel webhooks: whether HighLevel sent them, and what they are about.

One key of HighLevel signs for all apps and customers, so a valid signature proves "HighLevel sent this to
somebody". The caller still checks that location, company and app are ours, and drops deliveries whose
``webhook_id`` it has seen: nothing but the body is signed, and it carries the only time.

Source: HighLevel API notes, sections 9.2 to 9.5.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from orderbridge.connectors.fields import child, instant, text
from orderbridge.connectors.ghl.events import KIND_OF_EVENT, KNOWN_EVENTS
from orderbridge.core import jsonio
from orderbridge.core.errors import BadRecordError, RejectedError, SetupError
from orderbridge.core.jsonio import JsonObject

SIGNATURE_HEADER = "X-GHL-Signature"
LEGACY_SIGNATURE_HEADER = "X-WH-Signature"

# As published by HighLevel; keys are settings, because a rotation is announced by mail only.
HIGHLEVEL_ED25519_PEM = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
-----END PUBLIC KEY-----
"""
HIGHLEVEL_RSA_PEM = """\
-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC
Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6
dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB
csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv
uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF
3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU
J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp
IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN
h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC
HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ
PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk
T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==
-----END PUBLIC KEY-----
"""


class SignatureError(RejectedError):
    """A delivery that HighLevel did not sign, or that changed on its way."""


@dataclass(frozen=True, slots=True)
class WebhookKeys:
    """Whose signatures are believed.

    Attributes:
        ed25519: Any of them may have signed; two during a rotation.
        rsa: For the legacy header; None refuses it, which is the default.
    """

    ed25519: tuple[Ed25519PublicKey, ...]
    rsa: RSAPublicKey | None = None

    @classmethod
    def from_pem(
        cls, ed25519_pems: Sequence[str] = (HIGHLEVEL_ED25519_PEM,), *, legacy_rsa_pem: str | None = None
    ) -> WebhookKeys:
        """Read public keys.

        Args:
            ed25519_pems: At least one; the default is HighLevel's published key.
            legacy_rsa_pem: Switches the legacy signature on; ``HIGHLEVEL_RSA_PEM`` is the published key.

        Raises:
            SetupError: A text is not such a key, or there is none: an endpoint without a key stays off.
        """
        if not ed25519_pems:
            raise SetupError("no webhook key is configured, so webhooks stay off", cause="ghl.webhook_key")
        rsa = None if legacy_rsa_pem is None else _rsa(legacy_rsa_pem)
        return cls(tuple(_ed25519(pem) for pem in ed25519_pems), rsa)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a webhook says; the record is read afresh before anything is done.

    Attributes:
        type: A known event name, or None: such a delivery is kept and left to polling.
        webhook_id: The same on every repeat of one delivery; None where HighLevel sent none.
        entity_kind: ``order``, ``contact``, ``invoice`` …; None with an unknown ``type``.
        entity_id: Of the record; None where the body does not say.
    """

    type: str | None
    webhook_id: str | None
    location_id: str | None
    company_id: str | None
    app_id: str | None
    timestamp: datetime | None
    entity_kind: str | None
    entity_id: str | None
    body: JsonObject


def verify(raw: bytes, headers: Mapping[str, str], keys: WebhookKeys) -> None:
    """Check that HighLevel signed exactly ``raw``, the bytes as received.

    The legacy signature counts only where it is switched on and the current one is absent: a failure of
    the stronger one is never made good by the weaker.

    Raises:
        SignatureError: It did not.
    """
    signature = _header(headers, SIGNATURE_HEADER)
    if signature is not None:
        value = _decoded(signature)
        for key in keys.ed25519:
            try:
                key.verify(value, raw)
            except InvalidSignature:
                continue
            return
        raise SignatureError(
            "a webhook's signature is wrong: it is not from HighLevel, was changed on its way, or "
            "HighLevel's key has changed; compare the configured key with the published one",
            cause="ghl.signature_wrong",
        )
    legacy = _header(headers, LEGACY_SIGNATURE_HEADER)
    if legacy is not None and keys.rsa is not None:
        try:
            keys.rsa.verify(_decoded(legacy), raw, PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise SignatureError(
                "a webhook's legacy signature is wrong: it is not from HighLevel or was changed on its way",
                cause="ghl.signature_wrong",
            ) from error
        return
    raise SignatureError(
        "a webhook carries no signature that is accepted here"
        + (" (only the legacy one, which is switched off)" if legacy is not None else ""),
        cause="ghl.signature_missing",
    )


def read(raw: bytes) -> Delivery:
    """Read a delivery whose signature was verified.

    ``type`` is believed only when it is a known event name: samples of PriceUpdate carry the price's own
    type in it, and those of invoices carry none.

    Raises:
        BadRecordError: Not a JSON object.
    """
    try:
        body = jsonio.decode(raw)
    except ValueError as error:
        raise BadRecordError("a webhook's body is not JSON", cause="ghl.webhook_not_json") from error
    if not isinstance(body, dict):
        raise BadRecordError("a webhook's body is not a JSON object", cause="ghl.webhook_not_json")
    inner = child(body, "data")
    # One published sample nests the record in "data"; the fields are then looked up there too.
    merged = inner | body if inner else body
    name = text(body, "type")
    event = name if name in KNOWN_EVENTS else None
    kind = KIND_OF_EVENT.get(event) if event else None
    return Delivery(
        type=event,
        webhook_id=text(body, "webhookId"),
        location_id=_location(merged, event),
        company_id=text(merged, "companyId"),
        app_id=text(body, "appId"),
        timestamp=instant(body.get("timestamp")),
        entity_kind=kind,
        entity_id=_entity_id(merged, kind),
        body=body,
    )


def shape_of(body: JsonObject) -> tuple[str, str] | None:
    """Return kind and id of the record that a body without an event's name is about, None where it is not clear.

    Bodies of invoices, products and prices were seen without one. What happened stays open; the record is read.
    """
    identity = text(body, "_id")
    if identity is None:
        return None
    if "invoiceNumber" in body and "contactDetails" in body:
        return "invoice", identity
    if "product" in body and "currency" in body and "amount" in body:
        return "price", identity
    return ("product", identity) if "productType" in body else None


def _location(body: JsonObject, event: str | None) -> str | None:
    location = text(body, "locationId")
    if location is None and body.get("altType") in (None, "location"):
        location = text(body, "altId")
    if location is None and event in ("LocationCreate", "LocationUpdate"):
        location = text(body, "id")
    return location


def _entity_id(body: JsonObject, kind: str | None) -> str | None:
    if kind == "app":
        return text(body, "appId")
    return text(child(body, kind), "id") if kind == "appointment" else text(body, "_id", "id")


def _header(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    if value is None:
        # Frameworks hand headers over in either case, in mappings that may or may not tell them apart.
        value = headers.get(name.lower())
    # HighLevel writes N/A for a signature it did not make.
    return None if value is None or value.strip() in ("", "N/A") else value.strip()


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError("a webhook's signature is not base64", cause="ghl.signature_wrong") from error


def _ed25519(pem: str) -> Ed25519PublicKey:
    key = _public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise SetupError(
            "the webhook key is not an Ed25519 public key; use the one that HighLevel publishes for "
            f"{SIGNATURE_HEADER}",
            cause="ghl.webhook_key",
        )
    return key


def _rsa(pem: str) -> RSAPublicKey:
    key = _public_key(pem)
    if not isinstance(key, RSAPublicKey):
        raise SetupError("the legacy webhook key is not an RSA public key", cause="ghl.webhook_key")
    return key


def _public_key(pem: str) -> object:
    try:
        return load_pem_public_key(pem.encode())
    except ValueError as error:
        raise SetupError(
            "the webhook key cannot be read; it must be a public key in PEM form", cause="ghl.webhook_key"
        ) from error
