import pytest

from bot.domain.asking.call_words import CallWord, call_word, prompt_by_name_or_title, words_seen
from bot.domain.prompt import Prompt

INVOICE = Prompt(
    name="invoice",
    title="发票",
    text="读",
    commands=("专票", "Invoice"),
    hints=("报销",),
    detect=("发票号码", "价税合计"),
)


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("读一下发票", CallWord(word="发票", at=4, title=True)),
        ("发票，专票", CallWord(word="专票", at=4)),
        ("报销", CallWord(word="报销", at=1, hint=True)),
        ("报销专票", CallWord(word="专票", at=3)),
        ("Read the ＩＮＶＯＩＣＥ", CallWord(word="invoice", at=10)),
        ("invoices", None),
        ("", None),
    ],
)
def test_the_word_that_calls_is_named_with_its_place(message: str, word: CallWord | None) -> None:
    assert call_word(INVOICE, message) == word


def test_words_on_a_page_are_seen_whatever_stands_between_their_characters() -> None:
    assert words_seen(INVOICE, "发 票\n号 码：1") == ("发票号码",)


@pytest.mark.parametrize("name", ["invoice", "invoice.toml", "发票"])
def test_an_admin_names_a_prompt_by_its_file_or_its_title(name: str) -> None:
    assert prompt_by_name_or_title(name, [Prompt(name="text", title="文字", text="读"), INVOICE]) is INVOICE
    assert prompt_by_name_or_title("发", [INVOICE]) is None
