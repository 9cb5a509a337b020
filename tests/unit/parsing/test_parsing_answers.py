import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.parsing.answers import is_no_text, looks_like_summary, parse_translation


@pytest.mark.parametrize(
    "text",
    [
        "图片中没有文字。",
        "图中没有文字",
        "这张图片中没有可识别的文字信息。",
        "未检测到任何文字内容",
        "没有检测到文字。",
        "图片中未包含文字",
        "图片中没有字幕。",
        "无可见文字",
        "There is no text in the image.",
        "No text detected",
        "<dir>0</dir>",
        "(156,68),(783,758)",
        "<quad>(156,68),(783,758)</quad>",
        "",
        " \n",
    ],
)
def test_there_is_nothing_to_read(text: str) -> None:
    assert is_no_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "鱿鱼游戏",
        "文字",
        "没有",
        "图片中没有文字的部分请忽略",
        "0",
        "甲(156,68),(783,758)",
        "本页没有文字说明以外的内容",
        "{}",
    ],
)
def test_there_is_something_to_read(text: str) -> None:
    assert not is_no_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "这张图片展示了一张增值税发票。",
        "该图片显示的是一份合同。",
        "图中是一张发票，金额为100元。",
        "图片中展示了一个白板。",
        "好的，这张图是一张出租车发票。",
        "这是一张增值税普通发票，图片中显示了以下内容：",
        "The image shows a receipt.",
        "This image is a scan of a contract.",
        "In the picture, there is a whiteboard.",
        "图片中的文字是英文，内容是关于一次服务通知。",
        "图中文字为日语。",
        "The text in the image is in English and reads",
    ],
)
def test_a_description_is_noticed(text: str) -> None:
    assert looks_like_summary(text)


@pytest.mark.parametrize(
    "text",
    [
        "本合同由甲乙双方签订。",
        "这是一张老照片，背面写着1976年。",
        "图1展示了系统的结构。",
        "图片中的文字是:\n你好",
        "图中的文字是:\n你好",
        "图中的文字是正文的一部分",
        "照片为一寸免冠彩色照片",
        "该图书馆显示了良好的服务",
        "这份合同是双方真实意思的表示",
        "发票\n这张图片展示了",
        "The imaging department shows",
        '{"姓名": "张三"}',
        "",
    ],
)
def test_what_is_printed_is_no_description(text: str) -> None:
    assert not looks_like_summary(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("图中的文字是:\nHello\nWorld\n翻译成中文为:\n你好\n世界", ("Hello\nWorld", "你好\n世界")),
        ("图中的文字是：Hello\n翻译成中文为：你好", ("Hello", "你好")),
        ("图中的文字是\nHello\n翻译成中文为\n你好", ("Hello", "你好")),
        ("图中的文字是:\n你好\n翻译成英文为Hello", ("你好", "Hello")),
        ("图中的文字是:\n你好\n翻译为英文：\nHello", ("你好", "Hello")),
        ("原文：你好\n译文：Hello", ("你好", "Hello")),
        ("你好\n翻译成英文为:\nHello", ("你好", "Hello")),
        ("翻译成英文为:\nHello", ("", "Hello")),
        ("图中的文字是:\n请把它翻译成英文。", ("请把它翻译成英文。", "")),
        ("你好", ("你好", "")),
        ("", ("", "")),
    ],
)
def test_a_translation_is_split_from_its_original(text: str, expected: tuple[str, str]) -> None:
    assert parse_translation(text) == expected


@given(st.text(alphabet="图中的文字是:：翻译成为英文\n甲 ", max_size=40) | st.text())
def test_translations_hold_nothing_but_the_text(text: str) -> None:
    rest = iter(text)

    assert all(char in rest for part in parse_translation(text) for char in part)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert is_no_text(text) in {True, False}
    assert looks_like_summary(text) in {True, False}
