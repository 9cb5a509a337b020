"""Everything in Redis except the queue, in one object for code that needs several parts of it."""

from redis import Redis

from bot.storage.answer_order import AnswerOrder
from bot.storage.budgets import Budgets
from bot.storage.daily_counts import DailyCounts
from bot.storage.earlier_tasks import EarlierTasks
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.protocol import FileStore
from bot.storage.files_and_outcomes import FilesAndOutcomes
from bot.storage.first_postings import FirstPostings
from bot.storage.house.chat_documents import ChatDocuments
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.leases import Leases
from bot.storage.ledger import Ledger
from bot.storage.progress import TaskProgress
from bot.storage.receipts import Receipts
from bot.storage.requests.requests_store import Requests
from bot.storage.results import Results
from bot.storage.task_payloads import TaskPayloads
from bot.storage.unpacking import Unpacking


class Store:
    """One attribute for each part, and shortcuts to the methods that most steps call.

    Code that needs a single part takes that part, such as `store.ledger` or `store.budgets`. The bytes of files are
    with `kept`, which need not be Redis.
    """

    def __init__(self, redis: Redis, kept: FileStore = FILES_IN_REDIS) -> None:
        self.receipts = Receipts(redis)
        payloads = TaskPayloads(redis)
        self.ledger = Ledger(redis, self.receipts, payloads)
        self.task_progress = TaskProgress(redis)
        self.results = Results(redis)
        self.files = FilesAndOutcomes(redis, self.results, payloads, kept)
        self.unpacking = Unpacking(redis, payloads, kept)
        self.chat_documents = ChatDocuments(redis, payloads, self.files)
        self.leases = Leases(redis)
        self.budgets = Budgets(redis)
        self.answer_order = AnswerOrder(redis)
        self.earlier_tasks = EarlierTasks(redis, payloads)
        self.first_postings = FirstPostings(redis)
        self.daily_counts = DailyCounts(redis)
        self.webhook_events = WebhookEvents(redis)
        self.requests = Requests(redis, payloads, self.ledger, self.files, self.receipts, kept)

        self.claim = self.ledger.claim
        self.due = self.ledger.due
        self.schedule_check = self.ledger.schedule_check
        self.open_tasks = self.ledger.open_tasks
        self.waiting = self.ledger.waiting
        self.place = self.ledger.place
        self.task = self.ledger.task
        self.rewrite = self.unpacking.rewrite
        self.close = self.ledger.close
        self.cancelled_by = self.ledger.cancelled_by

        self.progress = self.task_progress.of
        self.next_generation = self.task_progress.next_generation
        self.mark = self.task_progress.mark
        self.mark_sent = self.task_progress.mark_sent

        self.put_file = self.files.put_file
        self.file = self.files.file
        self.put_outcome = self.files.put_outcome
        self.outcomes = self.files.outcomes
        self.result = self.results.get

        self.lease = self.leases.hold
        self.leased = self.leases.is_held
        self.release = self.leases.release
