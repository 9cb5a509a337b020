"""Prompts over the API: read, checked, saved, tried, accepted and rolled back, by admins only."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from redis import Redis

from bot.config.accepted import History
from bot.domain.document import Document, Failure, Field, Reading, Status
from bot.domain.requests.record import RequestFilter
from bot.domain.trials import Call
from bot.storage.trials.answers import answers_id
from tests.fakes.admin_api import AdminApi
from tests.fakes.read_documents import invoice

ROUTES = [
    ("GET", "/v1/house"),
    ("GET", "/v1/prompts/taxi/source"),
    ("PUT", "/v1/prompts/taxi/source"),
    ("DELETE", "/v1/prompts/taxi/source"),
    ("POST", "/v1/prompts/taxi/check"),
    ("POST", "/v1/prompts/taxi/trials"),
    ("GET", "/v1/prompts/taxi/trials/abc"),
    ("GET", "/v1/prompt-set"),
    ("POST", "/v1/prompt-set/examples"),
    ("GET", "/v1/prompt-set/examples/abc"),
    ("POST", "/v1/prompt-set/accept"),
    ("POST", "/v1/prompt-set/roll-back"),
    ("POST", "/v1/prompt-set/match"),
    ("GET", "/v1/prompt-set/match/abc"),
    ("GET", "/v1/chat-documents"),
    ("GET", "/v1/chat-documents/abc"),
    ("GET", "/v1/chat-documents/abc/files/1"),
]


@pytest.fixture
def api(redis: Redis, tmp_path: Path) -> AdminApi:
    return AdminApi(redis, tmp_path)


def document(prompt: str, **fields: str) -> Document:
    return Document(
        prompt=prompt,
        title=prompt,
        engine="rapid",
        seconds=0.5,
        pages=1,
        text="\n".join(fields.values()),
        fields=tuple(
            Field(name=name, key=f"k{number}", value=value, status=Status.UNCHECKED)
            for number, (name, value) in enumerate(fields.items())
        ),
    )


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_reader_is_refused_and_nothing_happens(api: AdminApi, method: str, path: str) -> None:
    before = api.text("taxi")
    async with api.caller("erp") as reader:
        answer = await reader.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert answer.json()["type"].endswith("admins-only")
    assert api.text("taxi") == before


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_is_refused(api: AdminApi, method: str, path: str) -> None:
    async with api.caller("") as nobody:
        assert (await nobody.request(method, path)).status_code == 401


async def test_a_prompt_file_is_read_with_its_etag(api: AdminApi) -> None:
    async with api.caller() as admin:
        answer = await admin.get("/v1/prompts/taxi/source")
    found = answer.json()
    assert (found["source"], found["problems"], found["writable"]) == (api.text("taxi"), [], True)
    assert answer.headers["etag"] == f'"{found["etag"]}"'


@pytest.mark.parametrize("name", ["nothing", "..%2Focrbot", "Taxi"])
async def test_a_file_that_is_not_there_is_not_found(api: AdminApi, name: str) -> None:
    async with api.caller() as admin:
        assert (await admin.get(f"/v1/prompts/{name}/source")).status_code == 404


async def test_a_mistake_is_named_with_its_line_and_what_may_stand_there(api: AdminApi) -> None:
    source = api.text("taxi").replace('output = "fields"', 'output = "fie"')
    line = next(number for number, text in enumerate(source.splitlines(), 1) if text.startswith("output"))
    async with api.caller() as admin:
        answer = await admin.post(
            "/v1/prompts/taxi/check", json={"source": source, "line": line, "column": len('output = "fie')}
        )
    found = answer.json()
    assert [problem["line"] for problem in found["problems"] if problem["key"] == "output"] == [line]
    assert [item["label"] for item in found["completions"]["items"]] == ["fields"]
    assert found["completions"]["start"] == len('output = "')


async def test_a_good_draft_shows_what_the_model_is_told(api: AdminApi) -> None:
    async with api.caller() as admin:
        found = (await admin.post("/v1/prompts/taxi/check", json={"source": api.text("taxi")})).json()
    assert (found["problems"], found["elsewhere"], found["completions"]) == ([], [], None)
    assert "{{fields}}" not in found["sent"]
    assert "发票号码" in found["sent"]


async def saved(admin: httpx.AsyncClient, name: str, source: str, **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await admin.put(f"/v1/prompts/{name}/source", json={"source": source}, headers=given)


async def test_a_good_draft_is_saved_and_its_new_etag_told(api: AdminApi) -> None:
    changed = api.text("taxi") + "# said otherwise\n"
    async with api.caller() as admin:
        etag = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
        answer = await saved(admin, "taxi", changed, If_Match=etag)
        again = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
    assert (answer.status_code, api.text("taxi")) == (200, changed)
    assert answer.headers["etag"] == again != etag


async def test_a_faulty_draft_is_not_saved(api: AdminApi) -> None:
    before = api.text("taxi")
    async with api.caller() as admin:
        etag = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
        answer = await saved(admin, "taxi", "title = ", If_Match=etag)
    assert (answer.status_code, api.text("taxi")) == (422, before)
    assert answer.json()["errors"][0]["at"] == "taxi.toml:1"


async def test_a_file_that_was_changed_meanwhile_is_not_overwritten(api: AdminApi) -> None:
    async with api.caller() as admin:
        etag = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
        theirs = api.text("taxi") + "# theirs\n"
        (api.config / "prompts" / "taxi.toml").write_text(theirs, encoding="utf-8")
        answer = await saved(admin, "taxi", api.text("taxi") + "# mine\n", If_Match=etag)
    assert (answer.status_code, api.text("taxi")) == (412, theirs)


async def test_saving_without_having_read_is_refused(api: AdminApi) -> None:
    async with api.caller() as admin:
        assert (await saved(admin, "taxi", api.text("taxi"))).status_code == 428
        assert (await saved(admin, "taxi", api.text("taxi"), If_None_Match="*")).status_code == 412


async def test_a_new_kind_is_made(api: AdminApi) -> None:
    source = "title = \"会议纪要\"\ntext = '''提取会议的主题。'''\n"
    async with api.caller() as admin:
        assert (await saved(admin, "minutes", source, If_None_Match="*")).status_code == 200
        kinds = (await admin.get("/v1/prompt-set")).json()["items"]
    assert api.text("minutes") == source
    assert [kind["state"] for kind in kinds if kind["name"] == "minutes"] == ["new"]


async def test_a_folder_that_is_read_only_says_so_in_a_sentence(api: AdminApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    async with api.caller(headers={"Accept-Language": "en"}) as admin:
        read = await admin.get("/v1/prompts/taxi/source")
        answer = await saved(admin, "taxi", api.text("taxi"), If_Match=read.headers["etag"])
        accepted = await admin.post("/v1/prompt-set/accept", json={"run": "x"})
    assert read.json()["writable"] is False
    assert [answer.status_code, accepted.status_code] == [409, 409]
    assert "read-only" in answer.json()["detail"]


async def test_a_trial_goes_through_the_queue_with_the_draft_and_shows_raw_answers(api: AdminApi) -> None:
    draft = api.text("taxi").replace('title = "出租车票"', 'title = "的士票"')
    async with api.caller() as admin:
        begun = await admin.post(
            "/v1/prompts/taxi/trials", data={"source": draft}, files={"file": ("a.png", b"bytes of a picture")}
        )
        trial = begun.json()["id"]
        waiting = (await admin.get(begun.headers["location"])).json()
        task = api.store.requests.task(trial)
        assert task is not None
        read = task.to_read
        api.answers.put(
            answers_id(trial), [Call(prompt="", width=10, height=20, reading=Reading(text="raw answer", seconds=0.25))]
        )
        api.finish(trial, document("taxi", 金额="36.00"))
        done = (await admin.get(begun.headers["location"])).json()
    assert (begun.status_code, waiting["status"]) == (202, "queued")
    assert (read.prompt.title, read.candidates, bool(read.trial)) == ("的士票", (), True)
    assert (done["status"], done["seconds"], done["engine"]) == ("done", 0.5, "rapid")
    assert done["calls"][0]["text"] == "raw answer"
    assert done["papers"][0]["fields"][0]["value"] == "36.00"
    assert "36.00" in done["reply"][0]
    assert api.text("taxi") != draft


async def test_a_faulty_draft_is_not_tried(api: AdminApi) -> None:
    async with api.caller() as admin:
        answer = await admin.post(
            "/v1/prompts/taxi/trials", data={"source": "title = "}, files={"file": ("a.png", b"x")}
        )
    assert answer.status_code == 422


async def test_a_prompt_that_has_to_be_told_what_to_find_asks_for_it(api: AdminApi) -> None:
    files = {"file": ("a.png", b"x")}
    async with api.caller() as admin:
        without = await admin.post("/v1/prompts/extract/trials", files=files)
        told = await admin.post("/v1/prompts/extract/trials", data={"input": "金额、日期"}, files=files)
    assert (without.status_code, told.status_code) == (422, 202)
    task = api.store.requests.task(told.json()["id"])
    assert task is not None
    assert "金额" in task.to_read.prompt.text


async def test_trials_are_no_clients_documents(api: AdminApi) -> None:
    async with api.caller() as admin:
        begun = await admin.post("/v1/prompts/taxi/trials", files={"file": ("a.png", b"x")})
    assert api.store.requests.record("office", begun.json()["id"]) is None


async def run_examples(api: AdminApi, admin: httpx.AsyncClient, total: str = "3712.55") -> str:
    """Have the examples of all prompts run, each page recognised as its kind; return the run's id."""
    run = (await admin.post("/v1/prompt-set/examples", json={})).json()
    assert {item["status"] for item in run["items"]} >= {"queued"}
    values = {"发票号码": "25992000000001234567", "价税合计": total, "开票日期": "2025-03-18"}
    for record in api.store.requests.listed("prompt_trials", _all(), limit=50).records:
        if not record.state.has_ended:
            name = record.name.partition(".")[0]
            prompt = "invoice" if "invoice" in name else name
            api.finish(record.id, document(prompt, **values, 甲方="深圳", 内容="合同"))
    found: str = run["id"]
    return found


