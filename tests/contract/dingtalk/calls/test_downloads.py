"""Files and tokens, fetched from the look-alike."""

import httpx
import pytest

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import Throttled
from bot.dingtalk.inbound import parse
from bot.domain.errors import Misconfigured, Refused, Unavailable, Unsure
from bot.lookalike import Chat, Lookalike, Member, RichText
from tests.fakes.dingtalk_client import DOWNLOAD, MEGABYTE, TOKEN, Tokens, fetched, new_api


async def test_a_picture_is_fetched_with_its_code(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"\x89PNG" + bytes(1000))
    assert await fetched(api, posted.codes[0]) == b"\x89PNG" + bytes(1000)


async def test_a_stray_content_type_breaks_the_signature_and_none_is_sent(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, http: httpx.Client
) -> None:
    posted = group.show(asker, b"data")
    assert await fetched(api, posted.codes[0]) == b"data"
    http.headers["Content-Type"] = "application/json"
    with pytest.raises(Unavailable, match="403"):
        await fetched(api, posted.codes[0])


async def test_a_token_is_fetched_once_and_kept_for_less_than_its_life(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, tokens: Tokens
) -> None:
    posted = group.show(asker, b"one", b"two")
    for code in posted.codes:
        await fetched(api, code)
    assert [call.path for call in dingtalk.records.calls].count(TOKEN) == 1
    assert 6000 < tokens.seconds < 7200


async def test_a_token_that_expired_or_is_unknown_is_replaced(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, tokens: Tokens
) -> None:
    posted = group.show(asker, b"data")
    tokens.token = "unknown"
    assert await fetched(api, posted.codes[0]) == b"data"
    dingtalk.tokens.expire()
    assert await fetched(api, posted.codes[0]) == b"data"


async def test_a_token_that_is_refused_again_and_again_is_the_admins(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    dingtalk.fail(DOWNLOAD, status=401, body={"code": "InvalidAuthentication"}, times=None)
    with pytest.raises(Misconfigured, match="CLIENT_SECRET"):
        await fetched(api, posted.codes[0])


async def test_a_wrong_secret_is_named_and_not_shown(
    dingtalk: Lookalike, http: httpx.Client, tokens: Tokens, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    api = new_api(dingtalk, http, tokens, secret="guessed")
    with pytest.raises(Misconfigured, match="OCRBOT_DINGTALK__CLIENT_SECRET") as caught:
        await fetched(api, posted.codes[0])
    assert "guessed" not in str(caught.value)


async def test_an_expired_code_asks_the_person_to_post_again(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    dingtalk.files.expire()
    with pytest.raises(Refused) as caught:
        await fetched(api, posted.codes[0])
    assert caught.value.reason == "code_expired"
    assert "重新发" in caught.value.text


async def test_a_code_of_another_robot_is_the_admins(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"data")
    with pytest.raises(Misconfigured, match="robot"):
        await fetched(api, posted.codes[0], robot="another")


async def test_too_many_calls_say_when_to_come_back(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"data")
    for _ in range(3):
        await fetched(api, posted.codes[0])
    with pytest.raises(Throttled) as caught:
        await fetched(api, posted.codes[0])
    assert caught.value.retry_after == 1.0


async def test_a_file_too_large_is_refused(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, bytes(2 * MEGABYTE))
    assert len(await fetched(api, posted.codes[0], limit=2 * MEGABYTE)) == 2 * MEGABYTE
    with pytest.raises(Refused) as caught:
        await fetched(api, posted.codes[0], limit=MEGABYTE)
    assert caught.value.reason == "too_large"
    assert "1 MB" in caught.value.text


async def test_a_host_that_is_not_in_the_settings_is_not_asked(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    address = dingtalk.url.replace("127.0.0.1", "localhost") + "/object/x"
    dingtalk.fail(DOWNLOAD, status=200, body={"downloadUrl": address})
    with pytest.raises(Refused, match="host_not_allowed"):
        await fetched(api, posted.codes[0])
    assert not any(call.path.startswith("/object") for call in dingtalk.records.calls)


async def test_missing_scopes_are_named(dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"data")
    body: dict[str, object] = {
        "code": "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "accessdenieddetail": {"requiredScopes": ["qyapi_robot_sendmsg"]},
    }
    dingtalk.fail(DOWNLOAD, status=403, body=body)
    with pytest.raises(Misconfigured, match="qyapi_robot_sendmsg"):
        await fetched(api, posted.codes[0])


@pytest.mark.parametrize("path", [TOKEN, DOWNLOAD, "/object/*"])
async def test_trouble_on_the_way_to_a_file_may_pass(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, path: str
) -> None:
    posted = group.show(asker, b"data")
    dingtalk.fail(path, status=504, body="gateway time-out")
    with pytest.raises(Unavailable):
        await fetched(api, posted.codes[0])
    dingtalk.fail(path, drop=True)
    with pytest.raises(Unavailable) as caught:
        await fetched(api, posted.codes[0])
    assert not isinstance(caught.value, Unsure)
    assert await fetched(api, posted.codes[0]) == b"data"


async def test_quoted_pictures_are_fetched_like_posted_ones(api: DingTalkApi, group: Chat, asker: Member) -> None:
    picture = group.chatter(asker, RichText.of(b"one", b"two"))
    message = parse(group.quote(asker, picture, "读").data)
    assert [await fetched(api, one.download_code) for one in message.attachments] == [b"one", b"two"]
