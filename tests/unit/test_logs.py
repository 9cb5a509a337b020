import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from bot.domain.errors import Unavailable

PRINTED = "身份证号码 110101199003070011"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, settings = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**settings)


def stumble(paper: str) -> None:
    try:
        int(paper)
    except ValueError as error:
        raise RuntimeError(f"cannot take {paper}") from error


def log_failure() -> None:
    log = structlog.get_logger("ocrbot.jobs")
    try:
        stumble(PRINTED)
    except RuntimeError:
        log.exception("step failed")


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_failure_is_logged_with_its_place_and_without_what_stood_on_the_paper(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("json" if style == "json" else "text")
    log_failure()
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert all(words in said for words in ("step failed", "RuntimeError", "ValueError", "in stumble"))
    assert PRINTED not in said
    assert "110101199003070011" not in said


def test_a_library_s_failure_is_logged_likewise(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    try:
        stumble(PRINTED)
    except RuntimeError:
        logging.getLogger("rq.worker").exception("raised while executing")
    said = json.loads(capsys.readouterr().err)
    assert said["event"] == "raised while executing"
    assert "in stumble" in said["trace"]
    assert PRINTED not in json.dumps(said, ensure_ascii=False)


def test_our_own_errors_keep_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    error = Unavailable("no answer from DingTalk: ReadTimeout")
    structlog.get_logger("ocrbot.jobs").error("step failed", exc_info=error)
    assert "Unavailable: no answer from DingTalk: ReadTimeout" in json.loads(capsys.readouterr().err)["trace"]
