"""The events that clients' servers are told of: each stays here until it is delivered or given up.

The hash of an event holds `client`, `webhook`, `body` (what is sent), `since` (Unix seconds), `generation` (how often
it was started over), `tries`, and `end` once it has ended. Its job does the calls and puts itself off between them; the
list of those due finds the events whose job was lost. A secret or a URL is never here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from bot.domain.requests.record import RequestState
from bot.domain.webhooks.event import WebhookEvent, event_id
from bot.storage import scripts
from bot.storage.requests.request_keys import API_REQUEST, DUE_EVENTS, EVENT, EVENT_SECONDS, GIVEN_UP_EVENTS

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import Pipeline

LOST_SECONDS: Final = 180.0  # beyond its time after which a job counts as lost: a call may take two minutes
_SAID: Final = "said "  # before the name of a webhook: the field with what came back last
_NAMES: Final = "client", "webhook", "body", "since", "generation", "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEvent:
    """An event that is not delivered yet; `since` is when it was enqueued, in Unix seconds."""

    id: str
    client: str
    webhook: str
    body: bytes
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """How many events of a webhook were given up, and what came back last."""

    client: str
    webhook: str
    events: int
    said: str


class WebhookEvents:
    """The events of webhooks. Every method is a round trip or two."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._add = scripts.load(redis, "add_event")
        self._count = scripts.load(redis, "count_in_event")
        self._end = scripts.load(redis, "end_event")
        self._take_due = scripts.load(redis, "take_due")

    def add(self, event: WebhookEvent, *, now: float, client: "Pipeline | None" = None) -> bool:
        """Store an event; the same event twice changes nothing. Once this returns, it is not lost with a job.

        Return whether it is there: not if its request was deleted, or has not ended so. In a pipeline, `client`, that
        is its answer.
        """
        return bool(
            self._add(
                keys=[API_REQUEST.key(event.request), EVENT.key(event.id), DUE_EVENTS.key()],
                args=[
                    *(event.id, event.status.value, event.client, event.webhook, event.body()),
                    *(now, now + LOST_SECONDS, EVENT_SECONDS),
                ],
                client=client,
            )
        )

    def pending(self, event_id: str, generation: int) -> PendingEvent | None:
        """Return an event for the job of this generation; None if it has ended, is gone, or was started over since."""
        found = cast("list[bytes | None]", self._redis.hmget(EVENT.key(event_id), _NAMES))
        client, webhook, body, since, now_at, end = found
        if client is None or webhook is None or body is None or end is not None or int(now_at or 0) != generation:
            return None
        return PendingEvent(
            id=event_id, client=client.decode(), webhook=webhook.decode(), body=body, since=float(since or 0)
        )

    def count_try(self, event_id: str) -> int:
        """Count a call that failed; return how many have, 0 if the event is gone."""
        return int(self._count(keys=[EVENT.key(event_id)], args=["tries", EVENT_SECONDS]))

    def expect(self, event_id: str, *, by: float) -> None:
        """Note that the job of an event is put off until `by`: only long after that it counts as lost."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(DUE_EVENTS.key(), {event_id: by + LOST_SECONDS}, xx=True)
            pipe.expire(DUE_EVENTS.key(), EVENT_SECONDS)
            pipe.execute()

    def delivered(self, event_id: str) -> None:
        """Note that an event has arrived."""
        self._ended(event_id, "delivered")

    def give_up(self, event: PendingEvent, said: str) -> None:
        """Note that an event is not sent any more, for the admins too; `said` is what came back last."""
        if not self._redis.exists(EVENT.key(event.id)):
            return
        name = f"{event.client}/{event.webhook}"
        with self._redis.pipeline(transaction=True) as pipe:
            self._ended(event.id, "given up", pipe)
            pipe.hincrby(GIVEN_UP_EVENTS.key(), name, 1)
            pipe.hset(GIVEN_UP_EVENTS.key(), _SAID + name, said)
            pipe.expire(GIVEN_UP_EVENTS.key(), EVENT_SECONDS)
            pipe.execute()

    def _ended(self, event_id: str, how: str, client: "Pipeline | None" = None) -> None:
        """Note how an event has ended, if it is known."""
        keys = [EVENT.key(event_id), DUE_EVENTS.key()]
        self._end(keys=keys, args=[event_id, how, EVENT_SECONDS], client=client)

    def forget(self, request: str) -> None:
        """Forget the events of a request that is deleted."""
        ids = [event_id(request, state) for state in RequestState if state.has_ended]
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(*(EVENT.key(event_id) for event_id in ids))
            pipe.zrem(DUE_EVENTS.key(), *ids)
            pipe.execute()

    # -- for who watches over them

    def take_lost(self, *, now: float, limit: int = 100) -> list[tuple[str, int]]:
        """Take the events that nothing works on any more: the id of each, and how often it was started over with this.

        Each is taken again later, unless it ends or is put off.
        """
        answer = self._take_due(keys=[DUE_EVENTS.key()], args=[now, now + LOST_SECONDS, limit])
        ids = [event_id.decode() for event_id in cast("tuple[list[bytes], int]", answer)[0]]
        if not ids:
            return []
        with self._redis.pipeline(transaction=True) as pipe:
            for event_id in ids:
                pipe.hexists(EVENT.key(event_id), "end")
                self._count(keys=[EVENT.key(event_id)], args=["generation", EVENT_SECONDS], client=pipe)
            looks = pipe.execute()
        found = list(zip(ids, looks[::2], looks[1::2], strict=True))
        if gone := [event_id for event_id, ended, generation in found if ended or not generation]:
            self._redis.zrem(DUE_EVENTS.key(), *gone)
        return [(event_id, int(generation)) for event_id, ended, generation in found if generation and not ended]

    def given_up(self) -> list[GivenUp]:
        """Return what admins have not been told of yet."""
        found = cast("dict[bytes, bytes]", self._redis.hgetall(GIVEN_UP_EVENTS.key()))
        fields = {name.decode(errors="replace"): value.decode(errors="replace") for name, value in found.items()}
        counts = {name: value for name, value in fields.items() if not name.startswith(_SAID)}
        return [
            GivenUp(
                client=name.partition("/")[0],
                webhook=name.partition("/")[2],
                events=int(count),
                said=fields.get(_SAID + name, ""),
            )
            for name, count in counts.items()
        ]

    def told(self, given_up: GivenUp) -> None:
        """Note that admins have been told of a webhook."""
        name = f"{given_up.client}/{given_up.webhook}"
        self._redis.hdel(GIVEN_UP_EVENTS.key(), name, _SAID + name)
