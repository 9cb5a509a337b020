"""Labelled pictures of real papers beside the checkout, read by the CPU engine: nothing legible is read wrong."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from tests.accuracy.labelled import labelled_papers
from tests.accuracy.scoring import Score, Verdict, score_fields
from workers.engines.cpu.local import LocalRapid
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
PICTURES = {".png", ".jpg"}
# What the engine gives no line for: a title under a seal, a class under a watermark.
ILLEGIBLE = {("air_itinerary_specimen.png", "发票名称"), ("rail_refund_specimen.png", "席别")}


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalRapid]:
    running = LocalRapid(runtime="onnxruntime")
    yield running
    running.close()


def test_no_labelled_value_is_wrong_and_what_is_legible_is_there(cases: Path, engine: LocalRapid) -> None:
    papers = [paper for paper in labelled_papers(cases / "real") if paper.file.suffix in PICTURES]
    if not papers:
        pytest.skip("the labelled pictures are not beside this checkout")
    scores: list[Score] = []
    for paper in papers:
        request = ReadRequest(
            file=identify(paper.file.read_bytes()),
            prompt=PROMPTS.default,
            candidates=PROMPTS.candidates,
            today=date(2026, 11, 26),
        )
        document = read_document(request, engine)
        scores += score_fields(document, paper.fields, case=paper.file.name, kind=paper.kind, condition="")

    wrong = [one for one in scores if one.verdict is Verdict.WRONG and one.got.removesuffix("km") != one.expected]
    missing = {one.key for one in scores if one.verdict is Verdict.MISSING}
    assert [(one.key, one.expected, one.got) for one in wrong] == []
    assert missing <= ILLEGIBLE
