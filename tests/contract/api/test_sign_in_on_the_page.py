"""The page and its sessions: who gets one, what it is good for, how it ends."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import httpx
import pytest
from redis import Redis

from bot.api.app import build_app
from bot.api.page.page_parts import DingTalkSignIn, Visitors
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.organisation import Organisation, StaffMember
from bot.domain.requests.client import ClientRole
from bot.storage.page.sessions import Sessions
from tests.fakes.api_house import ERP, OFFICE, SHOP, ApiHouse, token_of

HOME = "http://localhost"
LI = StaffMember(staff_id="0001", nick="李样")


@dataclass
class PageHouse:
    """The page in the test's own process; `people` are whom DingTalk's codes stand for."""

    house: ApiHouse
    organisation: Organisation = field(default_factory=Organisation)
    people: dict[str, Callable[[], StaffMember | None]] = field(default_factory=lambda: {"li": lambda: LI})

    def __post_init__(self) -> None:
        dingtalk = DingTalkSignIn(
            client="erp", address=lambda state: f"https://login.example.com/?state={state}", person=self._person
        )
        parts = self.house.parts
        self.visitors = Visitors(
            Sessions(self.house.redis, lambda: self.house.now), parts.clients, lambda: self.organisation, dingtalk
        )
        self.app = build_app(replace(parts, signed_in=self.visitors.client, who=self.visitors.who), self.visitors)

    def browser(self) -> httpx.AsyncClient:
        """Return what keeps cookies as a browser does, and says its origin as one does."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}, timeout=30)

    def _person(self, code: str) -> StaffMember | None:
        return self.people[code]()


@pytest.fixture
def house(redis: Redis) -> PageHouse:
    return PageHouse(ApiHouse(redis))


async def signed_in(browser: httpx.AsyncClient, name: str) -> httpx.Response:
    return await browser.post("/session", json={"token": token_of(name)})


async def who(browser: httpx.AsyncClient) -> str | None:
    """Return the client that the browser is signed in as."""
    client: str | None = (await browser.get("/session")).json()["client"]
    return client


