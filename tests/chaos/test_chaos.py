"""A few cells of the matrix with few messages; `make chaos` plays all of them."""

from pathlib import Path

import pytest

from tests.chaos.cells import chosen
from tests.chaos.playing import Options, play
from tests.chaos.run import main

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
FEW = ("worker:kill@reply", "redis:full@fetch", "dingtalk:refuse@claim", "api:kill@upload", "receiver:kill@webhook")


async def test_every_message_and_document_has_one_outcome_whatever_fails(tmp_path: Path) -> None:
    played = await play(
        chosen(FEW), Options(folder=tmp_path, messages=5, fault=3.0, patience=60.0, quiet=5.0), lambda _: None
    )
    assert [one.cell.name for one in played if not one.holds] == []
    assert len(played) == len(FEW)


def test_a_cell_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cells", "printer:*"]) == 2
    assert "printer:*" in capsys.readouterr().err
