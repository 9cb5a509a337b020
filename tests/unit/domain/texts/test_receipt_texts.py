import pytest

from bot.domain import texts


@pytest.mark.parametrize(
    ("nick", "ahead", "seconds", "text"),
    [
        ("张三", 3, 20, "张三：已收到，前面还有 3 个，大约 20 秒。"),
        ("", 0, 5, "已收到，正在识别，大约 5 秒。"),
        ("", 12, 180, "已收到，前面还有 12 个，大约 3 分钟。"),
        ("", 1, None, "已收到，前面还有 1 个。"),
    ],
)
def test_a_receipt_says_what_is_known(nick: str, ahead: int, seconds: int | None, text: str) -> None:
    assert texts.waiting.receipt(nick=nick, ahead=ahead, seconds=seconds) == text


@pytest.mark.parametrize(
    ("files", "pages", "text"),
    [
        ((0, 1), (0, 0), "正在识别…"),
        ((0, 1), (3, 12), "正在识别：已读 3/12 页"),
        ((1, 3), (0, 0), "正在识别：已读完 1/3 个文件"),
        ((1, 3), (2, 4), "正在识别：已读完 1/3 个文件，已读 2/4 页"),
    ],
)
def test_a_card_says_how_far_it_is(files: tuple[int, int], pages: tuple[int, int], text: str) -> None:
    assert texts.waiting.card_progress(files=files, pages=pages) == text
