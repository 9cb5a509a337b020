"""Files behind download codes and the signed addresses of the object store."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.lookalike.rest.access import Clock, Refusal

_ACCESS_KEY = "LOOKALIKE"


@dataclass(slots=True, kw_only=True)
class _Stored:
    data: bytes
    robot_code: str
    expires: float


class StoreRefusal(Exception):  # noqa: N818 - an answer of the object store, not an error of this program
    """A refusal of the object store; its body is XML."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def xml(self) -> str:
        """Return the body of the answer."""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n'
            f"  <Code>{self.code}</Code>\n  <Message>{self.message}</Message>\n"
            f"  <RequestId>{secrets.token_hex(12).upper()}</RequestId>\n</Error>\n"
        )


class FileStore:
    """Bytes by download code. Addresses are signed for a GET without Content-Type, as OSS does it."""

    def __init__(self, clock: Clock, code_life: float, address_life: float) -> None:
        self._clock = clock
        self._code_life = code_life
        self._address_life = address_life
        self._secret = secrets.token_bytes(32)
        self._by_code: dict[str, _Stored] = {}
        self._objects: dict[str, bytes] = {}

    def issue(self, data: bytes, robot_code: str) -> str:
        """Return a new download code for `data`, which `robot_code` may use."""
        code = secrets.token_urlsafe(48)
        self._by_code[code] = _Stored(data=data, robot_code=robot_code, expires=self._clock() + self._code_life)
        return code

    def expire(self, code: str | None = None) -> None:
        """Expire one code, or all codes."""
        for stored in self._by_code.values() if code is None else (self._by_code[code],):
            stored.expires = 0.0

    def address(self, code: str, robot_code: str) -> str:
        """Return path and query of a signed address; raises `Refusal` for an invalid code or another robot's."""
        stored = self._by_code.get(code)
        if stored is None or stored.expires <= self._clock():
            raise Refusal(400, "invalidParameter.robotCode.downloadCode", "downloadCode无效或已过期")
        if stored.robot_code != robot_code:
            raise Refusal(400, "invalidParameter.robotCode.auth", "downloadCode与robotCode不匹配")
        key = f"{secrets.token_hex(16)}.file"
        self._objects[key] = stored.data
        return self.sign(key, int(self._clock() + self._address_life))

    def sign(self, key: str, expires: int) -> str:
        """Return path and query for `key`, valid until `expires` in Unix seconds."""
        query = {"Expires": str(expires), "OSSAccessKeyId": _ACCESS_KEY, "Signature": self._signature(key, expires, "")}
        return f"/object/{key}?{urlencode(query)}"

    def fetch(self, key: str, query: Mapping[str, str], content_type: str) -> bytes:
        """Return the file; raises `StoreRefusal` for an expired address or a signature that does not fit."""
        expires = query.get("Expires", "")
        if not expires.isdigit() or "Signature" not in query or "OSSAccessKeyId" not in query:
            raise StoreRefusal(403, "AccessDenied", "Query-string authentication requires Signature and Expires.")
        if int(expires) <= self._clock():
            raise StoreRefusal(403, "AccessDenied", "Request has expired.")
        # OSS signs the Content-Type too, so a header that the signer did not know breaks the signature.
        if not hmac.compare_digest(query["Signature"], self._signature(key, int(expires), content_type)):
            reason = "The request signature we calculated does not match the signature you provided."
            raise StoreRefusal(403, "SignatureDoesNotMatch", reason)
        if key not in self._objects:
            raise StoreRefusal(404, "NoSuchKey", "The specified key does not exist.")
        return self._objects[key]

    def _signature(self, key: str, expires: int, content_type: str) -> str:
        signed = f"GET\n\n{content_type}\n{expires}\n/{key}".encode()
        return b64encode(hmac.new(self._secret, signed, hashlib.sha1).digest()).decode()
