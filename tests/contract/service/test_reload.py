"""A folder that an admin edits while the bot runs: good changes hold from the next message on, bad ones are told."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from structlog.testing import capture_logs

from bot.config.accepted import History
from bot.config.admin_notice import AdminNotice
from bot.config.live import LiveConfig
from bot.domain.errors import Misconfigured
from bot.domain.message import ConversationKind
from bot.domain.organisation import Organisation
from bot.domain.problems import Problem
from bot.domain.task import Say, Task, task_id
from bot.service.intake import Claims, Intake
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER

CONFIG = Path(__file__).parents[3] / "config"
PLATE = "title = '车牌'\ncommands = ['车牌号']\ntext = '''提取图中的文字。'''\n"
ADMINS = '[organisation]\nadmins = ["boss", "deputy"]\n'


@dataclass
class Told:
    """Keeps what the admins would be told."""

    digests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    async def __call__(self, organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
        self.digests.append(digest)
        self.problems += map(str, problems)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = tmp_path / "config"
    shutil.copytree(CONFIG / "prompts", config / "prompts")
    (config / "ocrbot.toml").write_text(ADMINS, encoding="utf-8")
    return config


def write(path: Path, text: str) -> None:
    """Write as an editor does, and let the time of it differ even on a coarse clock."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    after = path.stat().st_mtime_ns
    os.utime(path, ns=(after, max(after, before + 1_000_000)))


def names(live: LiveConfig) -> list[str]:
    return [prompt.name for prompt in live.current().prompts.prompts]


async def test_a_file_that_comes_changes_or_goes_is_noticed(folder: Path) -> None:
    told = Told()
    live = LiveConfig(folder, told)
    plate = folder / "prompts" / "plate.toml"
    write(plate, PLATE)
    await live.poll()
    assert "plate" in names(live)
    write(plate, PLATE.replace("车牌号", "牌照"))
    await live.poll()
    found = live.current().prompts.for_message("看牌照")
    assert found is not None
    assert found.name == "plate"
    plate.unlink()
    await live.poll()
    assert "plate" not in names(live)
    write(folder / "ocrbot.toml", "[masking]\ngroups = false\n")
    await live.poll()
    assert not live.current().organisation.masking
    assert told.problems == []


async def test_a_bad_file_keeps_the_last_good_set_and_is_told_once_with_its_line(folder: Path) -> None:
    told = Told()
    live = LiveConfig(folder, told)
    good = live.current()
    invoice = folder / "prompts" / "invoice.toml"
    source = invoice.read_text(encoding="utf-8")
    write(invoice, source.replace("commands =", "comands ="))
    with capture_logs() as logs:
        for _ in range(4):
            await live.poll()
    assert live.current() is good
    (problem,) = told.problems
    assert problem.startswith("invoice.toml:")
    assert 'comands is not a known key; did you mean "commands"?' in problem
    assert [log["problem"] for log in logs if log["log_level"] == "error"] == [problem]
    write(invoice, source)
    await live.poll()
    write(invoice, source.replace("title =", "titel ="))
    await live.poll()
    await live.poll()
    assert len(set(told.digests)) == 2


async def test_a_file_that_is_half_written_is_told_to_nobody(folder: Path) -> None:
    told = Told()
    live = LiveConfig(folder, told)
    plate = folder / "prompts" / "plate.toml"
    write(plate, PLATE[:12])
    await live.poll()
    write(plate, PLATE)
    await live.poll()
    await live.poll()
    assert "plate" in names(live)
    assert told.problems == []


@pytest.mark.parametrize(
    ("organisation", "words"),
    [
        ('[defaults]\n"c" = "plate"\n', 'names "plate", which is no prompt'),
        ("[limits]\nattachments = 'many'\n", "ocrbot.toml:2: limits.attachments"),
    ],
)
async def test_what_does_not_fit_together_is_not_taken(folder: Path, organisation: str, words: str) -> None:
    told = Told()
    live = LiveConfig(folder, told)
    write(folder / "ocrbot.toml", organisation)
    await live.poll()
    await live.poll()
    assert live.current().organisation.admins == ("boss", "deputy")
    assert words in told.problems[0]


def test_a_bot_does_not_start_with_bad_files(folder: Path) -> None:
    write(folder / "prompts" / "invoice.toml", "title = 3")
    with pytest.raises(Misconfigured, match=r"invoice\.toml:1"):
        LiveConfig(folder, Told())


