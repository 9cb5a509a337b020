"""Receipts with real processes: what is downloaded slowly, and workers that are killed meanwhile."""

from pathlib import Path

import pytest

from tests.e2e.deployment import PATIENT, Deploy
from tests.fakes.processes import descendants, kill_all

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
CREATE = "/v1.0/card/instances/createAndDeliver"


def wanting(mode: str, folder: Path) -> dict[str, str]:
    """The environment of an organisation that wants receipts of this kind."""
    (folder / "prompts").symlink_to(PATIENT.resolve() / "prompts")
    (folder / "ocrbot.toml").write_text(f'[receipt]\nmode = "{mode}"\n', encoding="utf-8")
    return {"OCRBOT_CONFIG_DIR": str(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "config"
    made.mkdir()
    return made


async def test_who_waits_gets_word_and_then_the_answer(deploy: Deploy, folder: Path) -> None:
    async with deploy(environment=wanting("text", folder)) as h:
        h.dingtalk.fail(DOWNLOAD, delay=5.0)
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.show(member, (SAMPLES / "contract.png").read_bytes())
        assert (await h.dingtalk.next_reply(group, timeout=30)).text == "张三：已收到，正在识别。"
        assert "QH-2025-0318" in (await h.dingtalk.next_reply(group, timeout=60)).text
        assert len(group.replies) == 2


async def test_all_workers_are_killed_while_a_card_is_open(deploy: Deploy, folder: Path) -> None:
    async with deploy(environment=wanting("card", folder)) as h:
        h.dingtalk.fail(DOWNLOAD, delay=8.0)
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.show(member, (SAMPLES / "contract.png").read_bytes())
        cards = h.dingtalk.records.cards
        await h.dingtalk.until(lambda: bool(cards), timeout=30)
        kill_all(descendants(h.processes.pid("worker")))
        (card,) = cards.values()
        assert card.state == "processing"
        await h.dingtalk.until(lambda: card.ended, timeout=120)
        assert card.state == "finished"
        assert "QH-2025-0318" in card.text
        assert [entry.kind for entry in group.replies] == ["card"]
        assert sum(call.path == CREATE for call in h.dingtalk.records.calls) == 1
