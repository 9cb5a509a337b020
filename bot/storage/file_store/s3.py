"""The objects of a bucket of an S3-compatible store. Only imported where the settings name a bucket."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from bot.storage.file_store.bucket import ObjectsAwayError, ObjectsRefusedError

if TYPE_CHECKING:
    from obstore.store import S3Config

_CONNECT_SECONDS, _CALL_SECONDS = 5, 20  # a file has 20 MB at most
_MOST_SECONDS: Final = timedelta(seconds=30)  # of a call with its tries
_TRIES: Final = 2  # further ones
_MOST_SHOWN: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    """Where the bucket is and who writes to it; without `endpoint` it is at Amazon's, in `region`."""

    bucket: str
    endpoint: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)


class S3Objects:
    """`Objects` of a bucket, which is connected to at the first call. A process that has called it may not fork."""

    def __init__(self, place: S3Place) -> None:
        self._place = place
        self._store: S3Store | None = None

    def put(self, name: str, data: bytes) -> None:
        """Write an object in one request."""
        with _told(missing=ObjectsRefusedError):
            obstore.put(self._connected(), name, data, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        """Return an object's bytes; None if it or the bucket is not there."""
        try:
            with _told(missing=FileNotFoundError):
                return bytes(obstore.get(self._connected(), name).bytes())
        except FileNotFoundError:
            return None

    def delete(self, names: Sequence[str]) -> None:
        """Delete those that are there, in one request."""
        with _told(missing=ObjectsRefusedError):
            obstore.delete(self._connected(), [*names])

    def _connected(self) -> S3Store:
        if self._store is None:
            self._store = _store(self._place)
        return self._store


def _store(place: S3Place) -> S3Store:
    config: S3Config = {"region": place.region or "us-east-1", "virtual_hosted_style_request": not place.endpoint}
    if place.endpoint:
        config["endpoint"] = place.endpoint
    if place.access_key:
        config["access_key_id"], config["secret_access_key"] = place.access_key, place.secret_key
    return S3Store(
        place.bucket,
        config=config,
        client_options={
            "allow_http": place.endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
            "timeout": timedelta(seconds=_CALL_SECONDS),
        },
        retry_config={"max_retries": _TRIES, "retry_timeout": _MOST_SECONDS},
    )


@contextmanager
def _told(*, missing: type[Exception]) -> Iterator[None]:
    """Translate obstore's errors, whose words may be many lines."""
    try:
        yield
    except FileNotFoundError as error:
        raise missing(_shown(error)) from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise ObjectsRefusedError(_shown(error)) from error
    except (BaseError, OSError) as error:
        raise ObjectsAwayError(_shown(error)) from error


def _shown(error: Exception) -> str:
    return " ".join(str(error).partition("Debug source")[0].split())[:_MOST_SHOWN]
