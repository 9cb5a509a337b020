"""The keys of tasks: open ones, the order of answers, files and outcomes, and what later questions need."""

from functools import partial
from typing import Final

from bot.storage.keys.family import KeyFamily, RedisType
from bot.storage.requests.request_keys import KEPT, MOST_KEPT_SECONDS, REQUEST_SECONDS

_string = partial(KeyFamily, type=RedisType.STRING)
_hash = partial(KeyFamily, type=RedisType.HASH)
_set = partial(KeyFamily, type=RedisType.SET)
_sorted_set = partial(KeyFamily, type=RedisType.SORTED_SET)

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600

OPEN_SECONDS: Final = 26 * _HOUR  # longer than any task may stay open
SHARED_SECONDS: Final = 2 * _DAY  # longer than a task may be open and then remembered
FILE_SECONDS: Final = _HOUR
RESULT_SECONDS: Final = _HOUR
POSTED_SECONDS: Final = _DAY
BURST_SECONDS: Final = 2 * _MINUTE
CONFIRMED_SECONDS: Final = 365 * _DAY
MET_SECONDS: Final = 365 * _DAY
_MOST_REMEMBERED: Final = 60 * _MINUTE  # the highest `remember_minutes` that an organisation file may set
_REMEMBERED: Final = "`limits.remember_minutes` (10 by default)"

# -- open tasks

CLAIM: Final = _string(
    pattern="ocrbot:claim:{task_id}",
    seconds=OPEN_SECONDS,
    holds="A mark that the message was taken, so that redeliveries are dropped.",
    written_by="ledger",
    if_deleted="The message is answered a second time if DingTalk delivers it again.",
)
TASK: Final = _string(
    pattern="ocrbot:task:{task_id}",
    seconds=OPEN_SECONDS,
    holds="An open task as JSON: who asked, where the answer goes, what to read; about 1 KB.",
    written_by="ledger, unpacking",
    if_deleted="The message gets no answer; the log says `task given up`.",
)
SHARED: Final = _string(
    pattern="ocrbot:shared:{digest}",
    seconds=REQUEST_SECONDS,
    lifetime="2 days after the last task that names it, and as long as a request of the API that does",
    holds="A prompt or a list of companies that tasks name by its digest; a few KB.",
    written_by="task_payloads",
    if_deleted="Open tasks that name it are answered with a sentence: please post it again.",
)
LEDGER: Final = _sorted_set(
    pattern="ocrbot:ledger",
    seconds=None,
    lifetime="none; an entry goes with its task",
    holds="The ids of all open tasks, scored by when the sweeper checks them next.",
    written_by="ledger",
    if_deleted="Open tasks whose process dies are not started over, and the day's counts miss them.",
)
WAITING: Final = _sorted_set(
    pattern="ocrbot:line",
    seconds=OPEN_SECONDS,
    holds="The ids of open tasks with something to read, in order of arrival: how many are ahead of each.",
    written_by="ledger",
    if_deleted="Receipts and the command 状态 name too few tasks ahead.",
)
OPEN_OF_PERSON: Final = _sorted_set(
    pattern="ocrbot:mine:{person}",
    seconds=OPEN_SECONDS,
    holds="The ids of a person's open tasks, in order of arrival.",
    written_by="ledger",
    if_deleted="The commands 状态 and 取消 do not find the person's open tasks.",
    colons=("person",),
)
PROGRESS: Final = _hash(
    pattern="ocrbot:progress:{task_id}",
    seconds=OPEN_SECONDS,
    holds="How often a task was started over, and how many parts of its answer were begun and sent.",
    written_by="progress",
    if_deleted="Parts of an unfinished answer that were already sent are sent again.",
)
LEASE: Final = _string(
    pattern="ocrbot:lease:{name}",
    seconds=_MINUTE,
    lifetime="15 s, renewed while the holder works",
    holds="Who alone may send an answer (`reply:`), give a receipt (`notice:`), call a webhook (`webhook:`), wait "
    "until a conversation has room for a message (`room:`), sweep, or prove an engine (`engine:`).",
    written_by="leases",
    if_deleted="Another process may start the same work: an answer or a receipt may come twice.",
    colons=("name",),
)
CANCELLED: Final = _set(
    pattern="ocrbot:cancelled:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The ids of the tasks that a 取消 has cancelled.",
    written_by="ledger",
    if_deleted="A 取消 that is not answered yet reports too few.",
)

# -- the order of answers in a conversation

ANSWER_ORDER: Final = _sorted_set(
    pattern="ocrbot:order:{conversation}",
    seconds=OPEN_SECONDS,
    holds="The ids of the tasks in a conversation's order of answers, oldest first.",
    written_by="ledger, answer_order",
    if_deleted="Waiting answers are sent up to 20 s late and may come out of order.",
    colons=("conversation",),
)
READY_ANSWERS: Final = _sorted_set(
    pattern="ocrbot:ready:{conversation}",
    seconds=OPEN_SECONDS,
    holds="The ids of those whose answers wait for an earlier one, scored by when they became ready.",
    written_by="answer_order",
    if_deleted="Waiting answers are sent up to 20 s late.",
    colons=("conversation",),
)

# -- files and outcomes

