"""Which of DingTalk's refusals are tried again, and after how many seconds: the table at the head of the module."""

import pytest

from bot.dingtalk.faults import (
    ApiAnswer,
    ContentRefused,
    SessionGone,
    Throttled,
    file_error,
    rest_error,
    send_error,
    webhook_error,
)
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Unsure


def refusal(code: str, status: int = 400, **more: object) -> ApiAnswer:
    return ApiAnswer(status=status, body={"code": code, **more})


def wait(error: OcrbotError) -> float | None:
    return error.retry_after if isinstance(error, Unavailable) else None


@pytest.mark.parametrize(
    ("answer", "kind", "seconds"),
    [
        (refusal("invalidParameter.robotCode.downloadCode"), Refused, None),
        (refusal("invalidParameter.robotCode.notExist"), Misconfigured, None),
        (refusal("invalidParameter.msgParam.tooLong"), ContentRefused, None),
        (refusal("contain.url.not.safe"), ContentRefused, None),
        (refusal("Forbidden.AccessDenied.QpsLimitForApi", 403), Throttled, 1),
        (refusal("Forbidden.AccessDenied.AccessTokenPermissionDenied", 403), Misconfigured, None),
        (refusal("send.too.fast"), Throttled, 60),
        (refusal("too.many.group.message"), Throttled, 60),
        (refusal("session.expired"), SessionGone, None),
        (refusal("staffId.notExisted"), SessionGone, None),
        (refusal("invalid.openConversationId"), SessionGone, None),
        (refusal("InvalidAuthentication", 401), Misconfigured, None),
        (refusal("odd", accessdenieddetail={"requiredScopes": ["Card.Write"]}), Misconfigured, None),
        (refusal("odd", 401), Misconfigured, None),
        (refusal("odd", 429), Throttled, 1),
        (refusal("odd", 500), Unavailable, None),
        (refusal("odd"), Unavailable, None),
    ],
)
def test_what_the_open_platforms_codes_mean(answer: ApiAnswer, kind: type[OcrbotError], seconds: float | None) -> None:
    error = rest_error(answer)
    assert (type(error), wait(error)) == (kind, seconds)


@pytest.mark.parametrize(
    ("errcode", "status", "kind", "seconds"),
    [
        (300001, 200, SessionGone, None),
        (130101, 200, Throttled, 600),
        (430101, 200, ContentRefused, None),
        (460101, 200, ContentRefused, None),
        (-1, 200, Unavailable, None),
        (7, 503, Unavailable, None),
        (7, 429, Unavailable, None),
        (7, 200, SessionGone, None),
    ],
)
def test_what_a_webhooks_errcodes_mean(
    errcode: int, status: int, kind: type[OcrbotError], seconds: float | None
) -> None:
    error = webhook_error(ApiAnswer(status=status, body={"errcode": errcode}))
    assert (type(error), wait(error)) == (kind, seconds)


def test_dingtalks_own_wait_counts_before_ours() -> None:
    answer = ApiAnswer(status=429, body={"code": "send.too.fast"}, retry_after=7.0)
    assert wait(rest_error(answer)) == 7.0


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_send_that_may_have_been_carried_out_is_unsure(status: int) -> None:
    answer = refusal("odd", status)
    assert type(send_error(answer, rest_error(answer))) is Unsure


@pytest.mark.parametrize("status", [400, 429, 503])
def test_a_send_that_was_not_carried_out_is_sure(status: int) -> None:
    answer = refusal("odd", status)
    assert not isinstance(send_error(answer, rest_error(answer)), Unsure)


@pytest.mark.parametrize("code", [40004, 40005, 40006, 41005, "invalidParameter.msgParam.fileType"])
def test_a_bad_file_is_refused_for_good(code: int | str) -> None:
    assert type(file_error(ApiAnswer(status=200, body={"errcode": code}))) is ContentRefused
