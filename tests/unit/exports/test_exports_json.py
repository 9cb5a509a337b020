import io
import json
import zipfile
from dataclasses import replace
from typing import Any

from bot.domain.attachment_format import Format
from bot.domain.document import Box, Failure, FileSignature, FirstSeen, Match, PlaceInFile, SignatureState
from bot.domain.replying.answer_view import answer_view
from tests.fakes.read_documents import NOON, document_of, invoice, kind, page, task
from tests.fakes.tasks import reading
from workers.exports import make
from workers.exports.json_export import outcome_json


def opened(data: bytes) -> tuple[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (name,) = archive.namelist()
        return name, json.loads(archive.read(name))


def test_machines_get_what_the_command_line_prints_with_a_version_and_the_tasks_number() -> None:
    first = FirstSeen(task_id="other", index=1, at=NOON, match=Match.NUMBER)
    read = (
        invoice("1", "2", rows=({kind("invoice").columns[0].key: "纸"},)),
        Failure(reason="x", text="打不开。"),
        invoice("1", "2", first=first),
    )
    asked = task(3, _1="a.pdf")
    data = make(answer_view(asked, read), Format.JSON)
    name, found = opened(data)
    assert name == "发票_20261122_3张.json"
    assert (found["version"], found["task"]) == (1, asked.id)
    assert found["results"][0] == json.loads(json.dumps(outcome_json("a.pdf", read[0])))
    assert found["results"][0]["rows"][0]["名称"]["value"] == "纸"
    assert found["results"][1] == {"file": "图片2", "error": {"reason": "x", "text": "打不开。"}}
    assert found["results"][2]["same_as"] == {"task": "other", "file": 2, "match": "number"}
    assert make(answer_view(asked, read), Format.JSON) == data


def test_masked_values_are_masked_for_machines_too() -> None:
    card = document_of("id_card", {"number": "110101199003071234"})
    asked = reading(task(1, prompt="id_card"), masked=True)
    data = make(answer_view(asked, [replace(card, text="号码110101199003071234")]), Format.JSON)
    assert "110101199003071234" not in json.dumps(opened(data)[1])


def test_broken_characters_do_not_break_the_file() -> None:
    assert opened(make(answer_view(task(1), [page("甲\ud800乙")]), Format.JSON))[1]["results"][0]["text"] == "甲?乙"


def test_what_signatures_prove_is_said_to_machines() -> None:
    signature = FileSignature(state=SignatureState.INTACT, signers=("青州税务局",))
    changed = replace(invoice("1", "2"), signature=FileSignature(state=SignatureState.CHANGED))

    assert outcome_json("a.ofd", replace(invoice("1", "2"), signature=signature))["signature"] == {
        "state": "intact",
        "signers": ["青州税务局"],
    }
    assert outcome_json("a.ofd", changed)["signature"] == {"state": "changed", "signers": []}
    assert "signature" not in outcome_json("a.ofd", invoice("1", "2"))


def test_each_of_several_papers_in_a_file_is_a_result_with_its_place() -> None:
    place = PlaceInFile(number=1, of=2, pages=(0,), region=Box(left=1, top=2, right=30, bottom=40))
    second = replace(invoice("2", "6"), place=replace(place, number=2, region=None))
    sheet = replace(invoice("1", "5"), place=place, others=(second,), left_over="报销人")
    found = opened(make(answer_view(task(1, _1="a.pdf"), [sheet]), Format.JSON))[1]["results"]
    assert [one["paper"] for one in found] == [
        {"number": 1, "of": 2, "pages": [0], "region": [1, 2, 30, 40]},
        {"number": 2, "of": 2, "pages": [0], "region": None},
    ]
    assert [one["fields"]["发票号码"]["value"] for one in found] == ["1", "2"]
    assert [one.get("left_over") for one in found] == ["报销人", None]
    assert "paper" not in outcome_json("a.pdf", invoice("1", "5"))
