"""Signing webhook calls as the Standard Webhooks specification says, version 1 (symmetric).

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

PREFIX: Final = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64  # of a secret, by the specification


def signing_headers(secrets: str, event_id: str, body: bytes, *, at: int) -> Mapping[str, str]:
    """Return the headers that show who sent a body at `at`, in Unix seconds.

    Of several `secrets`, separated by spaces, each signs, so that a receiver can change from one to the next. Raises
    `ValueError` if one is none.
    """
    signed = f"{event_id}.{at}.".encode() + body
    signatures = [f"v1,{_signature(secret_bytes(secret), signed)}" for secret in secrets.split()]
    if not signatures:
        raise ValueError("a webhook has no secret to sign with")
    return {"webhook-id": event_id, "webhook-timestamp": str(at), "webhook-signature": " ".join(signatures)}


def secret_bytes(secret: str) -> bytes:
    """Return the key that a secret `whsec_…` stands for; raises `ValueError`, which says nothing of the secret."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"a webhook's secret begins with {PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"after {PREFIX} a webhook's secret is base64") from None
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(f"a webhook's secret has {_LEAST_BYTES} to {_MOST_BYTES} bytes, this one {len(key)}")
    return key


def secret_of(key: bytes) -> str:
    """Return the secret `whsec_…` that stands for a key."""
    return PREFIX + base64.b64encode(key).decode()


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
