"""What is kept beside a request: pictures of its pages, and corrections of its values."""

from typing import Final, cast

from redis import Redis

from bot.domain import wire
from bot.domain.requests.correction import FieldCorrection
from bot.domain.requests.page_picture import PagePicture
from bot.storage import scripts
from bot.storage.keys.tasks import OPEN_SECONDS
from bot.storage.requests.request_keys import API_CORRECTIONS, API_PICTURES, API_REQUEST

_AS_LONG: Final = 0
_HEAD: Final = ":head"  # behind the number of a page: what is known of its picture


class BesideRequests:
    """The pictures and corrections of requests. Nothing is kept beside a request that was deleted."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._keep = scripts.load(redis, "keep_beside_request")

    def put_picture(self, request_id: str, index: int, page: int, picture: PagePicture, *, keep_seconds: int) -> None:
        """Keep the picture of a page, from 0, of a file; it is not needed longer than so many seconds from the end."""
        head = f"{picture.media_type} {picture.width} {picture.height}"
        keys = [API_REQUEST.key(request_id), API_PICTURES.key(request_id, index)]
        self._keep(keys=keys, args=[OPEN_SECONDS + keep_seconds, f"{page}", picture.data, f"{page}{_HEAD}", head])

    def picture(self, request_id: str, index: int, page: int) -> PagePicture | None:
        """Return the picture of a page, from 0, of a file; None if there is none."""
        fields = [f"{page}", f"{page}{_HEAD}"]
        kept = cast("list[bytes | None]", self._redis.hmget(API_PICTURES.key(request_id, index), fields))
        data, head = kept
        if data is None or head is None:
            return None
        media_type, width, height = head.decode().split()
        return PagePicture(data=data, media_type=media_type, width=int(width), height=int(height))

    def picture_sizes(self, request_id: str, index: int) -> dict[int, tuple[int, int]]:
        """Return the size to which boxes refer of each page of a file that has a picture; pages count from 0."""
        key = API_PICTURES.key(request_id, index)
        names = [one.decode() for one in cast("list[bytes]", self._redis.hkeys(key))]
        heads = sorted(int(name.removesuffix(_HEAD)) for name in names if name.endswith(_HEAD))
        if not heads:
            return {}
        kept = cast("list[bytes | None]", self._redis.hmget(key, [f"{page}{_HEAD}" for page in heads]))
        sizes = {page: head.decode().split()[1:] for page, head in zip(heads, kept, strict=True) if head is not None}
        return {page: (int(width), int(height)) for page, (width, height) in sizes.items()}

    def correct(self, request_id: str, correction: FieldCorrection) -> bool:
        """Add a correction; return False if there is no such request."""
        keys = [API_REQUEST.key(request_id), API_CORRECTIONS.key(request_id)]
        return bool(self._keep(keys=keys, args=[_AS_LONG, wire.encode(correction)]))

    def corrections(self, request_id: str) -> tuple[FieldCorrection, ...]:
        """Return a request's corrections, the earliest first."""
        kept = cast("list[bytes]", self._redis.lrange(API_CORRECTIONS.key(request_id), 0, -1))
        return tuple(wire.decode(FieldCorrection, one) for one in kept)
