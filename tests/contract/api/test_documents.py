"""Documents of the API over a real Redis: sent, asked for, listed, corrected, exported, deleted."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.document import Box, Failure, Row
from bot.domain.requests.page_picture import PagePicture
from bot.domain.texts import unreadable, warnings
from tests.fakes.api_house import ApiHouse, errors_of
from tests.fakes.read_documents import invoice

SAMPLES = Path(__file__).parents[3] / "config" / "samples"
PNG = b"\x89PNG\r\n\x1a\n made up"


async def posted(house: ApiHouse, name: str = "erp", **values: str) -> str:
    async with house.caller(name) as http:
        response = await http.post("/v1/documents", files={"file": ("发票.png", PNG, "image/png")}, data=values)
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


async def test_a_form_is_taken_and_told_its_place(house: ApiHouse) -> None:
    async with house.caller() as http:
        response = await http.post(
            "/v1/documents", files={"file": ("发票.png", PNG, "image/png")}, data={"reference": "PO-1"}
        )
        assert response.status_code == 202
        body = response.json()
        assert response.headers["location"] == f"/v1/documents/{body['id']}"
        assert int(response.headers["retry-after"]) >= 1
        assert (body["status"], body["reference"], body["ahead"]) == ("queued", "PO-1", 0)
        assert (body["file"]["name"], body["file"]["bytes"]) == ("发票.png", len(PNG))
        assert (await http.get(response.headers["location"])).json()["id"] == body["id"]


async def test_a_raw_body_is_taken_with_its_type(house: ApiHouse) -> None:
    async with house.caller() as http:
        response = await http.post(
            "/v1/documents?prompt=invoice&name=a%2F..%2Fb.pdf",
            content=b"%PDF-1.7",
            headers={"Content-Type": "application/pdf"},
        )
        unnamed = await http.post("/v1/documents", content=b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    assert (response.status_code, response.json()["file"]["name"]) == (202, "b.pdf")
    assert unnamed.json()["file"]["name"] == "document.pdf"


async def test_a_done_one_has_its_fields_and_the_checks_that_they_passed(house: ApiHouse) -> None:
    request_id = await posted(house)
    house.finish(request_id, invoice("25117000000000000001", "1234.50"))
    async with house.caller() as http:
        body = (await http.get(f"/v1/documents/{request_id}")).json()
    assert body["status"] == "done"
    (paper,) = body["papers"]
    fields = {field["key"]: field for field in paper["fields"]}
    assert (paper["prompt"], paper["title"], paper["pages"]) == ("invoice", "发票", [1])
    assert fields["total_with_tax"]["value"] == "1234.50"
    assert fields["total_with_tax"]["role"] == "total_with_tax"
    assert fields["buyer_name"]["status"] == "missing"
    assert body["keep_until"] > body["finished_at"]


async def test_a_file_that_was_not_read_says_why(house: ApiHouse) -> None:
    request_id = await posted(house)
    house.finish(request_id, Failure(reason="encrypted", text="文件有密码，请去掉密码后再发。"))
    async with house.caller(headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}) as http:
        body = (await http.get(f"/v1/documents/{request_id}")).json()
    assert (body["status"], body["problem"]["reason"]) == ("failed", "encrypted")
    assert body["problem"]["detail"] == "文件有密码，请去掉密码后再发。"


async def test_doubts_and_failures_are_told_in_the_callers_language(house: ApiHouse) -> None:
    read, failed = await posted(house), await posted(house)
    doubt = warnings.doubt_no_cents("1234")
    known = replace(
        invoice("25117000000000000001", "1234.50", doubtful={"total_with_tax": doubt}),
        doubts=(warnings.required_missing(["购买方名称"]), "没有英文的话"),
    )
    house.finish(read, known)
    house.finish(failed, Failure(reason="file_too_large", text=unreadable.file_too_large(40, 20)))
    async with house.caller(headers={"Accept-Language": "en"}) as http:
        paper = (await http.get(f"/v1/documents/{read}")).json()["papers"][0]
        problem = (await http.get(f"/v1/documents/{failed}")).json()["problem"]
        listed = (await http.get("/v1/documents?status=failed")).json()["items"][0]["problem"]
    async with house.caller() as http:
        chinese = (await http.get(f"/v1/documents/{read}")).json()["papers"][0]
    total = next(field for field in paper["fields"] if field["key"] == "total_with_tax")
    assert total["doubts"] == [
        "Only “1234” was read, without decimals; something may be missed: compare it with the original"
    ]
    assert paper["warnings"] == ["Not read: 购买方名称; look at the original", "没有英文的话"]
    assert problem["detail"] == problem["sentence"] == listed["detail"]
    assert "40 MB, more than the limit of 20 MB" in problem["detail"]
    assert chinese["warnings"][0] == "没有读到购买方名称，请在原件上查看"


async def test_who_waits_gets_the_document_at_once(house: ApiHouse) -> None:
    key = {"Idempotency-Key": "order 7"}
    async with house.caller(headers=key) as http:
        first = await http.post("/v1/documents", content=PNG, headers={"Content-Type": "image/png"})
        house.finish(first.json()["id"], invoice("25117000000000000001", "1.00"))
        again = await http.post(
            "/v1/documents", content=PNG, headers={"Content-Type": "image/png", "Prefer": "wait=20"}
        )
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert again.headers["preference-applied"] == "wait=20"


async def test_the_same_key_with_another_body_is_refused(house: ApiHouse) -> None:
    async with house.caller(headers={"Idempotency-Key": "k", "Accept-Language": "en"}) as http:
        first = await http.post("/v1/documents", content=PNG)
        other = await http.post("/v1/documents", content=PNG + b"!")
    async with house.caller("shop", headers={"Idempotency-Key": "k"}) as http:
        elsewhere = await http.post("/v1/documents", content=PNG)
    assert (other.status_code, other.json()["type"]) == (422, "urn:ocrbot-problem:key-reused")
    assert elsewhere.status_code == 202
    assert elsewhere.json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("prompt=unheard_of", "prompt"),
        ("pages=3-1", "pages"),
        ("pages=x", "pages"),
        ("webhook=nowhere", "webhook"),
        ("prompt=extract", "fields"),
        ("surprise=1", "query.surprise"),
        ("reference=a%00b", "query.reference"),
    ],
)
async def test_wrong_values_are_named(house: ApiHouse, query: str, wrong: str) -> None:
    async with house.caller() as http:
        response = await http.post(f"/v1/documents?{query}", content=PNG)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert errors_of(response) == [wrong]


async def test_an_empty_upload_and_two_files_are_refused(house: ApiHouse) -> None:
    async with house.caller() as http:
        empty = await http.post("/v1/documents", content=b"")
        nothing = await http.post("/v1/documents", files={"file": ("a.png", b"")})
        two = await http.post("/v1/documents", files=[("file", ("a.png", PNG)), ("file", ("b.png", PNG))])
        broken = await http.post("/v1/documents", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert [one.status_code for one in (empty, nothing, two, broken)] == [422] * 4


async def test_any_names_are_asked_for_as_in_the_chat(house: ApiHouse) -> None:
    request_id = await posted(house, fields="设备编号,里程")
    task = house.store.requests.task(request_id)
    assert task is not None
    assert task.to_read.wanted_fields == ("设备编号", "里程")
    assert task.to_read.prompt.name == "extract"


async def test_lists_go_from_the_latest_to_the_first_and_filter(house: ApiHouse) -> None:
    ids = []
    for number in range(5):
        house.now += 1
        ids.append(await posted(house, reference=f"PO-{number % 2}"))
    house.finish(ids[0], invoice("25117000000000000001", "1.00"))
    async with house.caller() as http:
        first = (await http.get("/v1/documents?limit=3")).json()
        rest = (await http.get("/v1/documents", params={"limit": 3, "cursor": first["next"]})).json()
        done = (await http.get("/v1/documents?status=done&kind=invoice")).json()
        of_one = (await http.get("/v1/documents?reference=PO-1")).json()
        wrong = await http.get("/v1/documents?cursor=elsewhere")
        late = await http.get("/v1/documents", params={"since": "2026-11-22T12:00:04+08:00"})
        naive = await http.get("/v1/documents", params={"since": "2026-11-22T12:00:04"})
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
    assert rest["next"] is None
    assert [(one["id"], one["papers"]) for one in done["items"]] == [(ids[0], [{"prompt": "invoice", "title": "发票"}])]
    assert [one["id"] for one in of_one["items"]] == [ids[3], ids[1]]
    assert errors_of(wrong) == ["cursor"]
    assert [one["id"] for one in late.json()["items"]] == [ids[4], ids[3]]
    assert errors_of(naive) == ["since"]


async def test_corrections_stay_beside_the_reading(house: ApiHouse) -> None:
    request_id = await posted(house)
    house.finish(request_id, invoice("25117000000000000001", "1.00"))
    place = f"/v1/documents/{request_id}/corrections"
    async with house.caller() as http:
        made = await http.post(place, json={"paper": 1, "field": "total_with_tax", "value": "7.00"})
        again = await http.post(place, json={"paper": 1, "field": "total_with_tax", "value": "8.00"})
        unknown = await http.post(place, json={"paper": 1, "field": "nothing", "value": "8.00"})
        body = (await http.get(f"/v1/documents/{request_id}")).json()
        listed = (await http.get(place)).json()["items"]
    assert made.status_code == 201
    assert (again.json()["before"], again.json()["after"], again.json()["by"]) == ("7.00", "8.00", "erp")
    assert errors_of(unknown) == ["field"]
    field = next(one for one in body["papers"][0]["fields"] if one["key"] == "total_with_tax")
    assert (field["value"], field["correction"]["after"]) == ("1.00", "8.00")
    assert [one["after"] for one in listed] == ["7.00", "8.00"]


async def test_sums_add_up_with_corrections_and_count_the_same_paper_once(house: ApiHouse) -> None:
    ids = [await posted(house) for _ in range(2)]
    for number, request_id in enumerate(ids):
        house.finish(request_id, invoice(f"2511700000000000000{number}", f"{number + 1}.00"))
    async with house.caller() as http:
        await http.post(f"/v1/documents/{ids[0]}/corrections", json={"field": "total_with_tax", "value": "10.00"})
        total = (await http.post("/v1/sums", json={"ids": ids})).json()["sum"]
        alone = (await http.post("/v1/sums", json={"ids": ids[:1]})).json()["sum"]
    assert (total["total"], total["counted"], total["kinds"]) == ("12.00", 2, {"发票": 2})
    assert [entry["id"] for entry in total["entries"]] == ids
    assert alone is None


async def test_exports_of_one_and_of_several(house: ApiHouse) -> None:
    ids = [await posted(house) for _ in range(2)]
    async with house.caller() as http:
        early = await http.get(f"/v1/documents/{ids[0]}/export.xlsx")
        for request_id in ids:
            house.finish(request_id, invoice("25117000000000000001", "1.00"))
        table = await http.get(f"/v1/documents/{ids[0]}/export.xlsx")
        text = await http.get(f"/v1/documents/{ids[0]}/export.docx")
        as_json = await http.get(f"/v1/documents/{ids[0]}/export.json")
        together = await http.post("/v1/exports", json={"ids": ids, "format": "xlsx"})
        all_json = await http.post("/v1/exports", json={"ids": ids, "format": "json"})
        other = await http.get(f"/v1/documents/{ids[0]}/export.exe")
    assert (early.status_code, early.json()["type"]) == (409, "urn:ocrbot-problem:not-done")
    assert [zipfile.is_zipfile(io.BytesIO(one.content)) for one in (table, text, together)] == [True] * 3
    assert as_json.json()["papers"][0]["prompt"] == "invoice"
    assert [one["id"] for one in all_json.json()["items"]] == ids
    assert other.status_code == 422


async def test_a_batch_has_its_documents_and_their_sum(house: ApiHouse) -> None:
    async with house.caller() as http:
        response = await http.post(
            "/v1/batches", files=[("file", ("a.png", PNG)), ("file", ("b.png", PNG + b"2"))], data={"reference": "R"}
        )
        assert (response.status_code, response.json()["kind"]) == (202, "batch")
        request_id = response.json()["id"]
        house.finish(request_id, invoice("25117000000000000001", "1.00"), invoice("25117000000000000002", "2.50"))
        batch = (await http.get(response.headers["location"])).json()
        second = (await http.get(f"/v1/documents/{request_id}?file=2")).json()
        none = await http.get(f"/v1/documents/{request_id}?file=3")
    assert (batch["status"], batch["sum"]["total"]) == ("done", "3.50")
    assert [one["file"]["name"] for one in batch["documents"]] == ["a.png", "b.png"]
    assert second["number"] == 2
    assert none.status_code == 404


async def test_deleted_is_gone(house: ApiHouse) -> None:
    waiting, done = await posted(house), await posted(house)
    house.finish(done, invoice("25117000000000000001", "1.00"))
    async with house.caller() as http:
        for request_id in (waiting, done):
            assert (await http.delete(f"/v1/documents/{request_id}")).status_code == 204
            assert (await http.get(f"/v1/documents/{request_id}")).status_code == 404
            assert (await http.delete(f"/v1/documents/{request_id}")).status_code == 404
        assert (await http.get("/v1/documents")).json() == {"items": [], "next": None}


async def test_events_tell_of_the_end(house: ApiHouse) -> None:
    request_id = await posted(house)
    house.finish(request_id, invoice("25117000000000000001", "1.00"))
    async with house.caller() as http:
        response = await http.get(f"/v1/documents/{request_id}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    event, data = response.text.strip().split("\n")
    assert event == "event: done"
    assert json.loads(data.removeprefix("data: ")) == {"id": request_id, "status": "done"}


async def test_prompts_come_with_schemas(house: ApiHouse) -> None:
    async with house.caller() as http:
        items = {one["name"]: one for one in (await http.get("/v1/prompts")).json()["items"]}
    assert items["extract"]["takes_fields"]
    assert items["invoice"]["answer_schema"]["properties"]["issue_date"]["title"] == "开票日期"
    assert "rows" in items["invoice"]["answer_schema"]["properties"]


async def test_a_value_and_a_cell_have_cut_outs_where_their_places_are_known(house: ApiHouse) -> None:
    request_id = await posted(house)
    read = invoice("25117000000000000001", "1234.50", rows=({"item_name": "纸"}, {"item_name": "笔"}))
    first, *cells = read.rows[1].cells
    placed = replace(first, page=0, box=Box(left=10, top=40, right=30, bottom=50))
    house.finish(request_id, replace(read, rows=(read.rows[0], Row(cells=(placed, *cells)))))
    page = Image.new("RGB", (100, 80), "white")
    page.paste("red", (10, 40, 30, 50))
    data = io.BytesIO()
    page.save(data, "PNG")
    picture = PagePicture(data=data.getvalue(), media_type="image/png", width=100, height=80)
    house.store.requests.beside.put_picture(request_id, 0, 0, picture, keep_seconds=600)
    async with house.caller() as http:
        cell = await http.get(f"/v1/documents/{request_id}/fields/{placed.key}.png?row=2")
        others = [
            (await http.get(f"/v1/documents/{request_id}/fields/{key}.png{query}")).status_code
            for key, query in ((placed.key, "?row=1"), (placed.key, ""), (placed.key, "?row=9"), ("invoice_number", ""))
        ]
    with Image.open(io.BytesIO(cell.content)) as shown:
        assert shown.size == (32, 22)
        assert shown.convert("RGB").getpixel((16, 11)) == (255, 0, 0)
    assert others == [404] * 4
