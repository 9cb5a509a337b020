"""The keys of the requests of the API and of their webhooks; `bot.storage.keys.families` lists them with the others."""

from functools import partial
from typing import Final

from bot.storage.keys.family import KeyFamily, RedisType

_string = partial(KeyFamily, type=RedisType.STRING)
_hash = partial(KeyFamily, type=RedisType.HASH)
_list = partial(KeyFamily, type=RedisType.LIST)
_sorted_set = partial(KeyFamily, type=RedisType.SORTED_SET)

_DAY: Final = 24 * 3600
IDEMPOTENCY_SECONDS: Final = _DAY
UNREAD_SECONDS: Final = 8 * _DAY  # for which a request waits for its turn
MOST_KEPT_SECONDS: Final = 366 * _DAY  # for which a client may have its documents kept
REQUEST_SECONDS: Final = UNREAD_SECONDS + MOST_KEPT_SECONDS + _DAY
PAGES_SECONDS: Final = 2 * _DAY
EVENT_SECONDS: Final = 2 * _DAY  # longer than a webhook is called in vain
KEPT: Final = "as long as the client has its documents kept once it has ended"

API_REQUEST: Final = _hash(
    pattern="ocrbot:api:request:{request_id}",
    seconds=REQUEST_SECONDS,
    lifetime=f"8 days until it is read, then {KEPT}",
    holds="A request: whose, which files, how far it has come, how it ended; 1 KB.",
    written_by="requests/acceptance, requests/course",
    if_deleted="The client is told that there is no such document; what waits is not read.",
)
API_TASK: Final = _string(
    pattern="ocrbot:api:task:{request_id}",
    seconds=UNREAD_SECONDS,
    lifetime="8 days, gone once it is read",
    holds="The task of a request that waits for its turn, as JSON; about 1 KB.",
    written_by="requests/acceptance",
    if_deleted="The request fails once it is its turn.",
)
API_UPLOAD: Final = _string(
    pattern="ocrbot:api:upload:{request_id}:{index}",
    seconds=UNREAD_SECONDS,
    lifetime="8 days, gone once it is read",
    holds="A file as a client sent it, at most 20 MB; with `OCRBOT_FILES__FOLDER` or `OCRBOT_FILES__BUCKET` 50 bytes "
    "that stand for it.",
    written_by="requests/acceptance",
    if_deleted="The request fails.",
)
API_LINE: Final = _sorted_set(
    pattern="ocrbot:api:line:{client}",
    seconds=UNREAD_SECONDS,
    holds="The ids of a client's requests that wait for their turn, in order of arrival.",
    written_by="requests/acceptance, requests/turns_of_clients",
    if_deleted="They are never read, and are forgotten after 8 days.",
)
API_TURNS: Final = _sorted_set(
    pattern="ocrbot:api:turns",
    seconds=UNREAD_SECONDS,
    holds="The clients that have requests waiting, in the order of their turns.",
    written_by="requests/acceptance, requests/turns_of_clients",
    if_deleted="Nothing of a client is read until it sends something more.",
)
API_BEGUN: Final = _sorted_set(
    pattern="ocrbot:api:begun",
    seconds=UNREAD_SECONDS,
    holds="The ids of the requests whose turn it is, scored by since when: they are among the open tasks.",
    written_by="requests/turns_of_clients",
    if_deleted="More of them are read at once; one whose task is lost in that moment is never ended.",
)
API_IDEMPOTENCY: Final = _string(
    pattern="ocrbot:api:key:{digest}",
    seconds=IDEMPOTENCY_SECONDS,
    holds="The request that was accepted under a client's Idempotency-Key, and a digest of what it asked.",
    written_by="requests/acceptance",
    if_deleted="The same request sent again is read again.",
)
API_INDEX: Final = _sorted_set(
    pattern="ocrbot:api:index:{client}:{facet}",
    seconds=REQUEST_SECONDS,
    holds="The ids of the requests of a client, or of all (`*`): all, of a state, with a prompt, with a reference.",
    written_by="requests/acceptance, requests/course",
    if_deleted="Lists of documents miss them.",
)
API_FORGET: Final = _sorted_set(
    pattern="ocrbot:api:forget",
    seconds=REQUEST_SECONDS,
    holds="The ids of the requests that have ended, scored by when they are forgotten.",
    written_by="requests/course",
    if_deleted="Lists of documents drop forgotten ones only when somebody looks.",
)
API_PICTURES: Final = _hash(
    pattern="ocrbot:api:pictures:{request_id}:{index}",
    seconds=REQUEST_SECONDS,
    lifetime="an hour longer than its request",
    holds="The pictures of the pages of a request's file, 20 of at most 400 KB, with the size to which boxes refer.",
    written_by="requests/beside",
    if_deleted="No picture is shown beside what was read.",
)
API_CORRECTIONS: Final = _list(
    pattern="ocrbot:api:corrections:{request_id}",
    seconds=REQUEST_SECONDS,
    lifetime="as long as its request",
    holds="The corrections of a request's values: who, when, before, after; 200 bytes each.",
    written_by="requests/beside",
    if_deleted="The corrections are lost.",
)
API_PAGES: Final = _string(
    pattern="ocrbot:api:pages:{client}:{date}",
    seconds=PAGES_SECONDS,
    holds="How many pages were read for a client on a day in China.",
    written_by="requests/course",
    if_deleted="The client may have more pages read that day.",
)

# -- webhooks

EVENT: Final = _hash(
    pattern="ocrbot:event:{event_id}",
    seconds=EVENT_SECONDS,
    lifetime="2 days after it was last started over",
    holds="An event for a client's server: which webhook, the body without any content, tries, whether it has ended.",
    written_by="jobs/webhook_events",
    if_deleted="If it is not delivered yet, the receiver does not hear of it; it finds the document by asking.",
)
DUE_EVENTS: Final = _sorted_set(
    pattern="ocrbot:events",
    seconds=EVENT_SECONDS,
    holds="The ids of events that are not delivered yet, scored by when their job counts as lost.",
    written_by="jobs/webhook_events",
    if_deleted="Events whose jobs are lost are not started over.",
)
GIVEN_UP_EVENTS: Final = _hash(
    pattern="ocrbot:events-given-up",
    seconds=EVENT_SECONDS,
    holds="By webhook how many events were given up that admins have not been told of, and what came back last.",
    written_by="jobs/webhook_events",
    if_deleted="Admins are not told of them; the log and the metrics have them.",
)

REQUEST_FAMILIES: Final = tuple(value for value in [*globals().values()] if isinstance(value, KeyFamily))
