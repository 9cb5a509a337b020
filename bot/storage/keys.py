"""Every key in Redis, declared once. `docs/redis.md` is made of this: see `bot.storage.keys_table`."""

from functools import partial
from typing import Final

from bot.storage.key_family import KeyFamily, RedisType
from bot.storage.rq_keys import RQ_FAMILIES

_string = partial(KeyFamily, type=RedisType.STRING)
_hash = partial(KeyFamily, type=RedisType.HASH)
_list = partial(KeyFamily, type=RedisType.LIST)
_set = partial(KeyFamily, type=RedisType.SET)
_sorted_set = partial(KeyFamily, type=RedisType.SORTED_SET)

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600

OPEN_SECONDS: Final = 26 * _HOUR  # longer than any task is tried for
FILE_SECONDS: Final = _HOUR
RESULT_SECONDS: Final = _HOUR
POSTED_SECONDS: Final = _DAY
CONFIRMED_SECONDS: Final = 365 * _DAY
PACE_SECONDS: Final = _HOUR
REFUSED_SECONDS: Final = 10 * _MINUTE
LOGGED_SECONDS: Final = _DAY
MONTH_SECONDS: Final = 32 * _DAY
DAY_SECONDS: Final = 10 * _DAY
_MOST_REMEMBERED: Final = 60 * _MINUTE  # the highest `remember_minutes` that an organisation file may set
_REMEMBERED: Final = "`remember_minutes` of the organisation, 10 minutes by default"

# -- open tasks

CLAIM: Final = _string(
    pattern="ocrbot:claim:{task_id}",
    seconds=OPEN_SECONDS,
    holds="That a message was taken: what drops its redeliveries.",
    written_by="ledger",
    if_deleted="The message is answered a second time if DingTalk delivers it again.",
)
TASK: Final = _string(
    pattern="ocrbot:task:{task_id}",
    seconds=OPEN_SECONDS,
    holds="An open task as JSON: who asked, where the answer goes, the prompts; some KB.",
    written_by="ledger, unpacking",
    if_deleted="The message gets no answer; the log says `task given up`.",
)
LEDGER: Final = _sorted_set(
    pattern="ocrbot:ledger",
    seconds=None,
    lifetime="none: each id goes with its task",
    holds="The ids of all open tasks, by when the sweeper looks at them next.",
    written_by="ledger",
    if_deleted="Open tasks whose process dies are not started over, and the day's counts miss them.",
)
WAITING: Final = _sorted_set(
    pattern="ocrbot:line",
    seconds=OPEN_SECONDS,
    holds="The ids of open tasks with something to read, by when they came: how many are ahead of one.",
    written_by="ledger",
    if_deleted="Receipts and 状态 do not say how many tasks are ahead of those that are open.",
)
OPEN_OF_PERSON: Final = _sorted_set(
    pattern="ocrbot:mine:{person}",
    seconds=OPEN_SECONDS,
    holds="The ids of a person's open tasks, by when they came.",
    written_by="ledger",
    if_deleted="The commands 状态 and 取消 do not find the person's open tasks.",
    colons=("person",),
)
PROGRESS: Final = _hash(
    pattern="ocrbot:progress:{task_id}",
    seconds=OPEN_SECONDS,
    holds="How often a task was started over, and how many parts of its answer were begun and sent.",
    written_by="progress",
    if_deleted="What was sent of an unfinished answer is sent again.",
)
LEASE: Final = _string(
    pattern="ocrbot:lease:{name}",
    seconds=_MINUTE,
    lifetime="15 s, prolonged while the holder works",
    holds="Who alone may send an answer (`reply:`), give a receipt (`notice:`), sweep, or prove an engine (`engine:`).",
    written_by="leases",
    if_deleted="A second process may begin the same: an answer or a receipt may come twice.",
    colons=("name",),
)
CANCELLED: Final = _set(
    pattern="ocrbot:cancelled:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The ids of the tasks that a command has cancelled.",
    written_by="ledger",
    if_deleted="A 取消 that is being answered reports too few.",
)

# -- the order of answers in a conversation

