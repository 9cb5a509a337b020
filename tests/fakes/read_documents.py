"""Documents as reading returns them, for the tests of replies and exports."""

from collections.abc import Mapping
from pathlib import Path

from bot.config.prompt_files import load
from bot.domain.document import Document, Field, FirstSeen, Row, Status
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import FieldSpec, Prompt
from bot.domain.task import Task
from tests.fakes.tasks import reading_task

PROMPTS = load(Path(__file__).parents[2] / "config" / "prompts")
NOON = 1_795_320_000.0  # 2026-11-22 12:00 in China


def kind(name: str) -> Prompt:
    return next(prompt for prompt in PROMPTS.prompts if prompt.name == name)


def task(files: int, *, prompt: str = "text", single: bool = False, staff: str = "007", **names: str) -> Task:
    """Return a task with this number of files; `_1="a.pdf"` names the first."""
    return reading_task(
        id="3f2a5b6c7d8e9f001122",
        recipient=DingTalkConversation(
            robot_code="r",
            conversation_id="c",
            conversation_kind=ConversationKind.SINGLE if single else ConversationKind.GROUP,
            staff_id=staff,
        ),
        received_at=NOON,
        attachments=tuple(
            Attachment(download_code=f"code{number}", name=names.get(f"_{number}", ""))
            for number in range(1, files + 1)
        ),
        prompt=kind(prompt),
        candidates=PROMPTS.candidates,
        full_text_word="文字",
    )


def document_of(  # noqa: PLR0913 - keyword-only
    name: str,
    values: Mapping[str, str],
    *,
    status: Status = Status.CHECKED,
    doubtful: Mapping[str, str] | None = None,
    first: FirstSeen | None = None,
    rows: tuple[Mapping[str, str], ...] = (),
) -> Document:
    """Return a document of a kind with `values` by key, all of one status except those in `doubtful`, by reason."""
    prompt, doubts = kind(name), doubtful or {}
    return Document(
        prompt=name,
        title=prompt.title,
        engine="rapid",
        seconds=1.0,
        pages=1,
        text="页面上的文字",
        fields=tuple(
            _field(spec, values.get(spec.key, ""), status, doubts.get(spec.key, "")) for spec in prompt.fields
        ),
        first=first,
        rows=tuple(
            Row(cells=tuple(_field(spec, row.get(spec.key, ""), status, "") for spec in prompt.columns)) for row in rows
        ),
    )


def invoice(number: str, total: str, day: str = "2025-03-18", **more: object) -> Document:
    return document_of("invoice", {"invoice_number": number, "total_with_tax": total, "issue_date": day}, **more)  # type: ignore[arg-type]


def page(text: str, prompt: str = "text", pages: int = 1) -> Document:
    return Document(prompt=prompt, title=kind(prompt).title, engine="rapid", seconds=1.0, pages=pages, text=text)


def _field(spec: FieldSpec, value: str, status: Status, doubt: str) -> Field:
    if not value:
        return Field(name=spec.name, key=spec.key)
    return Field(
        name=spec.name,
        key=spec.key,
        value=value,
        status=Status.DOUBTFUL if doubt else status,
        doubts=(doubt,) if doubt else (),
    )
