"""Answers in prose: translations, "there is no text", and descriptions of a picture instead of its text."""

import re

from workers.parsing.spotting import without_markup

_ORIGINAL = re.compile(
    r"图(?:片|像)?中的?(?:文字|文本)(?:内容)?(?:(?:[是为]|如下)[ \t]?[:：]?|[:：])"
    r"|原文(?:内容)?[:：]|(?:the )?(?:original )?text in the (?:image|picture) is:?",
    re.IGNORECASE,
)
_LANGUAGE = r"(?:[^\s:：。，]{1,4}[文语]|[a-z]{4,12})"
_TRANSLATION = re.compile(
    rf"^[ \t]{{0,8}}(?:翻译[成为]{_LANGUAGE}(?:[为是]|如下|[ \t]*(?=[:：\n]|\Z))[ \t]?[:：]?"
    r"|(?:译文|翻译|翻译结果)[:：]|(?:the )?(?:english )?translation(?: is)?:)",
    re.MULTILINE | re.IGNORECASE,
)

_NO_TEXT_LENGTH = 60
_NO_TEXT = re.compile(
    r"(?:抱歉[，,]?)?(?:[这该此]?[张幅]?(?:图片|图像|照片|截图|画面|图)[中里上内]?)?"
    r"并?(?:没有|未|无|不)(?:能|包含|含有?|检测到|识别到|检测出|识别出|发现|存在|有)?"
    r"(?:任何|可识别的?|可见的?|可读的?|可提取的?|明显的?)*(?:文字|文本|字幕)(?:内容|信息)?(?:可以?(?:提取|识别))?"
    r"|(?:there is |the (?:image|picture) (?:has|contains) )?no (?:visible |readable |recognizable )?text"
    r"(?: (?:found|detected|in (?:the|this) (?:image|picture)))?"
)
_NO_TEXT_TAG = re.compile(r"<dir>[^<>]{0,8}(?:</dir>)?")

_SUMMARY_LENGTH = 200
_POLITE = r"(?:好的|以下是[^\n]{0,12}[:：])?[，,。!！\s]{0,4}"
_PICTURE = r"(?:图片|图像|照片|截图|画面|扫描件)"
_SHOWS = r"(?:主要|清晰地?|完整地?)?(?:展示|显示|呈现|描绘|包含|记录)(?:了|的是|着)"
_ONE = r"一(?:张|份|幅|个|页)"
_SUMMARY = re.compile(
    rf"{_POLITE}(?:"
    rf"[这该此](?:[张幅份](?:{_PICTURE}|图)|{_PICTURE})(?:[中里上])?(?:{_SHOWS}|是{_ONE}|为{_ONE})"
    rf"|{_PICTURE}(?:[中里上])?(?:{_SHOWS}{_ONE}|是{_ONE})"
    rf"|图[中里](?:{_SHOWS}{_ONE}|是{_ONE})"
    rf"|(?:the|this) (?:image|picture|photo|photograph|screenshot) "
    r"(?:shows|displays|contains|depicts|features|presents|appears to|is an? )"
    rf"|(?:图[片像]?|{_PICTURE})[中里上]的?(?:文字|文本)(?:内容)?(?:主要)?[是为][^，。,.：:\s]{{1,8}}[文语](?:[，,。.]|$)"
    r"|the text (?:in|on|of) (?:the|this) (?:image|picture|photo) is (?:written )?in "
    r"|in (?:the|this) (?:image|picture|photo|screenshot),? (?:there is|there are|we see|we can see|you can see)"
    r")",
    re.IGNORECASE,
)
_KIND = re.compile(
    rf"{_POLITE}这是{_ONE}[^，。,.\n]{{0,20}}(?:{_PICTURE}|发票|收据|票据|文档|表格|图表|流程图)[，。,.]"
)
_MENTIONS_PICTURE = re.compile(rf"{_PICTURE}[中里上]?{_SHOWS}|图中|{_PICTURE}[中里上]|{_SHOWS}|上面(?:写|印)着")


def parse_translation(text: str) -> tuple[str, str]:
    """Return the original and its translation in a cleaned answer, "" for one that is missing.

    Without any of the model's own headings all of the answer is the original: it must not pass for a translation.
    """
    start = _ORIGINAL.match(text.lstrip())
    body = text.lstrip()[start.end() :] if start else text
    marker = _TRANSLATION.search(body)
    if marker is None:
        return body.strip(), ""
    return body[: marker.start()].strip(), body[marker.end() :].strip()


def is_no_text(text: str) -> bool:
    """Return whether a cleaned answer is empty or says that there is nothing to read."""
    rest = _NO_TEXT_TAG.sub("", without_markup(text)).strip(" \t\n。.!！，,\"'`").casefold()
    if len(rest) > _NO_TEXT_LENGTH:
        return False
    return not rest or _NO_TEXT.fullmatch(rest) is not None


def looks_like_summary(text: str) -> bool:
    """Return whether a cleaned answer describes the picture instead of giving its text.

    Only the beginning decides, because a printed text may say anything further down. Either the picture is said to
    show something (这张图片展示了, 图中是一张, The image shows), or to have text in some language (图片中的文字是英文,
    in issue 72 of Tencent-Hunyuan/HunyuanOCR), or the answer begins with 这是一张…发票 and mentions the picture in its
    first 200 characters. Documents themselves say 图1展示了 and 本合同.
    """
    beginning = text.lstrip()[:_SUMMARY_LENGTH]
    if _SUMMARY.match(beginning):
        return True
    kind = _KIND.match(beginning)
    return kind is not None and _MENTIONS_PICTURE.search(beginning, kind.end()) is not None
