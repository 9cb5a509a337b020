"""The same invoice again, on a real Redis: who is first, whatever dies in between, and what people are told."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Barrier

import pytest
from PIL import Image
from redis import Redis

from bot.config import prompt_files
from bot.console.local_redis import LocalRedis
from bot.domain.checking.duplicates import Likeness, likenesses, scope_of
from bot.domain.document import Document, Field, Match, Reading, Source, Status
from bot.domain.errors import Unavailable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.organisation import DuplicateScope
from bot.domain.prompt import DuplicateKeys
from bot.domain.task import Task, task_id
from bot.storage.connection import connect
from bot.storage.first_postings import FirstPostings, Posting
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeOutbox, parts_on
from tests.fakes.invoice_forms import digital
from tests.fakes.tasks import reading, reading_task
from workers.engines.base import EncodedPicture, PictureForm
from workers.jobs import STEPS, fetch, read, reply
from workers.steps.wiring import Steps

_NOON = 1_777_780_800.0  # 3 May 2026, 12:00 in China
_YEAR = 365 * 24 * 3600
_INVOICE = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts").named("invoice")
_KEYS = DuplicateKeys(number="number", code="code", otherwise=("seller", "day", "total"))
_PAPER = {"number": "24312000000098765432", "seller": "云帆", "day": "2024-05-28", "total": "52.70"}
_Paper = tuple[Likeness, ...]
_SHORT: dict[str, str | bytes] = {"number": "12345678", "code": "1100"}


def _task(message: str, *, nick: str = "王小明", staff: str = "w1", group: str = "g1", files: int = 1) -> Task:
    kind = ConversationKind.GROUP
    recipient = DingTalkConversation(
        robot_code="r", conversation_id=group, conversation_kind=kind, staff_id=staff, nick=nick
    )
    return reading_task(
        id=task_id(message),
        recipient=recipient,
        received_at=_NOON,
        attachments=tuple(Attachment(download_code=f"{message}-{number}") for number in range(files)),
        prompt=_INVOICE,
        duplicates=DuplicateScope.GROUP,
    )


def _paper(data: bytes = b"file", **values: str) -> tuple[Likeness, ...]:
    read = {key: value for key, value in (_PAPER | values).items() if value}
    fields = [
        Field(name=key, key=key, value=value, status=Status.UNCHECKED, source=Source.CPU) for key, value in read.items()
    ]
    return likenesses(fields, _KEYS, data)


def _claim(
    store: Store, task: Task, paper: tuple[Likeness, ...], *, index: int = 0, scope: str = "all"
) -> Match | None:
    """Post a paper; return by what it was found to be a duplicate."""
    first = store.first_postings.claim(Posting(task=task, index=index), scope, paper)
    return first.match if first else None


def _answered(store: Store, task: Task) -> None:
    store.first_postings.confirm(task, range(len(task.attachments)))
    store.close(task.id, len(task.attachments))


def _died(store: Store, task: Task) -> None:
    store.close(task.id, len(task.attachments))


@pytest.fixture
def store(redis: Redis) -> Store:
    return Store(redis)


def _open(store: Store, *messages: str) -> list[Task]:
    tasks = [_task(message) for message in messages]
    store.claim(tasks, now=_NOON)
    return tasks


def test_of_many_at_once_exactly_one_is_first(store: Store, redis_server: LocalRedis) -> None:
    tasks = _open(store, *map(str, range(8)))
    start = Barrier(len(tasks))

    def post(task: Task) -> str:
        client = connect(redis_server.url)
        start.wait()
        first = FirstPostings(client).claim(Posting(task=task, index=0), "all", _paper())
        client.close()
        return first.task_id if first else task.id

    with ThreadPoolExecutor(len(tasks)) as threads:
        firsts = list(threads.map(post, tasks))

    assert len(set(firsts)) == 1


def test_a_step_that_is_repeated_finds_its_own_claim(store: Store) -> None:
    (one,) = _open(store, "one")

    assert _claim(store, one, _paper()) is None
    assert _claim(store, one, _paper()) is None
    store.first_postings.confirm(one, [0])
    assert _claim(store, one, _paper()) is None


def test_while_the_first_is_at_work_the_second_is_told_of_it(store: Store) -> None:
    one, two = _open(store, "one", "two")
    _claim(store, one, _paper())

    first = store.first_postings.claim(Posting(task=two, index=0), "all", _paper())

    assert first is not None
    assert (first.task_id, first.index, first.at, first.nick, first.staff_id) == (one.id, 0, _NOON, "王小明", "w1")


def test_an_answered_invoice_is_known_for_a_year(store: Store, redis: Redis) -> None:
    one, two = _open(store, "one", "two")
    _claim(store, one, _paper())
    _answered(store, one)

    assert _claim(store, two, _paper()) is Match.NUMBER
    kept = [redis.ttl(key) for key in redis.keys("ocrbot:first:*")]
    assert len(kept) == 3
    assert all(_YEAR - 60 < seconds <= _YEAR for seconds in kept)
    assert not redis.keys(f"ocrbot:seen:{one.id}")


def test_what_was_never_answered_is_nobodys(store: Store) -> None:
    one, two, three = _open(store, "one", "two", "three")
    _claim(store, one, _paper())
    _died(store, one)

    assert _claim(store, two, _paper()) is None
    assert _claim(store, three, _paper()) is Match.NUMBER


def test_where_the_first_dies_the_one_that_was_told_of_it_takes_its_place(store: Store) -> None:
    one, two, three = _open(store, "one", "two", "three")
    _claim(store, one, _paper())
    _claim(store, two, _paper())
    _died(store, one)
    _answered(store, two)

    first = store.first_postings.claim(Posting(task=three, index=0), "all", _paper())

    assert first is not None
    assert first.task_id == two.id


def test_a_duplicate_that_is_answered_does_not_take_the_firsts_place(store: Store) -> None:
    one, two, three = _open(store, "one", "two", "three")
    _claim(store, one, _paper())
    _answered(store, one)
    _claim(store, two, _paper())
    _answered(store, two)

    first = store.first_postings.claim(Posting(task=three, index=0), "all", _paper())

    assert first is not None
    assert first.task_id == one.id


def test_answering_a_duplicate_does_not_confirm_the_first(store: Store) -> None:
    one, two, three = _open(store, "one", "two", "three")
    _claim(store, one, _paper())
    _claim(store, two, _paper())
    _answered(store, two)
    _died(store, one)

    assert _claim(store, three, _paper()) is None


def test_only_files_that_were_answered_are_kept(store: Store) -> None:
    task = _task("pair", files=2)
    (later,) = _open(store, "later")
    store.claim([task], now=_NOON)
    _claim(store, task, _paper(), index=0)
    _claim(store, task, _paper(b"other", number="24312000000011111111"), index=1)
    store.first_postings.confirm(task, [0])
    _died(store, task)

    assert _claim(store, later, _paper()) is Match.NUMBER
    assert _claim(store, later, _paper(b"other", number="24312000000011111111"), index=1) is None


def test_of_one_message_the_second_file_is_the_duplicate(store: Store) -> None:
    (one,) = _open(store, "one")

    assert _claim(store, one, _paper(), index=0) is None
    assert _claim(store, one, _paper(b"another photo"), index=1) is Match.NUMBER


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ({}, {"data": b"photo"}, Match.NUMBER),
        ({}, {"number": ""}, Match.CONTENT),
        ({"number": ""}, {"number": "", "data": b"photo"}, Match.CONTENT),
        ({}, {"number": "24312000000011111111", "data": b"photo"}, None),
        ({}, {"number": "24312000000011111111"}, Match.FILE),
        ({"number": "", "seller": ""}, {"number": "", "seller": ""}, Match.FILE),
        ({"number": "", "seller": ""}, {"number": "", "seller": "", "data": b"photo"}, None),
        (
            {"number": "12345678", "code": "1100"},
            {"number": "12345678", "code": "1100", "data": b"photo"},
            Match.NUMBER,
        ),
        ({"number": "12345678", "code": "1100"}, {"number": "12345678", "code": "3200", "data": b"photo"}, None),
        ({"number": "12345678"}, {"number": "12345679", "data": b"photo"}, Match.CONTENT),  # a number without its code
        ({"number": "", "total": "9.00"}, {"number": "", "data": b"photo"}, None),
        ({}, {"number": "2431200000009876****", "total": "", "data": b"photo"}, None),
    ],
)
def test_papers_are_the_same_by_number_then_by_content_then_by_file(
    store: Store, first: dict[str, str | bytes], second: dict[str, str | bytes], found: Match | None
) -> None:
    one, two = _open(store, "one", "two")
    _claim(store, one, _paper(**first))  # type: ignore[arg-type]

    assert _claim(store, two, _paper(**second)) is found  # type: ignore[arg-type]


def test_a_doubtful_value_stands_in_for_no_number() -> None:
    fields = [Field(name=key, key=key, value=value, status=Status.DOUBTFUL) for key, value in _PAPER.items()]

    assert [one.match for one in likenesses(fields, _KEYS, b"")] == [Match.NUMBER, Match.FILE]
    assert [one.match for one in likenesses(fields[1:], _KEYS, b"")] == [Match.FILE]


def test_a_scope_is_the_same_for_those_who_are_compared_and_only_for_them() -> None:
    me, mine, colleague = _task("a"), _task("b", group="g2"), _task("c", staff="l2", nick="李")
    guests = _task("d", staff="", nick="客"), _task("e", staff="", nick="宾")

    def same(scope: DuplicateScope, one: Task, other: Task) -> bool:
        return scope_of(one.recipient, scope) == scope_of(other.recipient, scope)

    assert same(DuplicateScope.PERSON, me, mine)
    assert not same(DuplicateScope.PERSON, me, colleague)
    assert not same(DuplicateScope.PERSON, *guests)
    assert same(DuplicateScope.GROUP, me, colleague)
    assert not same(DuplicateScope.GROUP, me, mine)
    assert same(DuplicateScope.COMPANY, mine, colleague)
    assert scope_of(me.recipient, DuplicateScope.OFF) is None


def test_another_scope_knows_nothing(store: Store) -> None:
    one, two = _open(store, "one", "two")
    _claim(store, one, _paper(), scope="group g1")

    assert _claim(store, two, _paper(), scope="group g2") is None


def test_redis_holds_no_number_in_its_keys(store: Store, redis: Redis) -> None:
    (one,) = _open(store, "one")
    _claim(store, one, _paper())

    assert not [key for key in redis.scan_iter() if _PAPER["number"].encode() in key]


def _of(task: Task, posted: str) -> Task:
    """A task whose files were posted in the message `posted`, by whomever."""
    return reading(task, attachments=tuple(replace(one, posted=posted) for one in task.attachments))


def test_who_quotes_the_same_picture_asks_about_one_posting(store: Store) -> None:
    one, two, three = (_of(task, "picture") for task in _open(store, "one", "two", "three"))

    assert _claim(store, one, _paper()) is None
    assert _claim(store, two, _paper()) is None
    _answered(store, one)
    assert _claim(store, three, _paper(b"another size")) is None


def test_another_posting_of_it_is_told_who_came_first_whoever_quoted_that(store: Store) -> None:
    one, two, other, unknown = _open(store, "one", "two", "other", "unknown")
    _claim(store, _of(one, "picture"), _paper())
    _claim(store, _of(two, "picture"), _paper())
    _answered(store, _of(two, "picture"))

    first = store.first_postings.claim(Posting(task=_of(other, "another"), index=0), "all", _paper())
    assert first is not None
    assert first.task_id == one.id
    assert _claim(store, unknown, _paper()) is Match.NUMBER


def test_messages_that_nobody_knows_are_not_the_same_one(store: Store) -> None:
    one, two = _open(store, "one", "two")
    _claim(store, one, _paper())

    assert _claim(store, two, _paper()) is Match.NUMBER


def test_where_the_first_to_quote_dies_the_next_one_takes_its_place(store: Store) -> None:
    one, two, three = _open(store, "one", "two", "three")
    _claim(store, _of(one, "picture"), _paper())
    _claim(store, _of(two, "picture"), _paper())
    _died(store, one)
    _answered(store, _of(two, "picture"))

    first = store.first_postings.claim(Posting(task=three, index=0), "all", _paper())

    assert first is not None
    assert first.task_id == two.id


def test_of_one_message_that_is_known_the_second_file_is_the_duplicate_too(store: Store) -> None:
    one = _of(_task("one", files=2), "picture")
    store.claim([one], now=_NOON)

    assert _claim(store, one, _paper(), index=0) is None
    assert _claim(store, one, _paper(b"another photo"), index=1) is Match.NUMBER


# -- through the steps


@dataclass
class _Reader:
    """Reads the same digital invoice on every picture."""

    name: str = "rapid"
    takes_prompts: bool = False
    readings: int = 0

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.readings += 1
        lines = digital().lines
        return Reading(text="\n".join(line.text for line in lines), lines=lines)


def _photo(shade: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (1240, 820), (shade, shade, shade)).save(data, "PNG")
    return data.getvalue()


@dataclass
class _House:
    store: Store
    chat: FakeOutbox
    steps: Steps | None = None
    shades: dict[str, int] = field(default_factory=dict)

    def post(self, task: Task) -> str:
        """Run a task through; return what was sent for it."""
        self.store.claim([task], now=_NOON)
        fetch(task.id, 0)
        for index in range(len(task.attachments)):
            read(task.id, index)
        reply(task.id, 0)
        return self.chat.messages[-1] if self.chat.messages else ""


@pytest.fixture
def house(store: Store, redis: Redis) -> _House:
    found = _House(store=store, chat=FakeOutbox())

    def download(attachment: Attachment, _: DingTalkConversation) -> bytes:
        return _photo(found.shades.get(attachment.download_code, 255))

    parts = parts_on(redis, clock=lambda: _NOON, engine=_Reader(), download=download, outbox=found.chat)
    found.steps = parts.steps
    STEPS.set(parts.steps)
    return found


def test_the_second_posting_is_read_and_told_when_and_by_whom_it_came_first(house: _House) -> None:
    first = house.post(_task("one"))
    same_file = house.post(_task("two", staff="l2", nick="李"))
    house.shades["three-0"] = 200
    photo = house.post(_task("three", staff="l2", nick="李"))

    assert "🔁" not in first
    for repeat in (same_file, photo):
        assert "5 月 3 日 12:00" in repeat
        assert "王小明" in repeat
        assert "24312000000098765432" in repeat


def test_a_person_who_posts_it_again_is_told_that_it_was_their_own(house: _House) -> None:
    house.post(_task("one"))
    again = house.post(_task("two"))

    assert "🔁" in again
    assert "由你提交过" in again


def test_who_posts_their_own_paper_again_with_a_question_gets_its_answer_and_no_word_of_the_first_time(
    house: _House,
) -> None:
    def asking(message: str, minutes: int, staff: str = "w1") -> str:
        task = reading(_task(message, staff=staff), wanted_fields=("开票日期",))
        return house.post(replace(task, received_at=_NOON + 60 * minutes))

    house.post(_task("one"))

    assert "🔁" not in asking("minutes later", 5)
    assert "由你提交过" in asking("the next day", 24 * 60)
    assert "王小明" in asking("a colleague", 5, "l2")


def test_who_quotes_a_colleagues_picture_to_ask_for_its_date_is_not_told_that_it_came_before(house: _House) -> None:
    house.post(_of(_task("one"), "picture"))
    asked = house.post(reading(_of(_task("two", staff="l2", nick="李"), "picture"), wanted_fields=("开票日期",)))
    other = house.post(reading(_of(_task("three", staff="l2", nick="李"), "another"), wanted_fields=("开票日期",)))

    assert "2024" in asked
    assert "🔁" not in asked
    assert "王小明" in other


def test_two_of_the_same_in_one_message_point_at_each_other(house: _House) -> None:
    answer = house.post(_task("pair", files=2))

    assert answer.count("🔁") == 1
    assert "与本条消息的第 1 个相同" in answer


def test_a_reading_that_dies_before_it_is_written_down_is_no_duplicate_of_itself(house: _House) -> None:
    task = _task("one")
    house.store.claim([task], now=_NOON)
    fetch(task.id, 0)
    house.store.first_postings.claim(Posting(task=task, index=0), "group g1", _document_likenesses())

    assert "🔁" not in house.post(task)


def test_an_answer_that_could_not_be_sent_yet_is_no_duplicate_when_it_is(house: _House) -> None:
    task = _task("one")
    house.chat.fails = [Unavailable("down")]
    house.post(task)
    fetch(task.id, 1)
    reply(task.id, 1)

    assert len(house.chat.messages) == 1
    assert "🔁" not in house.chat.messages[0]


def test_a_redelivered_message_changes_nothing(house: _House) -> None:
    house.post(_task("one"))
    house.post(_task("one"))

    assert len(house.chat.messages) == 1


def test_without_a_scope_and_for_kinds_that_may_come_again_nothing_is_kept(house: _House, redis: Redis) -> None:
    house.post(reading(_task("one"), duplicates=DuplicateScope.OFF))
    assert _INVOICE is not None
    house.post(reading(_task("two"), prompt=replace(_INVOICE, duplicates=None)))

    assert not redis.keys("ocrbot:first:*")


def test_a_result_that_is_used_again_does_not_bring_its_first_along(house: _House) -> None:
    house.post(_task("one"))
    elsewhere = house.post(_task("two", group="g2"))

    assert "🔁" not in elsewhere


def test_nor_where_nobody_is_compared(house: _House) -> None:
    house.post(_task("one"))
    house.shades |= {"two-0": 200, "three-0": 200}
    assert "🔁" in house.post(_task("two"))

    assert "🔁" not in house.post(reading(_task("three"), duplicates=DuplicateScope.OFF))


def _document_likenesses() -> tuple[Likeness, ...]:
    truth = digital().truth
    fields = [Field(name=key, key=key, value=value, status=Status.UNCHECKED) for key, value in truth.items() if value]
    assert _INVOICE is not None
    assert _INVOICE.duplicates is not None
    return likenesses(fields, _INVOICE.duplicates, _photo(255))


def test_documents_survive_the_wire_with_their_first(house: _House) -> None:
    house.post(_task("one"))
    task = _task("two")
    house.store.claim([task], now=_NOON)
    assert house.steps is not None
    house.steps.fetch.run(task.id, 0)  # and not the reply
    (outcome,) = house.store.outcomes(task.id, 1)

    assert isinstance(outcome, Document)
    assert outcome.first is not None
    assert outcome.first.match is Match.NUMBER


def test_the_papers_of_one_file_are_claimed_each_by_itself(store: Store) -> None:
    one, two, again = _open(store, "one", "two", "again")
    first, second = _paper(number="24312000000000000001"), _paper(b"2", number="24312000000000000002", seller="")
    claim = store.first_postings.claim

    assert claim(Posting(task=one, index=0), "all", first) is None
    assert claim(Posting(task=one, index=0, paper=1), "all", second) is None
    assert claim(Posting(task=one, index=0, paper=1), "all", second) is None  # the same step again
    copy = claim(Posting(task=one, index=0, paper=2), "all", first)
    alone = claim(Posting(task=two, index=3), "all", second)
    _answered(store, one)
    later = claim(Posting(task=again, index=0), "all", second)

    assert copy is not None
    assert alone is not None
    assert later is not None
    assert [(found.task_id, found.index, found.paper) for found in (copy, alone, later)] == [
        (one.id, 0, 0), (one.id, 0, 1), (one.id, 0, 1)
    ]  # fmt: skip


def test_the_bytes_of_a_file_tell_its_papers_apart() -> None:
    one, other = (likenesses((), _KEYS, b"file", paper=paper) for paper in (0, 1))

    assert one == likenesses((), _KEYS, b"file")
    assert one[0].digest != other[0].digest
