"""Whether the app may give cards and reactions, as the look-alike tells it, and that nobody sees the question."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from bot.console.doctor import NoTokens
from bot.dingtalk.api import DingTalkApi, http_client
from bot.dingtalk.receipt_scopes import check_receipt_scopes
from bot.domain.finding import Health
from bot.domain.receipt import Receipt
from bot.lookalike import Lookalike, missing_scope

UPDATE, STREAM = "/v1.0/card/instances", "/v1.0/card/streaming"


@pytest.fixture
async def dingtalk() -> AsyncIterator[Lookalike]:
    async with Lookalike(client_id="app", client_secret="s3cret", robot_code="app") as dingtalk:
        yield dingtalk


async def look(dingtalk: Lookalike, mode: Receipt, *, wrong: str = "") -> Mapping[str, tuple[Health, str]]:
    """What was found of each scope, with what to do."""
    with http_client() as http:
        api = DingTalkApi(
            client_id="app",
            client_secret=wrong or "s3cret",
            api_url=dingtalk.url,
            oapi_url=dingtalk.url,
            download_hosts=[],
            tokens=NoTokens(),
            http=http,
        )
        found = await asyncio.to_thread(lambda: list(check_receipt_scopes(api, mode)))
    assert not dingtalk.records.entries
    assert not dingtalk.records.cards
    return {one.what: (one.health, f"{one.found} {one.advice}") for one in found}


@pytest.mark.parametrize(("mode", "number"), [(Receipt.CARD, 2), (Receipt.REACTION, 1)])
async def test_an_app_that_may_is_told_so_and_nobody_sees_a_thing(
    dingtalk: Lookalike, mode: Receipt, number: int
) -> None:
    found = await look(dingtalk, mode)

    assert len(found) == number
    assert all(health is Health.OK for health, _ in found.values())


@pytest.mark.parametrize("mode", [Receipt.OFF, Receipt.TEXT])
async def test_words_need_no_scope_of_their_own(dingtalk: Lookalike, mode: Receipt) -> None:
    assert await look(dingtalk, mode) == {}


@pytest.mark.parametrize(("path", "scope"), [(UPDATE, "Card.Instance.Write"), (STREAM, "Card.Streaming.Write")])
async def test_the_scope_that_lacks_is_named_and_only_that(dingtalk: Lookalike, path: str, scope: str) -> None:
    dingtalk.fail(path, status=403, body=missing_scope(scope))
    found = await look(dingtalk, Receipt.CARD)
    ((what, said),) = [(what, said) for what, (health, said) in found.items() if health is not Health.OK]

    assert scope in what
    assert f"lacks the scope {scope}" in said
    assert "words instead" in said


async def test_what_dingtalk_does_not_tell_is_not_made_up(dingtalk: Lookalike) -> None:
    dingtalk.fail(UPDATE, status=503, body={"code": "ServiceUnavailable"})
    dingtalk.fail(STREAM, drop=True)
    found = await look(dingtalk, Receipt.CARD)

    assert [health for health, _ in found.values()] == [Health.WARN, Health.WARN]
    assert all("could not be checked" in said for _, said in found.values())


async def test_a_secret_that_is_wrong_says_nothing_of_scopes(dingtalk: Lookalike) -> None:
    found = await look(dingtalk, Receipt.CARD, wrong="other")

    assert all(health is Health.WARN and "could not be checked" in said for health, said in found.values())