async def test_the_running_loop_takes_a_change_by_itself(folder: Path) -> None:
    live = LiveConfig(folder, Told())
    running = asyncio.create_task(live.run())
    write(folder / "prompts" / "plate.toml", PLATE)
    async with asyncio.timeout(30):
        while "plate" not in names(live):  # noqa: ASYNC110 - nothing says when it has polled
            await asyncio.sleep(0.1)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture
async def claims(redis: Redis) -> AsyncIterator[Claims]:
    claims = Claims(Store(redis).ledger, TaskQueue(redis, JOB_SIGNER), lambda: 5.0)
    running = asyncio.create_task(claims.run())
    yield claims
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def callback(number: int, text: str) -> dict[str, Any]:
    picture = {"type": "picture", "downloadCode": "x"}
    return {
        "msgId": f"m{number}",
        "conversationId": "c",
        "conversationType": "2",
        "robotCode": "r",
        "senderStaffId": "s",
        "msgtype": "richText",
        "content": {"richText": [{"text": text}, picture]},
    }


def task_of(redis: Redis, message: str) -> Task:
    task = Store(redis).task(task_id(message))
    assert task is not None
    return task


async def test_the_next_message_is_read_with_the_changed_prompt_and_the_one_before_keeps_its_own(
    folder: Path, redis: Redis, claims: Claims
) -> None:
    live = LiveConfig(folder, Told())
    intake = Intake(claims, live.current, lambda: 5.0)
    await intake.handle(callback(1, "车牌"))
    write(folder / "prompts" / "plate.toml", PLATE)
    await live.poll()
    await intake.handle(callback(2, "车牌"))
    before, after = task_of(redis, "m1").to_read.prompt, task_of(redis, "m2").to_read.prompt
    # Before, it is the name of a field that no kind has.
    assert (before.name, after.name) == ("extract", "plate")


async def test_each_admin_is_told_in_a_single_chat_and_only_once_by_all_processes(
    folder: Path, redis: Redis, claims: Claims
) -> None:
    notice = AdminNotice(claims.claim, robot_code="ding1", clock=lambda: 5.0)
    processes = [LiveConfig(folder, notice), LiveConfig(folder, notice)]
    write(folder / "prompts" / "plate.toml", PLATE.replace("title", "titel"))
    for live in (*processes, *processes, *processes):
        await live.poll()
    store = Store(redis)
    tasks = [task for name in store.due(now=1e12) if (task := store.task(name))]
    assert sorted(task.conversation.staff_id for task in tasks) == ["boss", "deputy"]
    for task in tasks:
        assert (task.conversation.robot_code, task.conversation.conversation_kind) == ("ding1", ConversationKind.SINGLE)
        assert isinstance(task.content, Say)
        assert "plate" in task.content.text
        assert "没有生效" in task.content.text
        assert task.attachments == ()


async def test_with_the_gate_changed_prompts_wait_for_their_examples(folder: Path) -> None:
    told = Told()
    write(folder / "ocrbot.toml", f'{ADMINS}[prompts]\ngate = "examples"\n')
    history = History(folder)
    history.record("accepted", history.current())
    live = LiveConfig(folder, told)
    write(folder / "prompts" / "plate.toml", PLATE)
    await live.poll()
    await live.poll()
    assert "plate" not in names(live)
    assert len(told.problems) == 1
    assert "ocrbot prompts test --accept" in told.problems[0]
    history.record("saved", history.current())
    await live.poll()
    assert "plate" not in names(live)
    history.record("accepted", history.current())
    await live.poll()
    assert "plate" in names(live)


async def test_the_gate_lets_pass_what_is_no_prompt(folder: Path) -> None:
    write(folder / "ocrbot.toml", '[prompts]\ngate = "examples"\n')
    live = LiveConfig(folder, Told())
    write(folder / "ocrbot.toml", '[prompts]\ngate = "examples"\n[masking]\ngroups = false\n')
    await live.poll()
    assert not live.current().organisation.masking


async def test_each_change_is_counted_by_what_became_of_it(folder: Path) -> None:
    counted: list[str] = []
    live = LiveConfig(folder, Told(), counted.append)
    plate = folder / "prompts" / "plate.toml"
    write(plate, PLATE)
    await live.poll()
    write(plate, PLATE.replace("title", "titel"))
    await live.poll()
    write(folder / "ocrbot.toml", '[prompts]\ngate = "examples"\n')
    write(plate, PLATE.replace("车牌号", "牌照"))
    await live.poll()
    assert counted == ["taken", "refused", "held_back"]