ORDER_OF_TASK: Final = _string(
    pattern="ocrbot:turn:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The conversation in whose order of answers a task has a place.",
    written_by="ledger, answer_order",
    if_deleted="The answer waits for no earlier one; those after it wait up to 20 s longer.",
)
ANSWER_ORDER: Final = _sorted_set(
    pattern="ocrbot:order:{conversation}",
    seconds=OPEN_SECONDS,
    holds="The ids of the tasks with a place in a conversation's order of answers, by when they were taken.",
    written_by="ledger, answer_order",
    if_deleted="Answers that wait for an earlier one are sent up to 15 s late, and may come out of order.",
    colons=("conversation",),
)
READY_ANSWERS: Final = _sorted_set(
    pattern="ocrbot:ready:{conversation}",
    seconds=OPEN_SECONDS,
    holds="Those of them whose answer waits for an earlier one, by since when.",
    written_by="answer_order",
    if_deleted="Answers that wait for an earlier one are sent up to 15 s late.",
    colons=("conversation",),
)

# -- files and what was read

FILE: Final = _string(
    pattern="ocrbot:file:{task_id}:{index}",
    seconds=FILE_SECONDS,
    lifetime=f"1 hour until it is read, then {_REMEMBERED}",
    holds="The bytes of a file, at most 20 MB.",
    written_by="files_and_outcomes, earlier_tasks, unpacking",
    if_deleted="Until it is read: the person is asked to post the file again. Then: see `ocrbot:past:{task_id}`.",
)
OUTCOME: Final = _string(
    pattern="ocrbot:outcome:{task_id}:{index}",
    seconds=OPEN_SECONDS,
    lifetime=f"26 hours while the task is open, then {_REMEMBERED}",
    holds="What was read of a file, or why nothing was, as JSON; some KB a page.",
    written_by="files_and_outcomes, unpacking",
    if_deleted="The answer says that reading this file was interrupted.",
)
UNPACKED: Final = _string(
    pattern="ocrbot:unpacked:{task_id}:{index}:{member}",
    seconds=FILE_SECONDS,
    lifetime="1 hour, usually less than a second",
    holds="The bytes of a file of the archive at `index`, until it takes the archive's place.",
    written_by="unpacking",
    if_deleted="The person is asked to post the file again.",
)
RESULT: Final = _string(
    pattern="ocrbot:result:{digest}",
    seconds=RESULT_SECONDS,
    holds="A document that was read, for the same bytes with the same prompts and engine; some KB a page.",
    written_by="results",
    if_deleted="The same file is read again.",
)

# -- earlier tasks, for questions about them

EARLIER_TASK: Final = _string(
    pattern="ocrbot:past:{task_id}",
    seconds=_MOST_REMEMBERED,
    lifetime=_REMEMBERED,
    holds="An answered task as JSON; its files and outcomes stay as long.",
    written_by="ledger",
    if_deleted="A question about it downloads and reads the files again.",
)
POSTED: Final = _hash(
    pattern="ocrbot:posted:{task_id}",
    seconds=POSTED_SECONDS,
    holds="The conversation, person and download codes of what a message brought, or which task a question was about.",
    written_by="ledger",
    if_deleted="A question about the message is answered with the request to post the file again.",
)
REFERRED_TO: Final = _string(
    pattern="ocrbot:means:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The id of the task that an open question is about.",
    written_by="ledger",
    if_deleted="An open question has its files downloaded and read again; a 取消 that quotes cancels nothing.",
)
LATEST_OF_PERSON: Final = _string(
    pattern="ocrbot:last:{conversation}:{person}",
    seconds=_MOST_REMEMBERED,
    lifetime=_REMEMBERED,
    holds="The id of the task that a person's next question in this conversation is about.",
    written_by="ledger",
    if_deleted="The person has to quote what the next question is about.",
    colons=("person",),
)
LATEST_ABOUT: Final = _string(
    pattern="ocrbot:about:{task_id}",
    seconds=POSTED_SECONDS,
    holds="The id of the last task about a message, by the id that the message's own task would have.",
    written_by="ledger",
    if_deleted="Quoting that message, which had no file of its own, leads nowhere.",
)
SENT: Final = _string(
    pattern="ocrbot:sent:{query_key}",
    seconds=POSTED_SECONDS,
    holds="The id of the task that a card or a proactive message of the bot's belongs to.",
    written_by="earlier_tasks",
    if_deleted="Quoting that message of the bot's leads nowhere.",
    colons=("query_key",),
)
FIRST_POSTING: Final = _hash(
    pattern="ocrbot:first:{digest}",
    seconds=CONFIRMED_SECONDS,
    lifetime="26 hours, a year from the moment the answer was sent",
    holds="By whom and when an invoice was posted first, by a digest of its number; about 300 bytes.",
    written_by="first_postings",
    if_deleted="The next posting of the invoice counts as its first: no warning of a duplicate.",
)
CLAIMED_INVOICES: Final = _hash(
    pattern="ocrbot:seen:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The first postings (the keys above) that an open task claims, with its files' indexes.",
    written_by="first_postings",
    if_deleted="Once the task is answered, the next posting of these invoices counts as their first.",
)

