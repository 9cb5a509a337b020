"""What callers of the API are told, in Chinese and in English."""

# ruff: noqa: D103 - each function is named for what it tells; a docstring says when it is used

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemText:
    """What a problem is called and what to do about it, in the two languages of the API."""

    zh: tuple[str, str]  # the title, and the sentence that says what to do
    en: tuple[str, str]

    def told(self, language: str) -> tuple[str, str]:
        """Return title and sentence in a language: zh or en."""
        return self.en if language == "en" else self.zh


def unknown_document() -> ProblemText:
    return ProblemText(
        zh=("没有这份文件", "没有这个编号的文件，或已过保存期。请核对编号；过期的请重新提交。"),
        en=(
            "No such document",
            "There is no document of this id, or it is no longer kept. Check the id, or post the file again.",
        ),
    )


def no_token() -> ProblemText:
    return ProblemText(
        zh=(
            "没有有效的令牌",
            "请在请求头里带上 Authorization: Bearer 令牌；令牌由管理员用 ocrbot api clients new 生成。",
        ),
        en=(
            "No valid token",
            "Send the header Authorization: Bearer TOKEN; an admin makes tokens with ocrbot api clients new.",
        ),
    )


def too_many_wrong_tokens() -> ProblemText:
    return ProblemText(
        zh=("错误的令牌太多", "正在拒绝太多错误的令牌，请稍后再试，并核对令牌。"),
        en=(
            "Too many wrong tokens",
            "Too many wrong tokens are being refused right now: check the token and try again later.",
        ),
    )


def admins_only() -> ProblemText:
    return ProblemText(
        zh=("需要管理员", "这个地址只对管理员开放：请用角色为 admin 的令牌。"),
        en=("Admins only", 'This address is for admins only: use the token of a client with role = "admin".'),
    )


def only_this_machine() -> ProblemText:
    return ProblemText(
        zh=(
            "只服务本机",
            "还没有配置客户端，所以只回答本机程序的请求。请管理员先运行 ocrbot api clients new，再带上令牌访问。",
        ),
        en=(
            "Only this machine is served",
            (
                "No client is configured, so only programs on this machine are answered. "
                "Have an admin run ocrbot api clients new, then send its token."
            ),
        ),
    )


def foreign_page() -> ProblemText:
    return ProblemText(
        zh=("来自其他网站的请求", "浏览器里其他网站的页面不能替您提交。请直接打开本服务的页面，或在程序里带上令牌。"),
        en=(
            "Request from another site",
            "Pages of other sites may not act for you. Open this service's own page, or send a token from a program.",
        ),
    )


def unknown_path() -> ProblemText:
    return ProblemText(
        zh=("没有这个地址", "没有这个地址。所有地址见 /v1/openapi.json。"),
        en=("No such address", "Nothing is served at this address. /v1/openapi.json lists what is."),
    )


def wrong_method() -> ProblemText:
    return ProblemText(
        zh=("方法不对", "这个地址不接受这种方法。响应头 Allow 列出了可用的方法。"),
        en=("Method not allowed", "This address does not take this method. The header Allow lists those it takes."),
    )


def invalid() -> ProblemText:
    return ProblemText(
        zh=("请求有误", "请按 errors 里的说明改正后再发。"),
        en=("The request is wrong", "Correct what errors names, and send it again."),
    )


def broken_request() -> ProblemText:
    return ProblemText(
        zh=("请求有误", "请求读不懂：请核对格式，/v1/openapi.json 里有说明。"),
        en=(
            "The request is wrong",
            "The request cannot be understood: check its form, which /v1/openapi.json describes.",
        ),
    )


def unavailable() -> ProblemText:
    return ProblemText(
        zh=("暂时不可用", "服务暂时不可用，请按 Retry-After 过一会儿再试；重发时用同一个 Idempotency-Key，不会重复。"),
        en=(
            "Not available right now",
            (
                "The service is not available right now. Try again after Retry-After; "
                "with the same Idempotency-Key nothing is done twice."
            ),
        ),
    )


def bug() -> ProblemText:
    return ProblemText(
        zh=("内部错误", "处理时出错。请再试一次；如仍不行，请把响应里的 request 编号告诉管理员。"),
        en=(
            "Internal error",
            "Something went wrong here. Try again; if it stays so, tell an admin the request number of this answer.",
        ),
    )
