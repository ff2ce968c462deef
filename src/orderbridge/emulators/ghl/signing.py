"""Signatures of webhooks: Ed25519 today, RSA-SHA256 as the older header."""

from __future__ import annotations

import base64
from functools import cached_property

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orderbridge.emulators.ghl.faults import GhlFaults


class WebhookSigner:
    """The twin's own keys, made for one world; HighLevel's real keys sign nothing here."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._stranger = Ed25519PrivateKey.generate()

    @cached_property
    def _rsa_key(self) -> rsa.RSAPrivateKey:
        # Made when first used: it takes a noticeable moment and is off by default.
        return rsa.generate_private_key(public_exponent=65_537, key_size=2048)

    @property
    def public_key_pem(self) -> str:
        """The Ed25519 key that a receiver is configured with."""
        return _pem(self._key.public_key())

    @property
    def rsa_public_key_pem(self) -> str:
        """The key of the older header."""
        return _pem(self._rsa_key.public_key())

    def headers(self, body: bytes, faults: GhlFaults, *, label: str) -> dict[str, str]:
        """Sign the bytes that are sent, as the switches say."""
        wrong = faults.take("webhook_wrong_signature", label)
        found: dict[str, str] = {}
        if faults["webhook_ed25519"] == "N/A":
            found["X-GHL-Signature"] = "N/A"
        elif faults["webhook_ed25519"] == "sign":
            signature = (self._stranger if wrong else self._key).sign(body)
            found["X-GHL-Signature"] = base64.b64encode(signature).decode()
        if faults["webhook_rsa"] == "N/A":
            found["X-WH-Signature"] = "N/A"
        elif faults["webhook_rsa"] == "sign":
            signed = body + b"!" if wrong else body
            signature = self._rsa_key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
            found["X-WH-Signature"] = base64.b64encode(signature).decode()
        return found


def _pem(key: object) -> str:
    raw: bytes = key.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return raw.decode()