def _all() -> RequestFilter:
    return RequestFilter()


async def test_examples_are_compared_with_the_last_accepted_run(api: AdminApi) -> None:
    async with api.caller() as admin:
        first = await run_examples(api, admin)
        before = (await admin.get(f"/v1/prompt-set/examples/{first}")).json()
        accepted = (await admin.post("/v1/prompt-set/accept", json={"run": first})).json()
        second = await run_examples(api, admin, total="9.99")
        after = (await admin.get(f"/v1/prompt-set/examples/{second}")).json()
    invoices = [item for item in before["items"] if item["prompt"] == "invoice"]
    assert {item["comparison"] for item in invoices} == {"right"}
    worse = [item for item in after["items"] if item["prompt"] == "invoice"]
    assert {item["comparison"] for item in worse} == {"worse"}
    assert after["compared_with"] == accepted["id"]
    wrong = [item for item in worse[0]["items"] if not item["right"]]
    assert [(item["what"], item["got"], item["was_right"]) for item in wrong] == [("价税合计", "9.99", True)]


async def test_an_example_taken_for_another_kind_is_wrong_and_read_as_its_own(api: AdminApi) -> None:
    async with api.caller() as admin:
        run = (await admin.post("/v1/prompt-set/examples", json={"prompt": "invoice"})).json()
        for record in api.store.requests.listed("prompt_trials", _all(), limit=50).records:
            api.finish(record.id, document("contract"))
        await admin.get(f"/v1/prompt-set/examples/{run['id']}")
        waiting = api.store.requests.listed("prompt_trials", _all(), limit=50).records
        for record in waiting:
            if not record.state.has_ended:
                task = api.store.requests.task(record.id)
                assert task is not None
                assert task.to_read.prompt.name == "invoice"
                api.finish(record.id, document("invoice", 发票号码="25992000000001234567"))
        done = (await admin.get(f"/v1/prompt-set/examples/{run['id']}")).json()
    assert done["is_done"]
    (recognised,) = [item for item in done["items"][0]["items"] if item["what"] == "认出"]
    assert (recognised["got"], recognised["right"]) == ("contract", False)
    (number,) = [item for item in done["items"][0]["items"] if item["what"] == "发票号码"]
    assert number["right"]