FILE: Final = _string(
    pattern="ocrbot:file:{task_id}:{index}",
    seconds=MOST_KEPT_SECONDS,
    lifetime=f"1 hour until it is read, then {_REMEMBERED}; of a request, {KEPT}",
    holds="A file's bytes, at most 20 MB; with `OCRBOT_FILES__FOLDER` or `OCRBOT_FILES__BUCKET` 50 bytes that stand "
    "for them.",
    written_by="files_and_outcomes, earlier_tasks, unpacking",
    if_deleted="Before reading: the person is asked to post it again. Afterwards: see `ocrbot:past:{task_id}`.",
)
OUTCOME: Final = _string(
    pattern="ocrbot:outcome:{task_id}:{index}",
    seconds=MOST_KEPT_SECONDS,
    lifetime=f"26 hours while the task is open, then {_REMEMBERED}; of a request, {KEPT}",
    holds="What was read of a file, or why nothing was, as JSON; a few KB a page. The first one stands.",
    written_by="files_and_outcomes, unpacking",
    if_deleted="While the task is open: its answer says that reading this file was interrupted.",
)
UNPACKED: Final = _string(
    pattern="ocrbot:unpacked:{task_id}:{index}:{member}",
    seconds=FILE_SECONDS,
    lifetime="1 hour, usually gone within a second",
    holds="A file from the archive at `index`, as in `ocrbot:file`, until the files replace the archive.",
    written_by="unpacking",
    if_deleted="The person is asked to post the file again.",
)
RESULT: Final = _string(
    pattern="ocrbot:result:{digest}",
    seconds=RESULT_SECONDS,
    holds="A document that was read, for the same bytes with the same prompts and engine; a few KB a page.",
    written_by="results",
    if_deleted="The same file is read again next time.",
)

# -- earlier tasks, for questions about them

EARLIER_TASK: Final = _string(
    pattern="ocrbot:past:{task_id}",
    seconds=MOST_KEPT_SECONDS,
    lifetime=f"{_REMEMBERED}; of a request, {KEPT}",
    holds="An answered task as JSON; its files and outcomes live as long.",
    written_by="ledger",
    if_deleted="A question about it downloads and reads the files again.",
)
POSTED: Final = _hash(
    pattern="ocrbot:posted:{task_id}",
    seconds=POSTED_SECONDS,
    holds="What a message brought (conversation, person, download codes), or which task a question was about.",
    written_by="ledger",
    if_deleted="Questions about the message find nothing: the person has to post the file again.",
)
REFERRED_TO: Final = _string(
    pattern="ocrbot:means:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The id of the task that an open question or command is about.",
    written_by="ledger",
    if_deleted="An open question downloads and reads its files again; a 取消 that quotes cancels nothing.",
)
LATEST_OF_PERSON: Final = _string(
    pattern="ocrbot:last:{conversation}:{person}",
    seconds=_MOST_REMEMBERED,
    lifetime=_REMEMBERED,
    holds="The id of the task that the person's next question in this conversation is about.",
    written_by="ledger",
    if_deleted="The person has to quote what the next question is about.",
    colons=("person",),
)
BURST: Final = _sorted_set(
    pattern="ocrbot:burst:{conversation}:{person}",
    seconds=BURST_SECONDS,
    holds="The ids of a person's latest tasks in a single chat that bring files without words (`files:`) or words "
    "without files (`words:`), scored by when they were received.",
    written_by="ledger",
    if_deleted="Files and words posted within a few seconds are answered apart.",
    colons=("person",),
)
MET: Final = _string(
    pattern="ocrbot:met:{person}",
    seconds=MET_SECONDS,
    holds="The id of the first task of a person that was closed.",
    written_by="ledger",
    if_deleted="A greeting of that person is answered with the whole help once more.",
    colons=("person",),
)
LATEST_ABOUT: Final = _string(
    pattern="ocrbot:about:{task_id}",
    seconds=POSTED_SECONDS,
    holds="The id of the latest task about a quoted message, under the task id that the message itself would have.",
    written_by="ledger",
    if_deleted="Quoting a message that was not posted to the bot itself no longer finds its task.",
)
SENT: Final = _string(
    pattern="ocrbot:sent:{query_key}",
    seconds=POSTED_SECONDS,
    holds="The id of the task that a card or a proactive message of the bot belongs to.",
    written_by="earlier_tasks",
    if_deleted="Quoting that card or message no longer finds its task.",
    colons=("query_key",),
)
FIRST_POSTING: Final = _hash(
    pattern="ocrbot:first:{digest}",
    seconds=CONFIRMED_SECONDS,
    lifetime="26 hours; 1 year once the answer was sent",
    holds="Who posted an invoice first, and when, under a digest of its number; about 300 bytes.",
    written_by="first_postings",
    if_deleted="The next posting of the invoice counts as its first, so that no duplicate is reported.",
)
CLAIMED_INVOICES: Final = _hash(
    pattern="ocrbot:seen:{task_id}",
    seconds=OPEN_SECONDS,
    holds="The keys of first postings that an open task has claimed, with the file of each, and the paper in it.",
    written_by="first_postings",
    if_deleted="Once the task is answered, the next posting of its invoices counts as their first.",
)
