"""DingTalk's sign-in, on the look-alike."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.console.doctor import NoTokens
from bot.dingtalk.api import DingTalkApi, http_client
from bot.dingtalk.sign_in import BY_UNION_ID, ME, USER_TOKEN, SignIn
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.organisation import StaffMember
from bot.lookalike import Lookalike

BACK = "https://ocr.example.com/session/dingtalk/callback"


@pytest.fixture
async def dingtalk() -> AsyncIterator[Lookalike]:
    async with Lookalike(client_id="app", client_secret="s3cret") as running:
        running.sign_in.redirect_urls.add(BACK)
        yield running


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def sign_in(dingtalk: Lookalike, http: httpx.Client) -> SignIn:
    return sign_in_with(dingtalk, http, "s3cret")


def sign_in_with(dingtalk: Lookalike, http: httpx.Client, secret: str) -> SignIn:
    api = DingTalkApi(
        client_id="app",
        client_secret="s3cret",
        api_url=dingtalk.url,
        oapi_url=dingtalk.url,
        download_hosts=(),
        tokens=NoTokens(),
        http=http,
    )
    return SignIn(api=api, client_secret=secret, login_url=dingtalk.url, redirect_url=BACK)


async def test_a_person_who_consents_is_sent_back_and_known(dingtalk: Lookalike, sign_in: SignIn) -> None:
    member = dingtalk.member("王小样")
    async with httpx.AsyncClient(base_url=dingtalk.url) as browser:
        page = await browser.get(sign_in.address("the state"))
        link = page.text.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
        sent_back = (await browser.get(link)).headers["location"]
    query = parse_qs(urlsplit(sent_back).query)
    assert sent_back.startswith(BACK)
    assert query["state"] == ["the state"]
    found = await asyncio.to_thread(sign_in.person, query["authCode"][0])
    assert found == StaffMember(staff_id=member.staff_id, nick="王小样")


async def test_dingtalk_sends_nobody_to_an_address_that_is_not_registered(dingtalk: Lookalike, sign_in: SignIn) -> None:
    dingtalk.sign_in.redirect_urls.clear()
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(sign_in.address("x"))).status_code == 400


async def test_people_outside_the_organisation_are_nobody(dingtalk: Lookalike, sign_in: SignIn) -> None:
    code = dingtalk.sign_in.issue_code(dingtalk.member("客人", outsider=True))
    assert await asyncio.to_thread(sign_in.person, code) is None


async def test_a_code_counts_once(dingtalk: Lookalike, sign_in: SignIn) -> None:
    code = dingtalk.sign_in.issue_code(dingtalk.member("王小样"))
    await asyncio.to_thread(sign_in.person, code)
    with pytest.raises(Misconfigured):
        await asyncio.to_thread(sign_in.person, code)


async def test_a_wrong_secret_is_the_admin_s_to_mend(dingtalk: Lookalike, http: httpx.Client) -> None:
    code = dingtalk.sign_in.issue_code(dingtalk.member("王小样"))
    with pytest.raises(Misconfigured, match="invalidClientIdOrSecret"):
        await asyncio.to_thread(sign_in_with(dingtalk, http, "other").person, code)


@pytest.mark.parametrize("path", [USER_TOKEN, ME, BY_UNION_ID])
async def test_while_dingtalk_is_ill_it_can_be_tried_again(dingtalk: Lookalike, sign_in: SignIn, path: str) -> None:
    dingtalk.fail(path, status=503, body={"code": "ServiceUnavailable", "errcode": -1})
    code = dingtalk.sign_in.issue_code(dingtalk.member("王小样"))
    with pytest.raises(Unavailable):
        await asyncio.to_thread(sign_in.person, code)