async def test_a_set_is_accepted_only_with_a_finished_run_of_just_these_files(api: AdminApi) -> None:
    async with api.caller() as admin:
        unfinished = (await admin.post("/v1/prompt-set/examples", json={})).json()["id"]
        one = (await admin.post("/v1/prompt-set/examples", json={"prompt": "extract"})).json()["id"]
        run = await run_examples(api, admin)
        refused = [await admin.post("/v1/prompt-set/accept", json={"run": "gone"})]
        refused += [await admin.post("/v1/prompt-set/accept", json={"run": one})]
        (api.config / "prompts" / "taxi.toml").write_text(api.text("taxi") + "# later\n", encoding="utf-8")
        refused += [await admin.post("/v1/prompt-set/accept", json={"run": run})]
        state = (await admin.get("/v1/prompt-set")).json()
    assert unfinished
    assert [answer.status_code for answer in refused] == [409, 409, 409]
    assert state["records"] == []


async def test_a_set_is_rolled_back_and_what_was_there_is_kept(api: AdminApi) -> None:
    original = api.text("taxi")
    async with api.caller() as admin:
        run = await run_examples(api, admin)
        first = (await admin.post("/v1/prompt-set/accept", json={"run": run})).json()["id"]
        etag = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
        await saved(admin, "taxi", original + "# tried\n", If_Match=etag)
        changed = (await admin.get("/v1/prompt-set")).json()
        done = (await admin.post("/v1/prompt-set/roll-back", json={"id": first})).json()
        state = (await admin.get("/v1/prompt-set")).json()
    assert [kind["state"] for kind in changed["items"] if kind["name"] == "taxi"] == ["changed"]
    assert (api.text("taxi"), done["id"]) == (original, first)
    assert [record["kind"] for record in state["records"]] == ["rollback", "saved", "accepted"]
    assert {record["by"] for record in state["records"]} == {"office"}
    assert {kind["state"] for kind in state["items"]} == {"accepted"}


