"""What people post in chats over the API: for admins only, and no longer than it is kept for those people."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis
from redis.connection import AbstractConnection

from bot.domain.document import Failure, OnlyPage, Outcome
from bot.domain.requests.submission import Submission
from bot.domain.task import Read, Task
from bot.domain.texts import unreadable, warnings
from bot.storage.keys.tasks import EARLIER_TASK, FILE
from bot.storage.ledger import Closing
from tests.fakes.admin_api import NOW, AdminApi
from tests.fakes.read_documents import invoice, task
from tests.fakes.tasks import reading_task

PNG = b"\x89PNG\r\n\x1a\n made up"
ONE = "3f2a5b6c7d8e9f001122"


@pytest.fixture
def api(redis: Redis, tmp_path: Path) -> AdminApi:
    return AdminApi(redis, tmp_path)


def posted(api: AdminApi, *files: bytes, **changes: object) -> Task:
    """Have a person in a group post files, which are being read."""
    message = task(len(files), _1="滴滴行程单.pdf", **changes)  # type: ignore[arg-type]
    message = replace(message, recipient=replace(message.conversation, nick="王小样", conversation_id="cid7"))
    api.store.claim([message], now=NOW)
    for index, data in enumerate(files):
        api.store.put_file(message.id, index, data)
    return message


def answer(api: AdminApi, message: Task, *outcomes: Outcome, remember: int = 600) -> None:
    for index, outcome in enumerate(outcomes):
        api.store.put_outcome(message.id, index, outcome, remember_seconds=remember)
    api.store.close(message.id, len(outcomes), Closing(now=NOW, remember_seconds=remember, answered=True))


async def asked(api: AdminApi, path: str, name: str = "office", language: str = "zh") -> httpx.Response:
    async with api.caller(name, headers={"Accept-Language": language}) as http:
        return await http.get(f"/v1/chat-documents{path}")


async def test_an_admin_sees_what_was_posted_by_whom_and_what_was_read(api: AdminApi) -> None:
    doubts = {"total_with_tax": warnings.doubt_no_cents("1234")}
    read = invoice("25117000000000000001", "1234.50", doubtful=doubts)
    answer(api, posted(api, PNG), replace(read, only_page=OnlyPage(width=800, height=600, quarters=1)))
    (listed,) = (await asked(api, "")).json()["items"]
    assert (listed["id"], listed["status"], listed["person"]) == (ONE, "done", {"name": "王小样", "staff_id": "007"})
    assert listed["conversation"] == {"kind": "group", "id": "cid7"}
    assert [(one["name"], one["papers"][0]["title"]) for one in listed["files"]] == [("滴滴行程单.pdf", "发票")]
    found = (await asked(api, f"/{ONE}", language="en")).json()
    total = next(field for field in found["papers"][0]["fields"] if field["key"] == "total_with_tax")
    assert (total["value"], total["doubts"][0][:22]) == ("1234.50", "Only “1234” was read, ")
    assert found["is_kept"] is True
    assert found["picture"] == {"width": 800, "height": 600, "quarters": 1}
    picture = await asked(api, f"/{ONE}/files/1")
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_what_is_no_picture_is_only_saved(api: AdminApi) -> None:
    answer(api, posted(api, b"<script>alert(1)</script>"), invoice("25117000000000000001", "1.00"))
    answered = await asked(api, f"/{ONE}/files/1")
    assert answered.headers["content-type"] == "application/octet-stream"
    assert answered.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%BB%B4")


@pytest.mark.parametrize("path", ["", f"/{ONE}", f"/{ONE}/files/1"])
async def test_nobody_else_sees_it(api: AdminApi, path: str) -> None:
    answer(api, posted(api, PNG), invoice("25117000000000000001", "1.00"))
    refused = await asked(api, path, "erp")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ocrbot-problem:admins-only")
    assert (await asked(api, path, "")).status_code == 401
    for name in ("erp", "office"):
        async with api.caller(name) as http:
            assert (await http.get("/v1/documents")).json()["items"] == []
            assert (await http.get(f"/v1/documents/{ONE}")).status_code == 404


async def test_it_is_gone_when_it_is_no_longer_kept_for_the_person(api: AdminApi) -> None:
    answer(api, posted(api, PNG), invoice("25117000000000000001", "1.00"))
    assert 0 < api.redis.ttl(EARLIER_TASK.key(ONE)) <= 600
    await asked(api, "")
    await asked(api, f"/{ONE}")
    assert api.redis.ttl(EARLIER_TASK.key(ONE)) <= 600, "looking keeps nothing longer"
    api.redis.delete(FILE.key(ONE, 0))
    assert (await asked(api, f"/{ONE}")).json()["is_kept"] is False
    assert (await asked(api, f"/{ONE}/files/1")).status_code == 404
    api.redis.delete(EARLIER_TASK.key(ONE))
    assert (await asked(api, "")).json() == {"items": [], "more": 0}
    assert (await asked(api, f"/{ONE}")).status_code == 404


async def test_where_nothing_is_remembered_there_is_nothing_to_see(api: AdminApi) -> None:
    answer(api, posted(api, PNG), invoice("25117000000000000001", "1.00"), remember=0)
    assert (await asked(api, "")).json()["items"] == []


async def test_what_is_being_read_says_so_and_each_file_that_was_not_says_why(api: AdminApi) -> None:
    message = posted(api, PNG, PNG)
    api.store.put_outcome(message.id, 0, Failure(reason="file_empty", text=unreadable.file_empty()))
    (listed,) = (await asked(api, "", language="en")).json()["items"]
    assert (listed["status"], listed["keep_until"]) == ("reading", None)
    assert listed["files"][0]["problem"]["detail"] == "The file is empty (0 bytes): send it again."
    assert listed["files"][1]["problem"] is None
    assert (await asked(api, f"/{ONE}?file=2")).json()["number"] == 2
    assert (await asked(api, f"/{ONE}?file=3")).status_code == 404


async def test_requests_of_clients_and_questions_are_not_among_them(api: AdminApi) -> None:
    read = Read(prompt=api.parts.config().prompts.default)
    request = api.store.requests.accept(Submission(client="erp", names=("a.png",), read=read), [PNG], now=NOW).id
    api.finish(request, invoice("25117000000000000001", "1.00"))
    without_files = reading_task(
        id="0" * 20,
        recipient=task(0).recipient,
        received_at=NOW,
        prompt=api.parts.config().prompts.default,
    )
    api.store.claim([without_files], now=NOW)
    assert (await asked(api, "")).json()["items"] == []
    assert (await asked(api, f"/{request}")).status_code == 404


async def test_the_latest_come_first_and_the_rest_is_counted(api: AdminApi) -> None:
    for number in range(5):
        message = replace(posted_as(f"{number:020x}"), received_at=NOW + number)
        api.store.claim([message], now=NOW)
        answer(api, message, invoice(f"2511700000000000000{number}", "1.00"), remember=100 * (number + 1))
    found = (await asked(api, "?limit=2")).json()
    assert [one["id"] for one in found["items"]] == [f"{4:020x}", f"{3:020x}"]
    assert found["more"] == 3


async def test_a_long_list_takes_no_more_round_trips_than_a_short_one(
    api: AdminApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips = list[bytes | str]()
    send: Any = AbstractConnection.send_packed_command

    def counted(self: AbstractConnection, command: bytes | str, *args: Any, **options: Any) -> None:
        trips.append(command)
        send(self, command, *args, **options)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", counted)
    needed = list[int]()
    for number in range(4):
        api.store.claim([replace(posted_as(f"{number:020x}"), received_at=NOW + number)], now=NOW)
        trips.clear()
        assert len((await asked(api, "")).json()["items"]) == number + 1
        needed.append(len(trips))
    assert needed[3] == needed[1] > 0  # the first asks for the prompts too, which are known from then on


def posted_as(task_id: str) -> Task:
    return replace(task(1), id=task_id)
