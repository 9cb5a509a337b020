"""Bot and workers of the last release and of this one work together, whichever is replaced first."""

import asyncio
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest

from bot.console.local_redis import LocalRedis
from bot.lookalike import Limits, Lookalike, Timing
from tests.chaos.posting import ANSWER, post_all
from tests.chaos.scene import working
from tests.chaos.verdict import Sent, judge, told_of
from tests.e2e.deployment import PATIENT, SECRET, addresses_of, clean_environment, hunyuan_settings, unpaced
from tests.fakes.fake_vllm import FakeVllm

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
BEFORE = "0aa1379bea1a33757e5e6e9d16bfca740b2f105a"  # stands for the last release until one has a tag
MESSAGES, SECONDS = 10, 2.0  # around each change


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


@pytest.fixture(scope="session")
def last_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code and the prompts of the newest tag below this commit, else of the fixed one.

    A release comes with the prompt files that it knows all keys of; the organisation file is the deployment's.
    """
    try:
        tags = git("tag", "--list", "v*", "--merged", "HEAD~1", "--sort=-version:refname").decode().split()
        archive = git("archive", (tags or [BEFORE])[0], "bot", "workers", "config")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("this clone has no history, so there is no last release to run beside this one")
    folder = tmp_path_factory.mktemp("last-release")
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    shutil.copy(PATIENT / "ocrbot.toml", folder / "config" / "ocrbot.toml")
    return folder


def code_in(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which a process runs the code in `folder`, not the one installed."""
    with_code = {**environment, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    where = [sys.executable, "-c", "import bot, workers; print(bot.__file__, workers.__file__)"]
    found = subprocess.run(where, env=with_code, capture_output=True, text=True, check=True).stdout.split()
    assert [path for path in found if not path.startswith(f"{folder}{os.sep}")] == []
    return with_code


@asynccontextmanager
async def process(name: str, environment: Mapping[str, str], log: Path) -> AsyncIterator[None]:
    """Run a process and have it stop as an operator does, with its jobs done."""
    with log.open("ab") as stream:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--with-parent", name,
            env=dict(environment), stdin=asyncio.subprocess.DEVNULL, stdout=stream, stderr=stream,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        running.terminate()
        await running.wait()
    assert running.returncode == 0, f"see {log}"


async def test_no_message_is_lost_or_answered_twice_while_releases_are_mixed(
    last_release: Path, tmp_path: Path
) -> None:
    redis = LocalRedis(directory=tmp_path / "redis")
    redis.start()
    sent: list[Sent] = []
    limits, timing = Limits(api_calls_per_second=None), Timing(redelivery=(1.0, 2.0, 3.0, 5.0, 10.0))
    with FakeVllm(key="sesame", slots=8, script=working) as engine:
        async with Lookalike(client_id="app", client_secret=SECRET, limits=limits, timing=timing) as dingtalk:
            common = {
                **clean_environment(tmp_path),
                **addresses_of(dingtalk, redis),
                **hunyuan_settings(engine.url, token="sesame", workers=4),
                **unpaced(),
            }
            before = code_in(last_release, {**common, "OCRBOT_CONFIG_DIR": str(last_release / "config")})
            now = code_in(ROOT, common)

            async with AsyncExitStack() as bots, AsyncExitStack() as workers:

                async def change(stack: AsyncExitStack, name: str, environment: Mapping[str, str]) -> None:
                    """Start the next process beside the one before, which is stopped then, while messages arrive."""
                    posting = asyncio.create_task(post_all(dingtalk, MESSAGES, SECONDS, sent))
                    one_before = stack.pop_all()
                    log = tmp_path / f"{name}.log"
                    await stack.enter_async_context(process(name, environment, log))
                    if name == "bot":
                        await dingtalk.connected(2, timeout=60)
                    await one_before.aclose()
                    await posting

                async def answered() -> None:
                    await dingtalk.until(lambda: not judge(sent, dingtalk.records.entries).lost, timeout=60)

                await workers.enter_async_context(process("worker", before, tmp_path / "worker.log"))
                await bots.enter_async_context(process("bot", before, tmp_path / "bot.log"))
                await dingtalk.connected(timeout=60)
                await change(bots, "bot", now)
                await answered()  # by workers of the last release, for this bot
                await change(workers, "worker", now)
                await change(bots, "bot", before)
                await answered()  # by these workers, for the bot of the last release
    redis.stop()
    verdict = judge(sent, dingtalk.records.entries)
    assert verdict.holds(may_repeat=False), told_of(sent, dingtalk.records.entries)
    expecting = sum(each.expects == ANSWER for each in sent)
    assert verdict.answered >= expecting, told_of(sent, dingtalk.records.entries)
