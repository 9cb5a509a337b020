"""Six honest people beside two who post hostile files without a pause. `make bench`.

The honest post photos and an OFD in turn, each the next one after an answer. Each answer's time is held against the
median of the same file's time alone, when nobody else posts anything. The engine is the fake vLLM, which takes half a
second for a picture and nothing of the processor, so what is measured is what hostile files take from others of this
machine. The hostile files are those of `cases/hostile` beside the checkout.
"""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import File, Limits, Lookalike, Picture
from tests.e2e.deployment import SECRET, addresses_of, clean_environment, hunyuan_settings, unpaced
from tests.fakes.embedded_files import ofd
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT.parent / "shared" / "cases" / "hostile"
PHOTO = (ROOT / "config" / "samples" / "invoice_photo.jpg").read_bytes()
SHEET = (ROOT / "config" / "samples" / "whiteboard.jpg").read_bytes()
KEY = "sesame"
HONEST, ATTACKERS = 6, 2
ROUNDS = 3  # of each kind for each person
OPEN_OF_ATTACKER = 8  # messages that an attacker has open at once
TWICE = 2.0
PATIENCE = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """How long an answer took."""

    kind: str
    seconds: float


def content(kind: str) -> Picture | File:
    """Return a file of this kind that was not read before."""
    if kind == "ofd":
        return File("发票.ofd", ofd(attached=None) + secrets.token_bytes(8))
    return Picture((PHOTO if kind == "photo" else SHEET) + secrets.token_bytes(8))


KINDS = ("photo", "ofd", "sheet")


@asynccontextmanager
async def deployed(engine: FakeVllm) -> AsyncIterator[Lookalike]:
    """Run everything, warm."""
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder) / "redis")
        async with Lookalike(client_id="app", client_secret=SECRET, limits=lifted) as dingtalk:
            environment = {
                **clean_environment(Path(folder)),
                **addresses_of(dingtalk, redis),
                **hunyuan_settings(engine.url, token=KEY, workers=0),
                **unpaced(),
            }
            running = Processes(folder=Path(folder), environment=environment, redis=redis, processes=("worker", "bot"))
            async with running:
                await dingtalk.connected(1, timeout=60)
                for kind in KINDS:
                    await ask(dingtalk, "试机", kind)
                yield dingtalk


async def ask(dingtalk: Lookalike, name: str, kind: str) -> Timed:
    """Post a file and wait for its answer."""
    member = dingtalk.member(name)
    chat = dingtalk.single(member)
    began = time.perf_counter()
    chat.post(member, content(kind))
    await dingtalk.next_reply(chat, timeout=PATIENCE)
    return Timed(kind=kind, seconds=time.perf_counter() - began)


async def ask_often(dingtalk: Lookalike, name: str) -> list[Timed]:
    """Post one file after the other, as a person does who waits for each answer."""
    return [await ask(dingtalk, name, kind) for _ in range(ROUNDS) for kind in KINDS]


async def attack(dingtalk: Lookalike, name: str, files: Sequence[Path]) -> None:
    """Post hostile files without an end, so that some are always open."""
    member = dingtalk.member(name)
    chat, posted = dingtalk.single(member), 0
    while True:
        if posted - len(chat.replies) < OPEN_OF_ATTACKER:
            path = files[posted % len(files)]
            chat.post(member, File(path.name, path.read_bytes() + secrets.token_bytes(8)))
            posted += 1
        else:
            await asyncio.sleep(0.05)


async def measure(files: Sequence[Path]) -> None:
    """Print the ratios."""
    with FakeVllm(key=KEY, script=lambda _: Script(text="会议纪要", first_after=0.5)) as engine:
        async with deployed(engine) as dingtalk:
            alone = await ask_often(dingtalk, "独自")
            usual = {kind: statistics.median(one.seconds for one in alone if one.kind == kind) for kind in KINDS}
            together = await asyncio.gather(*(ask_often(dingtalk, f"同事{one}") for one in range(HONEST)))
            attacks = [asyncio.create_task(attack(dingtalk, f"攻击{one}", files[one:])) for one in range(ATTACKERS)]
            await asyncio.sleep(5.0)  # until their files are at work
            # Other people: a chat that has just got nine messages gets the next ones at DingTalk's pace.
            beside = await asyncio.gather(*(ask_often(dingtalk, f"客人{one}") for one in range(HONEST)))
            replies = [len(dingtalk.single(dingtalk.member(f"攻击{one}")).replies) for one in range(ATTACKERS)]
            for task in attacks:
                task.cancel()
    print(f"alone: {', '.join(f'{kind} {usual[kind]:.2f} s' for kind in KINDS)}")
    _print("six people", [one for timed in together for one in timed], usual)
    _print("beside two attackers", [one for timed in beside for one in timed], usual)
    print(f"meanwhile the attackers had {sum(replies)} answers")


def _print(title: str, timed: Sequence[Timed], usual: dict[str, float]) -> None:
    for kind in KINDS:
        ratios = sorted(one.seconds / usual[kind] for one in timed if one.kind == kind)
        within = sum(ratio <= TWICE for ratio in ratios)
        print(
            f"{title}, {kind}: {len(ratios)} answers, median {statistics.median(ratios):.2f} times as long as alone, "
            f"the slowest {ratios[-1]:.2f} ({ratios[-1] * usual[kind]:.2f} s); {within} within twice"
        )


def main() -> None:
    """Measure, if the files are there."""
    files = sorted(path for path in HOSTILE.glob("*") if path.suffix not in {".md", ".txt"})
    if files:
        asyncio.run(measure(files))
    else:
        print(f"no hostile files in {HOSTILE}")


if __name__ == "__main__":
    main()
