"""The keys of trials and receipts, of the counts, and of what all processes share."""

from functools import partial
from typing import Final

from bot.storage.keys.family import KeyFamily, RedisType
from bot.storage.keys.tasks import OPEN_SECONDS

_string = partial(KeyFamily, type=RedisType.STRING)
_hash = partial(KeyFamily, type=RedisType.HASH)
_list = partial(KeyFamily, type=RedisType.LIST)
_sorted_set = partial(KeyFamily, type=RedisType.SORTED_SET)

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600

READING_TIMES_SECONDS: Final = _HOUR
REFUSED_SECONDS: Final = 10 * _MINUTE
LOGGED_SECONDS: Final = _DAY
MONTH_SECONDS: Final = 32 * _DAY
LAST_FRAME_SECONDS: Final = _DAY
REPLICATED_SECONDS: Final = 60
TRIAL_SECONDS: Final = 2 * _HOUR
DAY_SECONDS: Final = 10 * _DAY
SESSION_SECONDS: Final = 12 * _HOUR

# -- trials of prompts on the page

TRIAL_ANSWERS: Final = _string(
    pattern="ocrbot:trial:{file}",
    seconds=TRIAL_SECONDS,
    holds="What the engine answered about a file that an admin tried a prompt on, as JSON; a few KB a page.",
    written_by="trials/answers",
    if_deleted="The page shows the fields of that trial, and not what the engine answered.",
)
EXAMPLE_RUN: Final = _string(
    pattern="ocrbot:examples:{run}",
    seconds=TRIAL_SECONDS,
    holds="A run of the prompts' examples: the ids of the requests that read them; about 300 bytes an example.",
    written_by="trials/example_runs",
    if_deleted="The page forgets the run: the examples have to be read again.",
)

# -- receipts

DUE_RECEIPTS: Final = _sorted_set(
    pattern="ocrbot:notices",
    seconds=OPEN_SECONDS,
    holds="The ids of tasks whose receipt is to be given or ended, scored by when to check them.",
    written_by="receipts, ledger",
    if_deleted="Open tasks get no receipt; reactions and the cards of cancelled tasks are not ended.",
)
RECEIPT: Final = _hash(
    pattern="ocrbot:note:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The receipt that a task was given, the next and the final text of its card, how often calls for it failed.",
    written_by="receipts",
    if_deleted="The task may get a second receipt, and a card that is shown is not ended.",
)
READING_SECONDS: Final = _list(
    pattern="ocrbot:pace:{engine}",
    seconds=READING_TIMES_SECONDS,
    holds="How many seconds an engine took for a page: 50 of its latest files, one a second at most.",
    written_by="receipts",
    if_deleted="Receipts give no waiting time until the next file has been read.",
    colons=("engine",),
)
REFUSED_RECEIPTS: Final = _string(
    pattern="ocrbot:refused:{mode}",
    seconds=REFUSED_SECONDS,
    holds="A mark that DingTalk refuses cards, reactions or the streaming of cards, which are not tried meanwhile.",
    written_by="receipts",
    if_deleted="They are tried again with the next receipt.",
)
REFUSAL_LOGGED: Final = _string(
    pattern="ocrbot:told:{mode}",
    seconds=LOGGED_SECONDS,
    holds="A mark that the refusal has been logged today.",
    written_by="receipts",
    if_deleted="It is logged again.",
)
CARD_CALLS: Final = _string(
    pattern="ocrbot:calls:{month}",
    seconds=MONTH_SECONDS,
    holds="How many API calls cards have used in a month.",
    written_by="receipts",
    if_deleted="The count starts again at 0: cards may use more calls than the organisation allows.",
)

# -- counts, and what all processes share

DAY: Final = _hash(
    pattern="ocrbot:day:{date}",
    seconds=DAY_SECONDS,
    holds="The counts of a day in China: messages, answers, kinds, failures, seconds.",
    written_by="ledger",
    if_deleted="The command 统计 misses that day.",
)
REFUSED_JOBS: Final = _string(
    pattern="ocrbot:refused-jobs",
    seconds=MONTH_SECONDS,
    lifetime="32 days after the last one",
    holds="How many jobs workers have refused because they were not signed with a key of this deployment.",
    written_by="jobs/upkeep",
    if_deleted="The metric `ocrbot_refused_jobs` starts again at 0.",
)
TOKEN: Final = _string(
    pattern="ocrbot:token:{client_id}",
    seconds=2 * _HOUR,
    lifetime="as DingTalk says: 2 hours",
    holds="The app's access token for DingTalk, a secret.",
    written_by="dingtalk_notes",
    if_deleted="The next call fetches a new token.",
)
LAST_FRAME: Final = _string(
    pattern="ocrbot:last-frame",
    seconds=LAST_FRAME_SECONDS,
    holds="When the last frame came from DingTalk, in Unix seconds; at most a minute behind.",
    written_by="dingtalk_notes",
    if_deleted="`ocrbot doctor` cannot say it until the next frame.",
)
FILES_IN_BUCKET: Final = _sorted_set(
    pattern="ocrbot:bucket",
    seconds=None,
    lifetime="none; an entry goes with its file",
    holds="With `OCRBOT_FILES__BUCKET` the names of all files there, scored by when each is to be deleted; about 100 "
    "bytes a file.",
    written_by="file_store/bucket",
    if_deleted="What is in the bucket stays there until the bucket's own life-cycle rule deletes it.",
)
REPLICATED: Final = _string(
    pattern="ocrbot:replicated",
    seconds=REPLICATED_SECONDS,
    holds="Nothing: it is the last write before the bot waits for replicas.",
    written_by="replicas/waiting",
    if_deleted="Nothing.",
)
BUDGET: Final = _sorted_set(
    pattern="ocrbot:budget:{name}",
    seconds=62,
    lifetime="the budget's window, 62 s at most",
    holds="The times of the latest calls that count towards one of DingTalk's limits (an API, a webhook, a "
    "conversation, a card).",
    written_by="budgets",
    if_deleted="DingTalk may refuse calls for a minute; they are tried again.",
    colons=("name",),
)
API_RATE: Final = _string(
    pattern="ocrbot:api:rate:{client}:{policy}",
    seconds=_DAY,
    lifetime="the window of the policy, 1 minute",
    holds="How many requests (`requests`) or pages (`pages`) a client of the API has taken in this window.",
    written_by="requests/rates",
    if_deleted="The window begins anew.",
)
ENGINE_NOTE: Final = _string(
    pattern="ocrbot:board:{note}",
    seconds=_DAY,
    lifetime="3 s to 1 day, depending on the note",
    holds="What the workers know of an engine: model, start time, proof, failures, how many pages it is reading.",
    written_by="engine_notes",
    if_deleted="The engine is asked or proven again.",
    colons=("note",),
)

SESSION: Final = _string(
    pattern="ocrbot:session:{digest}",
    seconds=SESSION_SECONDS + 1,
    lifetime="12 hours after its last use, 7 days at most",
    holds="Who is signed in on the page: the client, and the person if DingTalk said who it is. It holds no token.",
    written_by="page/sessions",
    if_deleted="That person signs in again.",
)