# -- receipts

DUE_RECEIPTS: Final = _sorted_set(
    pattern="ocrbot:notices",
    seconds=OPEN_SECONDS,
    holds="The ids of tasks that may need a receipt, or whose receipt is to be ended, by when to look at them.",
    written_by="receipts, ledger",
    if_deleted="Open tasks get no receipt; cards of cancelled tasks and reactions are not ended.",
)
RECEIPT: Final = _hash(
    pattern="ocrbot:note:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The receipt that a task was given, what its card shows at last, and how often a call for it failed.",
    written_by="receipts",
    if_deleted="The task may get a second receipt; a card that is shown stays without its end.",
)
READING_SECONDS: Final = _list(
    pattern="ocrbot:pace:{engine}",
    seconds=PACE_SECONDS,
    holds="How many seconds each of an engine's last 50 files took.",
    written_by="receipts",
    if_deleted="Receipts name no waiting time until the next file was read.",
    colons=("engine",),
)
REFUSED_RECEIPTS: Final = _string(
    pattern="ocrbot:refused:{mode}",
    seconds=REFUSED_SECONDS,
    holds="That DingTalk refuses cards, reactions, or streaming into cards: not tried meanwhile.",
    written_by="receipts",
    if_deleted="They are tried again with the next receipt.",
)
REFUSAL_LOGGED: Final = _string(
    pattern="ocrbot:told:{mode}",
    seconds=LOGGED_SECONDS,
    holds="That the log has said so today.",
    written_by="receipts",
    if_deleted="The log says so again.",
)
CARD_CALLS: Final = _string(
    pattern="ocrbot:calls:{month}",
    seconds=MONTH_SECONDS,
    holds="How many API calls cards used in a month.",
    written_by="receipts",
    if_deleted="The month's calls are counted from 0 again: cards may use more than the organisation allows.",
)

# -- counts, and what processes share

DAY: Final = _hash(
    pattern="ocrbot:day:{date}",
    seconds=DAY_SECONDS,
    holds="What was done on a day in China: messages, answers, kinds, failures, seconds.",
    written_by="ledger",
    if_deleted="The command 统计 lacks that day.",
)
TOKEN: Final = _string(
    pattern="ocrbot:token:{client_id}",
    seconds=2 * _HOUR,
    lifetime="as DingTalk says, 2 hours",
    holds="DingTalk's access token of the app: a secret.",
    written_by="tokens",
    if_deleted="The next call fetches a new one.",
)
BUDGET: Final = _sorted_set(
    pattern="ocrbot:budget:{name}",
    seconds=62,
    lifetime="the budget's window, 62 s at most",
    holds="When the last calls to one of DingTalk's limits (an API, a webhook, a card) were made.",
    written_by="budgets",
    if_deleted="DingTalk may refuse calls for a minute, which are then tried again.",
    colons=("name",),
)
ENGINE_NOTE: Final = _string(
    pattern="ocrbot:board:{note}",
    seconds=_DAY,
    lifetime="3 s to 1 day, by what it says",
    holds="What the workers know of an engine: its model, start and proof, its failures, how many pages it reads now.",
    written_by="engine_notes",
    if_deleted="The engine is asked, or proven, once more.",
    colons=("note",),
)

OCRBOT_FAMILIES: Final = tuple(one for one in [*globals().values()] if isinstance(one, KeyFamily))
FAMILIES: Final = (*OCRBOT_FAMILIES, *RQ_FAMILIES)
