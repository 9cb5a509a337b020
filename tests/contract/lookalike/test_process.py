import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

PNG = b"\x89PNG\r\n\x1a\nrest"


@asynccontextmanager
async def running() -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.lookalike", "--no-limits", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        async with httpx.AsyncClient(base_url=url) as http:
            yield process, http
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_somebody_posts_reads_and_looks_with_plain_http() -> None:
    async with running() as (process, http):
        form = {"group": "测试群", "member": "李四", "text": "<i>金额</i>", "quote": "1"}
        posted = (await http.post("/_lookalike/post", data=form, files={"picture": ("a.png", PNG)})).json()
        assert len(posted["posted"]) == 2
        assert posted["delivered"] == posted["posted"][1:]

        single = (await http.post("/_lookalike/post", data={"single": "1"}, files={"file": ("a.pdf", b"x")})).json()
        assert single["delivered"] == single["posted"]

        entries = (await http.get("/_lookalike/transcript", params={"group": "测试群"})).json()["entries"]
        assert [(entry["who"], entry["kind"]) for entry in entries] == [("李四", "picture"), ("李四", "text")]
        page = (await http.get("/", params={"group": "测试群"})).text
        assert "&lt;i&gt;金额&lt;/i&gt;" in page
        assert "<i>" not in page
        assert (await http.get(f"/_lookalike/picture/{posted['posted'][0]}/0")).content == PNG
        assert (await http.get("/_lookalike/state")).json()["unacked"] == 2

        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_only_this_machine_may_drive_it() -> None:
    async with running() as (_, http):
        assert (await http.get("/", headers={"Host": "example.com"})).status_code == 403
        foreign = await http.post("/_lookalike/trouble", json={"do": "cut"}, headers={"Origin": "http://example.com"})
        assert foreign.status_code == 403
        assert (await http.post("/_lookalike/trouble", json={"do": "cut"})).status_code == 200
        wrong = await http.post("/_lookalike/trouble", json={"do": "typo"})
        assert (wrong.status_code, "disconnect" in wrong.text) == (400, True)


async def test_a_fault_can_be_set_from_outside() -> None:
    async with running() as (_, http):
        await http.post("/_lookalike/trouble", json={"fail": {"path": "/v1.0/oauth2/accessToken", "status": 504}})
        wish = {"appKey": "dinglookalike", "appSecret": "lookalike-secret"}
        answers = [await http.post("/v1.0/oauth2/accessToken", json=wish) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [504, 200]