async def from_dingtalk(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    address = (await browser.get("/session/dingtalk")).headers["location"]
    return await browser.get(f"/session/dingtalk/callback?authCode={code}&state={address.partition('=')[2]}")


async def test_nobody_is_told_how_to_sign_in(house: PageHouse) -> None:
    async with house.browser() as browser:
        response = await browser.get("/session")
    assert response.json() == {"client": None, "ways": ["token", "dingtalk"]}


async def test_a_token_begins_a_session_that_does_what_the_token_does(house: PageHouse) -> None:
    async with house.browser() as browser:
        response = await signed_in(browser, "erp")
        assert response.json() == {"client": "erp", "role": "reader", "demo": False, "who": "erp"}
        cookie = response.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "secure" not in cookie
        assert await who(browser) == "erp"
        assert (await browser.get("/v1/documents")).status_code == 200


async def test_behind_https_the_cookie_is_never_sent_without_it(house: PageHouse) -> None:
    async with house.browser() as browser:
        sent = {"token": token_of("erp")}
        response = await browser.post("/session", json=sent, headers={"X-Forwarded-Proto": "https"})
    assert "secure" in response.headers["set-cookie"].lower()


async def test_a_wrong_token_begins_none(house: PageHouse) -> None:
    async with house.browser() as browser:
        response = await signed_in(browser, "nobody")
    assert (response.status_code, response.cookies) == (401, httpx.Cookies())


@pytest.mark.parametrize("origin", ["https://elsewhere.example.com", None])
async def test_other_sites_neither_sign_in_nor_out_nor_change_anything(house: PageHouse, origin: str | None) -> None:
    async with house.browser() as browser:
        await signed_in(browser, "erp")
        del browser.headers["Origin"]
        headers = {"Origin": origin} if origin else {}
        answers = [
            await browser.post("/session", json={"token": token_of("shop")}, headers=headers),
            await browser.delete("/session", headers=headers),
            await browser.post("/v1/documents", content=b"\x89PNG\r\n\x1a\n", headers=headers),
        ]
        assert [one.status_code for one in answers] == [403, 403, 403]
        assert await who(browser) == "erp"


async def test_who_signs_out_is_nobody(house: PageHouse) -> None:
    async with house.browser() as browser:
        await signed_in(browser, "erp")
        kept = dict(browser.cookies)
        assert (await browser.delete("/session")).status_code == 204
        browser.cookies.update(kept)
        assert await who(browser) is None


async def test_a_revoked_client_and_a_replaced_token_end_sessions(house: PageHouse) -> None:
    async with house.browser() as browser:
        await signed_in(browser, "erp")
        house.house.clients[:] = [replace(ERP, token_hashes=("0" * 64,)), SHOP]
        assert await who(browser) is None
        await signed_in(browser, "shop")
        house.house.clients[:] = [ERP]
        assert await who(browser) is None


async def test_an_admin_who_becomes_a_reader_is_one_at_once(house: PageHouse) -> None:
    async with house.browser() as browser:
        assert (await signed_in(browser, "office")).json()["role"] == "admin"
        house.house.clients[:] = [replace(OFFICE, role=ClientRole.READER)]
        assert (await browser.get("/session")).json()["role"] == "reader"


async def test_a_person_of_dingtalk_acts_for_the_client_of_the_settings(house: PageHouse) -> None:
    async with house.browser() as browser:
        response = await from_dingtalk(browser, "li")
        assert (response.status_code, response.headers["location"]) == (303, "/")
        assert (await browser.get("/session")).json() == {
            "client": "erp",
            "role": "reader",
            "demo": False,
            "who": "李样",
        }


async def test_admins_of_the_organisation_are_admins_here(house: PageHouse) -> None:
    async with house.browser() as browser:
        await from_dingtalk(browser, "li")
        house.organisation = Organisation(admins=("0001",))
        assert (await browser.get("/session")).json()["role"] == "admin"
        house.organisation = Organisation(people=("0002",))
        assert await who(browser) is None


def _raises(error: Exception) -> Callable[[], StaffMember | None]:
    def person() -> StaffMember | None:
        raise error

    return person


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (lambda: None, "refused"),
        (lambda: StaffMember(staff_id="0009", nick="外人"), "refused"),
        (_raises(Unavailable("no answer")), "unavailable"),
        (_raises(Misconfigured("wrong secret")), "failed"),
    ],
)
async def test_who_may_not_or_cannot_sign_in_is_told_why(
    house: PageHouse, person: Callable[[], StaffMember | None], reason: str
) -> None:
    house.organisation = Organisation(people=("0001",))
    house.people["x"] = person
    async with house.browser() as browser:
        response = await from_dingtalk(browser, "x")
        assert response.headers["location"] == f"/?sign_in={reason}"
        assert await who(browser) is None


async def test_a_code_that_another_browser_asked_for_signs_nobody_in(house: PageHouse) -> None:
    async with house.browser() as theirs, house.browser() as ours:
        address = (await theirs.get("/session/dingtalk")).headers["location"]
        callback = f"/session/dingtalk/callback?authCode=li&state={address.partition('=')[2]}"
        for browser in (ours, ours):
            assert (await browser.get(callback)).headers["location"] == "/?sign_in=state"
            await browser.get("/session/dingtalk")
        assert await who(ours) is None


async def test_where_no_client_is_the_page_is_signed_in_and_says_demo(house: PageHouse) -> None:
    house.house.clients[:] = []
    async with house.browser() as browser:
        assert (await browser.get("/session")).json() == {
            "client": "local",
            "role": "admin",
            "demo": True,
            "who": "local",
        }


async def test_the_page_comes_in_the_language_of_the_browser_or_of_its_choice(house: PageHouse) -> None:
    async with house.browser() as browser:
        english = await browser.get("/", headers={"Accept-Language": "en-GB"})
        chosen = await browser.get(
            "/", headers={"Accept-Language": "en-GB", "Cookie": "ocrbot_language=zh; ocrbot_theme=dark"}
        )
    assert '<html lang="en">' in english.text
    assert '<html lang="zh-CN" data-theme="dark">' in chosen.text
    policy = english.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_static_files_are_kept_for_ever_and_only_under_their_digest(house: PageHouse) -> None:
    async with house.browser() as browser:
        address = (await browser.get("/")).text.partition('type="module" src="')[2].partition('"')[0]
        script = await browser.get(address)
        assert script.headers["content-type"].startswith("text/javascript")
        assert "immutable" in script.headers["cache-control"]
        for elsewhere in (
            address.replace("app.js", "..%2Fshell.py"),
            address.replace("app.js", "no.js"),
            "/static/0/app.js",
        ):
            assert (await browser.get(elsewhere)).status_code == 404
