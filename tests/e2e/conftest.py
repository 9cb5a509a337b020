import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.console.local_redis import LocalRedis, find_server
from bot.console.processes import Processes
from bot.lookalike import Limits, Lookalike, Timing
from tests.e2e.deployment import SECRET, USERS, Deploy, Deployment, addresses_of, clean_environment, password_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one engine for all tests: it has no state, and loading it takes seconds."""
    folder = tmp_path_factory.mktemp("engine")
    environment = {**clean_environment(folder), "OCRBOT_ENGINE__LISTEN": "127.0.0.1:0"}
    command = [sys.executable, "-m", "bot", "--with-parent", "engine"]
    with (
        (folder / "engine.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), (folder / "engine.log").read_text()
        yield line.removeprefix("listening on ").strip()
        process.terminate()


@pytest.fixture
def deploy(tmp_path: Path, engine: str) -> Deploy:
    """Start a deployment: `async with deploy() as d`. DingTalk redelivers sooner than the real platform."""

    @asynccontextmanager
    async def run_deployment(
        processes: Sequence[str] = ("worker", "bot"),
        limits: Limits | None = None,
        timing: Timing | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Deployment]:
        redis = LocalRedis(directory=tmp_path / "redis")
        timing = timing or Timing(redelivery=(1.0, 2.0, 3.0))
        async with Lookalike(client_id="app", client_secret=SECRET, limits=limits, timing=timing) as dingtalk:
            complete = {
                **clean_environment(tmp_path),
                **addresses_of(dingtalk, redis),
                "OCRBOT_ENGINE__URLS": json.dumps([engine]),
                **(environment or {}),
            }
            running = Processes(folder=tmp_path, environment=complete, redis=redis, processes=processes)
            async with running:
                bots = sum(name.startswith("bot") for name in processes)
                await dingtalk.connected(bots, timeout=30)
                yield Deployment(dingtalk, running, redis)

    return run_deployment


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[LocalRedis]:
    """A Redis with the users of deploy/redis, started as compose starts it."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for user in USERS:
        (secrets / f"REDIS_{user.upper()}_PASSWORD").write_text(password_of(user) + "\n", encoding="utf-8")
    environment = {
        **os.environ,
        "REDIS_SERVER": find_server(),
        "SECRETS": str(secrets),
        "ACL_FILE": str(tmp_path / "users.acl"),
    }
    server = LocalRedis(
        directory=tmp_path / "redis", server=str(ROOT / "deploy" / "redis" / "start.sh"), environment=environment
    )
    server.start()
    yield server
    server.kill()
