"""Who may call, who sees what, and how much each may take."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from tests.fakes.api_house import ERP, SHOP, ApiHouse, token_of
from tests.fakes.read_documents import invoice

PNG = b"\x89PNG\r\n\x1a\n made up"


async def posted(house: ApiHouse, name: str = "erp") -> str:
    async with house.caller(name) as http:
        return str((await http.post("/v1/documents", content=PNG)).json()["id"])


@pytest.mark.parametrize("given", [b"", b"Bearer ocr_nobody", b"Bearer ", b"Basic ZXJwOg==", b"Bearer \xff"])
async def test_without_a_valid_token_nothing_is_told(house: ApiHouse, given: bytes) -> None:
    async with house.caller("") as http:
        response = await http.get("/v1/documents", headers={b"Authorization": given} if given else {})
    assert (response.status_code, response.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert response.json()["type"] == "urn:ocrbot-problem:no-token"


async def test_problems_are_told_in_the_language_that_is_wanted(house: ApiHouse) -> None:
    async with house.caller("") as http:
        titles = [
            (await http.get("/v1/documents", headers={"Accept-Language": wanted})).json()["title"]
            for wanted in ("en-GB,en;q=0.9", "zh-CN", "de, en;q=0.3, zh;q=0.2", "de", "q=;;,,x")
        ]
    assert titles == ["No valid token", "没有有效的令牌", "No valid token", "没有有效的令牌", "没有有效的令牌"]


async def test_a_client_never_sees_what_is_another_s(house: ApiHouse) -> None:
    done, waiting = await posted(house), await posted(house)
    house.finish(done, invoice("25117000000000000001", "1.00"))
    async with house.caller("shop") as other:
        for request_id in (done, waiting, "0" * 32, "elsewhere"):
            for response in await every_route(other, request_id):
                assert (response.status_code, response.json()["type"]) == (404, "urn:ocrbot-problem:unknown-document")
        assert (await other.get("/v1/documents")).json()["items"] == []
    async with house.caller("office") as admin:
        assert [one["id"] for one in (await admin.get("/v1/documents")).json()["items"]] == [waiting, done]
        assert (await admin.get(f"/v1/documents/{done}")).json()["client"] == "erp"


async def every_route(http: httpx.AsyncClient, request_id: str) -> list[httpx.Response]:
    """Return the answers of all routes that name a request."""
    place = f"/v1/documents/{request_id}"
    return [
        await http.get(place),
        await http.get(f"{place}?file=2"),
        await http.get(f"{place}/pages/1.png"),
        await http.get(f"{place}/fields/total_with_tax.png"),
        *[await http.get(f"{place}/export.{form}") for form in ("xlsx", "docx", "json")],
        await http.get(f"{place}/events"),
        await http.get(f"{place}/corrections"),
        await http.post(f"{place}/corrections", json={"field": "total_with_tax", "value": "1"}),
        await http.get(f"/v1/batches/{request_id}"),
        await http.post("/v1/sums", json={"ids": [request_id]}),
        await http.post("/v1/exports", json={"ids": [request_id], "format": "json"}),
        await http.delete(place),
    ]


async def test_a_client_has_only_its_prompts(house: ApiHouse) -> None:
    house.clients = [replace(ERP, prompts=("invoice",))]
    async with house.caller() as http:
        refused = await http.post("/v1/documents?prompt=id_card", content=PNG)
        taken = await http.post("/v1/documents?prompt=invoice", content=PNG)
        listed = (await http.get("/v1/prompts")).json()["items"]
    assert (refused.status_code, taken.status_code, [one["name"] for one in listed]) == (422, 202, ["invoice"])


async def test_too_many_requests_are_told_when_to_come_back(house: ApiHouse) -> None:
    house.clients = [replace(ERP, requests_per_minute=2), SHOP]
    async with house.caller() as http:
        answers = [await http.get("/v1/prompts") for _ in range(3)]
    async with house.caller("shop") as http:
        assert (await http.get("/v1/prompts")).status_code == 200
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"requests";q=2;w=60, "pages";q=600;w=60'
    assert answers[0].headers["ratelimit"].startswith('"requests";r=1;t=')
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    assert answers[2].headers["ratelimit"].startswith('"requests";r=0;t=')


async def test_too_many_pages_a_minute_and_a_day(house: ApiHouse) -> None:
    house.clients = [replace(ERP, pages_per_minute=1), replace(SHOP, pages_per_day=1)]
    async with house.caller() as http:
        answers = [await http.post("/v1/documents", content=PNG) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 429]
    house.finish(await posted(house, "shop"), invoice("25117000000000000001", "1.00"))
    async with house.caller("shop") as http:
        used_up = await http.post("/v1/documents", content=PNG)
    assert (used_up.status_code, used_up.json()["type"]) == (429, "urn:ocrbot-problem:quota-exceeded")
    assert used_up.headers["retry-after"] == str(12 * 3600 + 1)  # it is noon in China


async def body(reads: list[int]) -> AsyncIterator[bytes]:
    """Yield a body piece by piece, and take down that it was read."""
    for number in range(100):
        reads.append(number)
        yield b"0" * 2**20


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/batches"])
async def test_a_full_house_says_so_before_the_upload(house: ApiHouse, path: str) -> None:
    house.full = True
    reads: list[int] = []
    async with house.caller() as http:
        response = await http.post(path, content=body(reads))
    assert (response.status_code, response.json()["type"]) == (503, "urn:ocrbot-problem:no-room")
    assert reads == []
    assert int(response.headers["retry-after"]) > 0


async def test_so_many_of_a_client_may_wait(house: ApiHouse) -> None:
    house = ApiHouse(house.redis, most_waiting=2)
    async with house.caller() as http:
        statuses = [(await http.post("/v1/documents", content=PNG)).status_code for _ in range(3)]
    async with house.caller("shop") as http:
        assert (await http.post("/v1/documents", content=PNG)).status_code == 202
    assert statuses == [202, 202, 503]


async def test_a_body_that_says_it_is_too_large_is_not_read(house: ApiHouse) -> None:
    reads: list[int] = []
    async with house.caller() as http:
        response = await http.post("/v1/documents", content=body(reads), headers={"Content-Length": str(21 * 2**20)})
    assert (response.status_code, response.json()["type"]) == (413, "urn:ocrbot-problem:too-large")
    assert reads == []


async def test_a_body_that_turns_out_too_large_is_not_read_to_its_end(house: ApiHouse) -> None:
    reads: list[int] = []
    async with house.caller() as http:
        response = await http.post("/v1/documents", content=body(reads))
    assert (response.status_code, len(reads)) == (413, 21)


async def test_without_clients_only_this_machine_is_served(house: ApiHouse) -> None:
    house.clients = []
    async with house.caller("") as http:
        assert (await http.get("/v1/documents")).status_code == 200
        for headers in (
            {"Host": "ocr.example.com"},
            {"Host": "127.0.0.1.example.com"},
            {"X-Forwarded-For": "203.0.113.7"},
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert (await http.get("/v1/documents", headers=headers)).status_code == 403
    async with house.caller("erp") as http:
        assert (await http.get("/v1/documents")).status_code == 401


async def test_once_there_were_clients_an_empty_file_opens_nothing(house: ApiHouse) -> None:
    async with house.caller("") as http:
        assert (await http.get("/v1/documents")).status_code == 401
        house.clients = []
        assert (await http.get("/v1/documents")).status_code == 401


async def test_wrong_tokens_take_no_place_from_right_ones(house: ApiHouse) -> None:
    for _ in range(64):
        await house.parts.wrong_tokens.acquire()
    async with house.caller("", headers={"Authorization": "Bearer wrong"}) as http:
        assert (await http.get("/v1/documents")).status_code == 429
    async with house.caller() as http:
        assert (await http.get("/v1/documents")).status_code == 200


async def test_unknown_addresses_and_methods_are_problems_too(house: ApiHouse) -> None:
    async with house.caller() as http:
        nowhere, wrong = await http.get("/v2/%00<script>"), await http.put("/v1/documents")
    assert (nowhere.status_code, nowhere.json()["type"]) == (404, "urn:ocrbot-problem:unknown-address")
    assert (wrong.status_code, wrong.json()["type"]) == (405, "urn:ocrbot-problem:wrong-method")
    assert "POST" in wrong.headers["allow"]
    assert nowhere.headers["content-type"] == "application/problem+json"


async def test_metrics_name_routes_by_their_patterns(house: ApiHouse) -> None:
    async with house.caller() as http:
        await http.get(f"/v1/documents/{token_of('x')}")
        text = (await http.get("/metrics")).text
        through_a_proxy = await http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert 'route="/v1/documents/{id}"' in text
    assert token_of("x") not in text
    assert through_a_proxy.status_code == 404
