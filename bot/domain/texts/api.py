"""What callers of the API are told, in Chinese and in English."""

# ruff: noqa: D103 - each function is named for what it tells; a docstring says when it is used

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongValue:
    """What is wrong with one value of a request, in the two languages of the API."""

    at: str  # the name of the value
    zh: str
    en: str

    def told(self, language: str) -> str:
        """Return the sentence in a language: zh or en."""
        return self.en if language == "en" else self.zh


def wrong_value(at: str, reason: str) -> WrongValue:
    """When a value breaks a rule of the form; `reason` is English."""
    return WrongValue(at=at, zh=f"不符合要求：{reason}", en=reason)


def wrong_prompt(known: Sequence[str]) -> WrongValue:
    listed = ", ".join(known)
    return WrongValue(at="prompt", zh=f"没有这个模板，可用的有：{listed}", en=f"There is no such prompt: use {listed}")


def wrong_fields(most: int, longest: int) -> WrongValue:
    return WrongValue(
        at="fields",
        zh=f"最多 {most} 个字段名，每个最多 {longest} 个字，不能有控制字符",
        en=f"At most {most} names of at most {longest} characters each, without control characters",
    )


def fields_missing() -> WrongValue:
    return WrongValue(at="fields", zh="这个模板要知道找哪些字段", en="This prompt has to know which fields to find")


def wrong_pages() -> WrongValue:
    return WrongValue(at="pages", zh="页码写成 3、1-3 或 4-", en="Pages are written as 3, 1-3 or 4-")


def file_missing() -> WrongValue:
    return WrongValue(at="file", zh="没有文件，或文件是空的", en="There is no file, or it is empty")


def several_files() -> WrongValue:
    return WrongValue(
        at="file",
        zh="这里一次只收一个文件；多个文件请发到 /v1/batches",
        en="One file at a time: send several to /v1/batches",
    )


def too_many_files(most: int) -> WrongValue:
    return WrongValue(
        at="file", zh=f"一次最多 {most} 个文件，请分批提交", en=f"At most {most} files: send more in another batch"
    )


def wrong_webhook(known: Sequence[str]) -> WrongValue:
    listed = ", ".join(known)
    if not listed:
        return WrongValue(
            at="webhook",
            zh="这个客户端没有登记回调地址，请管理员写进 clients.toml",
            en="This client has no webhook: an admin adds them to clients.toml",
        )
    return WrongValue(
        at="webhook", zh=f"没有这个回调，可用的有：{listed}", en=f"There is no such webhook: use {listed}"
    )


def wrong_cursor() -> WrongValue:
    return WrongValue(at="cursor", zh="请原样使用上一页的 next", en="Use the next of the page before as it is")


def wrong_time(at: str) -> WrongValue:
    return WrongValue(
        at=at,
        zh="时间写成带时区的 ISO 8601，例如 2026-11-27T09:00:00+08:00",
        en="Times are ISO 8601 with a zone, such as 2026-11-27T09:00:00+08:00",
    )


def unknown_field() -> WrongValue:
    return WrongValue(at="field", zh="这份单据没有这个字段", en="The paper has no such field")


def too_large(megabytes: int) -> ProblemText:
    return ProblemText(
        zh=("文件太大", f"最多 {megabytes} MB。请压缩后，或只截取需要的部分再发。"),
        en=("Too large", f"At most {megabytes} MB: compress it, or send only the part that is needed."),
    )


def upload_too_slow() -> ProblemText:
    return ProblemText(
        zh=("上传太慢", "文件没有在时限内传完，请检查网络后重发。"),
        en=("The upload took too long", "The file did not arrive in time: check the network, and send it again."),
    )


def no_room() -> ProblemText:
    return ProblemText(
        zh=("现在收不下", "等着的文件太多，没有地方了；还没有收下这一份。请按 Retry-After 过一会儿再发。"),
        en=(
            "No room right now",
            "Too many files wait already, and this one was not taken. Send it again after Retry-After.",
        ),
    )


def too_many_waiting() -> ProblemText:
    return ProblemText(
        zh=("您等着的文件太多", "这个客户端等着的文件已到上限，没有收下这一份。等前面的读完后再发。"),
        en=(
            "Too many of your files wait",
            "As many files of this client wait as may wait, and this one was not taken. Send it once others are read.",
        ),
    )


def rate_exceeded() -> ProblemText:
    return ProblemText(
        zh=(
            "请求太频繁",
            "超过了这个客户端每分钟的限额。请按 Retry-After 过一会儿再试；限额见响应头 RateLimit-Policy。",
        ),
        en=(
            "Too many requests",
            "This client's limit a minute is used up. Try again after Retry-After; RateLimit-Policy names the limits.",
        ),
    )


def quota_exceeded() -> ProblemText:
    return ProblemText(
        zh=("今天的页数用完了", "这个客户端今天的页数已用完。明天零点（北京时间）后再发，或请管理员调高限额。"),
        en=(
            "The day's pages are used up",
            "This client's pages of the day are used up. Send it after midnight in China, or ask an admin for more.",
        ),
    )


def key_reused() -> ProblemText:
    return ProblemText(
        zh=("这个 Idempotency-Key 已用过", "同一个 Idempotency-Key 今天提交过别的内容。新的文件请换一个新的值。"),
        en=(
            "The Idempotency-Key was used before",
            "Something else was sent with this Idempotency-Key today. Use a new key for another file.",
        ),
    )


def not_done() -> ProblemText:
    return ProblemText(
        zh=("还没有读完", "这份文件还没有读完，或没有读出来。请等 status 变成 done 再取。"),
        en=("Not done yet", "The file is not read yet, or could not be read. Ask again once its status is done."),
    )


def no_picture() -> ProblemText:
    return ProblemText(
        zh=("没有图片", "没有这一页或这个字段的图片：可能不是按图片读的，或已过保存期。"),
        en=("No picture", "There is no picture of this page or field: it was not read as one, or is no longer kept."),
    )


def not_read() -> ProblemText:
    """When a file could not be read; the reason's own sentence stands in its place where it is known."""
    return ProblemText(
        zh=("没有读出来", "这个文件没有读出来。"),
        en=("It could not be read", "The file could not be read; its reason says why, its sentence what to do."),
    )
