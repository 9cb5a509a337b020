from typing import Any

from bot.mcp_server.answers import document_answer
from tests.fakes.fake_document_api import document_json, field_json, paper_json


def fields_of(*fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (paper,) = document_answer(document_json("done", paper_json(*fields)))["papers"]
    return {field["name"]: field for field in paper["fields"]}


def test_only_what_is_confirmed_is_called_a_value() -> None:
    found = fields_of(
        field_json("total", "106.00", "checked"),
        field_json("date", "2026-09-01", "unchecked"),
        field_json("number", "12", "doubtful", doubts=["少了一位"], checks={"passed": [], "failed": ["length"]}),
        field_json("buyer", "", "missing"),
    )
    assert found["total"]["value"] == "106.00"
    assert [name for name, field in found.items() if "value" in field] == ["total"]
    assert found["date"]["read_as"] == "2026-09-01"
    assert "no check could confirm" in found["date"]["why_not_certain"][-1]
    assert found["number"]["why_not_certain"][:2] == ["少了一位", "fails the check length"]
    assert "read_as" not in found["buyer"]


def test_a_status_that_is_not_known_yet_is_not_certain() -> None:
    assert "value" not in fields_of(field_json("total", "106.00", "guessed"))["total"]


def test_a_correction_is_the_value_and_says_whose_it_is() -> None:
    correction = {"before": "12", "after": "123", "by": "erp", "at": "2026-09-01T00:00:00Z"}
    number = fields_of(field_json("number", "12", "doubtful", correction=correction))["number"]
    assert (number["value"], number["status"]) == ("123", "corrected")
    assert "erp" in number["source"]


def test_rows_are_told_in_the_same_way() -> None:
    row = [field_json("amount", "1.00", "unchecked"), field_json("tax", "0.06", "checked")]
    answer = document_answer(document_json("done", paper_json(rows=[row])))
    assert [field.get("value") for field in answer["papers"][0]["rows"][0]] == [None, "0.06"]


def test_how_certain_a_document_is_comes_first() -> None:
    checked, unchecked = field_json("a", "1", "checked"), field_json("b", "2", "unchecked")
    said = [
        document_answer(document_json("done", paper_json(*fields)))["certainty"]
        for fields in ([checked], [checked, unchecked], [])
    ]
    assert said[0].startswith("Every value was confirmed")
    assert said[1].startswith("Not every value is certain")
    assert "nothing in it was checked" in said[2]


def test_what_is_too_long_is_cut_and_said() -> None:
    rows = [[field_json("amount", "1.00", "checked")] for _ in range(250)]
    paper = paper_json(text="字" * 20_010, rows=rows, pages_left=3)
    (shown,) = document_answer(document_json("done", paper))["papers"]
    assert (len(shown["text"]), len(shown["rows"])) == (20_000, 200)
    assert shown["not_shown"] == ["50 more rows", "10 more characters of the text", "3 more pages, which were not read"]


def test_what_is_not_done_says_how_to_go_on_and_shows_no_papers() -> None:
    answer = document_answer(document_json("reading", ahead=0, expected_seconds=12.0))
    assert "papers" not in answer
    assert "get_document" in answer["next"]


def test_a_failure_says_what_to_do() -> None:
    problem = {"reason": "encrypted", "title": "Encrypted", "detail": "Remove the password"}
    assert document_answer(document_json("failed", problem={**problem, "status": 422}))["problem"] == problem
