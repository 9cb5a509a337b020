"""After a conversation with real processes Redis holds what `docs/redis.md` tells operators, and nothing else."""

import asyncio
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from bot.domain import texts
from bot.lookalike import File
from tests.e2e.deployment import PATIENT, Deploy, Deployment
from tests.fakes.redis_schema import families_in, undeclared

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
# Among those that a conversation must have met; which others it meets is a matter of moments.
MET = {
    *("ocrbot:claim:{task_id}", "ocrbot:task:{task_id}", "ocrbot:ledger", "ocrbot:line", "ocrbot:mine:{person}"),
    *("ocrbot:order:{conversation}", "ocrbot:cancelled:{task_id}", "ocrbot:day:{date}"),
    *("ocrbot:past:{task_id}", "ocrbot:posted:{task_id}", "ocrbot:last:{conversation}:{person}"),
    *("ocrbot:file:{task_id}:{index}", "ocrbot:outcome:{task_id}:{index}", "ocrbot:result:{digest}"),
    *("ocrbot:first:{digest}", "ocrbot:notices", "ocrbot:note:{task_id}", "ocrbot:pace:{engine}"),
    *("ocrbot:calls:{month}", "ocrbot:sent:{query_key}", "ocrbot:about:{task_id}"),
    *("ocrbot:token:{client_id}", "ocrbot:budget:{name}", "rq:job:{job_id}", "rq:worker:{worker}", "rq:queues"),
}


class Watch:
    """Looks at everything in Redis again and again, beside the conversation."""

    def __init__(self, deployment: Deployment) -> None:
        self._redis = Redis.from_url(deployment.redis.url)
        self.met: set[str] = set()
        self.troubles: set[str] = set()

    def look(self) -> None:
        self.met |= families_in(self._redis)
        self.troubles |= set(undeclared(self._redis))

    async def run(self) -> None:
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(0.2)

    def close(self) -> None:
        self._redis.close()


@contextmanager
def watching(deployment: Deployment) -> Iterator[Watch]:
    watch = Watch(deployment)
    looking = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        looking.cancel()
        watch.close()


def archive() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as packed:
        for name in ("digital_invoice.png", "invoice_photo.jpg"):
            packed.writestr(name, (SAMPLES / name).read_bytes())
    return body.getvalue()


@pytest.fixture
def with_cards(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "prompts").symlink_to(PATIENT.resolve() / "prompts")
    (folder / "ocrbot.toml").write_text('[receipt]\nmode = "card"\nafter_seconds = 1\n', encoding="utf-8")
    return {"OCRBOT_CONFIG_DIR": str(folder)}


async def test_redis_holds_what_operators_are_told(deploy: Deploy, with_cards: dict[str, str]) -> None:
    async with deploy(environment=with_cards) as h:
        with watching(h) as watch:
            await converse(h)
            await asyncio.to_thread(watch.look)
            assert sorted(watch.troubles) == []
            assert sorted(MET - watch.met) == []


async def converse(deployment: Deployment) -> None:
    """Post a picture that takes long and ask about it, post an archive, and cancel what waits."""
    dingtalk = deployment.dingtalk
    group, member = dingtalk.group("财务群"), dingtalk.member("张三")
    dingtalk.fail(DOWNLOAD, delay=4.0)
    posted = group.show(member, (SAMPLES / "digital_invoice.png").read_bytes())
    cards = dingtalk.records.cards
    await dingtalk.until(lambda: any(card.ended for card in cards.values()), timeout=90)
    group.quote(member, posted, "只要金额")
    await dingtalk.until(lambda: len(group.replies) >= 2, timeout=60)
    single = dingtalk.single(member)
    single.post(member, File("报销.zip", archive()))
    await dingtalk.until(lambda: bool(single.replies), timeout=120)
    dingtalk.fail(DOWNLOAD, delay=20.0)
    group.show(member, (SAMPLES / "whiteboard.jpg").read_bytes())
    group.say(member, "取消")
    await dingtalk.until(
        lambda: any(texts.commands.cancelled(1, 0, quoted=False) in one.text for one in group.replies), timeout=60
    )