async def test_what_cannot_be_rolled_back_is_said(api: AdminApi) -> None:
    async with api.caller() as admin:
        answer = await admin.post("/v1/prompt-set/roll-back", json={})
    assert answer.status_code == 409
    assert answer.json()["detail"]


async def test_a_faulty_file_is_shown_with_its_first_mistake(api: AdminApi) -> None:
    (api.config / "prompts" / "taxi.toml").write_text("title = ", encoding="utf-8")
    async with api.caller() as admin:
        state = (await admin.get("/v1/prompt-set")).json()
    (taxi,) = [kind for kind in state["items"] if kind["name"] == "taxi"]
    assert (taxi["state"], taxi["in_use"], taxi["problems"][0]["line"]) == ("faulty", False, 1)


async def test_a_file_that_could_not_be_read_says_why(api: AdminApi) -> None:
    async with api.caller() as admin:
        begun = await admin.post("/v1/prompts/taxi/trials", files={"file": ("a.png", b"x")})
        api.finish(begun.json()["id"], Failure(reason="picture_broken", text="图片坏了。"))
        done = (await admin.get(begun.headers["location"])).json()
    assert (done["status"], done["failure"], done["papers"]) == ("failed", "图片坏了。", [])


async def retired(admin: httpx.AsyncClient, name: str, etag: str = "") -> httpx.Response:
    return await admin.delete(f"/v1/prompts/{name}/source", headers={"If-Match": etag} if etag else {})


async def test_a_kind_is_retired_and_comes_back_with_an_accepted_set(api: AdminApi) -> None:
    before = api.text("taxi")
    history = History(api.config)
    record = history.record("accepted", history.current(), results={}, by="office")
    async with api.caller() as admin:
        etag = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
        assert (await retired(admin, "taxi", etag)).status_code == 204
        assert (await admin.get("/v1/prompts/taxi/source")).status_code == 404
        kinds = [kind["name"] for kind in (await admin.get("/v1/prompt-set")).json()["items"]]
        assert "taxi" not in kinds
        assert (await admin.post("/v1/prompt-set/roll-back", json={"id": record.id})).is_success
    assert api.text("taxi") == before


async def test_a_kind_is_retired_only_by_who_has_read_it_as_it_is(api: AdminApi) -> None:
    async with api.caller() as admin:
        etag = (await admin.get("/v1/prompts/taxi/source")).headers["etag"]
        assert (await retired(admin, "taxi")).status_code == 428
        (api.config / "prompts" / "taxi.toml").write_text(api.text("taxi") + "# theirs\n", encoding="utf-8")
        assert (await retired(admin, "taxi", etag)).status_code == 412
        assert (await retired(admin, "nothing", etag)).status_code == 404
    assert api.text("taxi").endswith("# theirs\n")


async def test_a_kind_that_others_need_is_not_retired(api: AdminApi) -> None:
    name = api.parts.config().prompts.default.name
    async with api.caller() as admin:
        etag = (await admin.get(f"/v1/prompts/{name}/source")).headers["etag"]
        answer = await retired(admin, name, etag)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:ocrbot-problem:kind-needed")
    assert answer.json()["errors"]
    assert api.text(name)


async def test_a_match_says_the_kind_and_its_words(api: AdminApi) -> None:
    async with api.caller() as admin:
        begun = await admin.post("/v1/prompt-set/match", files={"file": ("a.png", b"\x89PNG", "image/png")})
        location = begun.headers["location"]
        assert (await admin.get(location)).json()["status"] == "queued"
        read = replace(invoice("25117000000000000001", "1.00"), text="电子发票\n发票号码 25117\n购买方 销售方 价税合计")
        api.finish(begun.json()["id"], read)
        found = (await admin.get(location)).json()
        unknown = await admin.get("/v1/prompt-set/match/0123")
    assert [(paper["name"], paper["by_words"]) for paper in found["papers"]] == [("invoice", True)]
    assert found["words"][0]["name"] == "invoice"
    assert found["enough"] <= len(found["words"][0]["words"]) <= found["words"][0]["of"]
    assert (begun.status_code, unknown.status_code) == (202, 404)
