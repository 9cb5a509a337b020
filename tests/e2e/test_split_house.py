"""Reading as a service of its own: it has no secret of DingTalk, and a worker that has it fetches and answers."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from json import dumps
from pathlib import Path

import pytest
from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Chat, Lookalike, Member, Timing
from tests.e2e.deployment import SECRET, addresses_of, as_user, clean_environment, client, refusals
from tests.e2e.test_operators_see import free_address, seen, value
from tests.fakes.processes import descendants, fork_servers, kill_all, readers

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config" / "samples"
JOB_KEY = "0123456789abcdef0123456789abcdef"
QUEUES = {"worker": "fetch,reply,notice,webhook", "worker-read": "read"}
STREAM = "/v1.0/card/streaming"


@dataclass(frozen=True, slots=True)
class SplitHouse:
    """The processes of compose.yaml, each with the settings and the user of Redis that it has there."""

    dingtalk: Lookalike
    worker: Processes
    read: Processes
    operator: Redis
    metrics: Mapping[str, str]  # the address of each worker's, by its name

    @property
    def reading(self) -> int:
        """The process that only reads."""
        return self.read.pid("worker-read")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped prompts, and cards for who waits."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "prompts").symlink_to(ROOT / "config" / "prompts")
    (folder / "ocrbot.toml").write_text('[receipt]\nmode = "card"\nafter_seconds = 1\n', encoding="utf-8")
    return folder


@asynccontextmanager
async def split_house(guarded: LocalRedis, engine: str, folder: Path, config: Path) -> AsyncIterator[SplitHouse]:
    timing = Timing(redelivery=(1.0, 2.0, 3.0))
    async with Lookalike(client_id="app", client_secret=SECRET, timing=timing) as dingtalk:
        common = {"OCRBOT_CONFIG_DIR": str(config), "OCRBOT_REDIS__JOB_KEYS": JOB_KEY}
        outside = {**clean_environment(folder), **addresses_of(dingtalk, guarded), **common}
        inside = {**clean_environment(folder), **common, "OCRBOT_ENGINE__URLS": dumps([engine])}
        arguments = {name: ("--queues", queues) for name, queues in QUEUES.items()}
        metrics = {name: free_address() for name in QUEUES}

        def processes(name: str, user: str, environment: dict[str, str]) -> Processes:
            shown = {"OCRBOT_METRICS__WORKER_LISTEN": metrics[name]} if name in metrics else {}
            complete = environment | as_user(user, guarded) | shown
            return Processes(folder=folder, environment=complete, processes=(name,), arguments=arguments)

        async with (
            processes("worker", "worker", outside) as worker,
            processes("worker-read", "read", inside) as read,
            processes("bot", "bot", outside),
        ):
            await dingtalk.connected(1, timeout=60)
            operator = client(guarded, "operator")
            yield SplitHouse(dingtalk, worker, read, operator, metrics)
            operator.close()


async def soon(condition: Callable[[], bool]) -> None:
    """Wait until something holds of which the look-alike does not tell."""
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - neither processes nor Redis call
            await asyncio.sleep(0.05)


def environments(pid: int) -> str:
    """What the processes of this one were started with: their settings and their arguments."""
    found = [Path(f"/proc/{one}/{file}") for one in descendants(pid) for file in ("environ", "cmdline")]
    return "\n".join(path.read_bytes().decode(errors="replace") for path in found)


async def test_a_message_is_answered_by_what_reads_without_a_secret_and_what_sends(
    guarded: LocalRedis, engine: str, tmp_path: Path, config: Path
) -> None:
    async with split_house(guarded, engine, tmp_path, config) as house:
        group, member = house.dingtalk.group("财务群"), house.dingtalk.member("张三")
        posted = group.show(member, (SAMPLES / "contract.png").read_bytes())
        await soon(lambda: bool(readers(house.reading)))
        seen = environments(house.reading)
        assert SECRET not in seen
        assert "OCRBOT_DINGTALK" not in seen
        assert not fork_servers(house.worker.pid("worker"))  # what sends decodes nothing
        cards = house.dingtalk.records.cards
        await house.dingtalk.until(lambda: bool(group.replies), timeout=90)
        await house.dingtalk.until(lambda: all(card.ended for card in cards.values()), timeout=60)
        shown = [entry.text for entry in group.replies] + [card.text for card in cards.values()]
        assert any("QH-2025-0318" in text for text in shown)
        group.quote(member, posted, "甲方")
        await house.dingtalk.until(lambda: len(group.replies) == 2, timeout=60)
        await each_shows_its_own_work(house)
        await replaced_while_it_reads(house, group, member)
        assert refusals(house.operator) == []
        assert SECRET not in house.read.log("worker-read").read_text(encoding="utf-8")


async def each_shows_its_own_work(house: SplitHouse) -> None:
    read, worker = [(await seen(house.metrics[name], "/metrics"))[1] for name in ("worker-read", "worker")]
    assert value(read, 'ocrbot_file_seconds_count{result="read"}') == 1
    assert value(read, 'ocrbot_step_seconds_count{result="done",step="read"}') == 1
    assert "ocrbot_dingtalk_seconds_count{" not in read
    assert value(worker, 'ocrbot_step_seconds_count{result="done",step="reply"}') >= 1
    assert (await seen(house.metrics["worker-read"], "/ready"))[0] == 200


async def replaced_while_it_reads(house: SplitHouse, group: Chat, member: Member) -> None:
    """What reads is asked to end, as an upgrade does: it finishes its file, and the next one takes its place."""
    first = house.reading
    group.show(member, (SAMPLES / "digital_invoice.png").read_bytes())
    await soon(lambda: bool(house.operator.zcard("rq:wip:read")))
    os.kill(first, signal.SIGTERM)
    await house.dingtalk.until(lambda: len(group.replies) == 3, timeout=60)
    await soon(lambda: house.reading != first)
    log = house.read.log("worker-read").read_text(encoding="utf-8")
    assert log.count("file read") == 2  # each of the two once


async def test_whichever_is_killed_nothing_is_lost(
    guarded: LocalRedis, engine: str, tmp_path: Path, config: Path
) -> None:
    (config / "ocrbot.toml").write_text('[receipt]\nmode = "off"\n', encoding="utf-8")
    async with split_house(guarded, engine, tmp_path, config) as house:
        group, member = house.dingtalk.group("财务群"), house.dingtalk.member("张三")
        victims = {"contract.png": (house.read, "worker-read"), "digital_invoice.png": (house.worker, "worker")}
        for name, (processes, process) in victims.items():
            group.show(member, (SAMPLES / name).read_bytes())
            await soon(lambda: bool(house.operator.zcard("rq:wip:read")))
            await asyncio.sleep(0.5)
            kill_all(descendants(processes.pid(process)))
            await house.dingtalk.next_reply(group, timeout=120)
        found = [entry.text for entry in group.replies]
        assert ["QH-2025-0318" in found[0], "25992000000001234567" in found[1]] == [True, True]
        group.say(member, "帮助")
        await house.dingtalk.next_reply(group, timeout=60)
        assert len(group.replies) == 3
        assert refusals(house.operator) == []


async def test_what_reads_needs_the_key_of_jobs_and_says_so(tmp_path: Path) -> None:
    environment = {**clean_environment(tmp_path), "OCRBOT_REDIS__URL": "redis://localhost:1/0"}
    processes = Processes(
        folder=tmp_path,
        environment=environment,
        processes=("worker-read",),
        arguments={"worker-read": ("--queues", "read")},
    )
    async with processes:
        await soon(lambda: bool(processes.failed()))
        assert "OCRBOT_REDIS__JOB_KEYS is not set" in processes.log("worker-read").read_text(encoding="utf-8")
