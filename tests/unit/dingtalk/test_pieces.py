from hypothesis import given
from hypothesis import strategies as st

from bot.dingtalk.sending import pieces


def test_a_text_that_fits_stays_whole() -> None:
    assert list(pieces("a\nb\n", lambda piece: len(piece) <= 10)) == ["a\nb\n"]


def test_cuts_are_made_at_line_ends() -> None:
    assert list(pieces("aaa\nbbb\nccc", lambda piece: len(piece) <= 7)) == ["aaa\nbbb", "ccc"]


def test_one_long_line_is_cut_anywhere() -> None:
    assert list(pieces("abcdefgh", lambda piece: len(piece) <= 3)) == ["abc", "def", "gh"]


@given(st.text(st.sampled_from("ab发\n"), max_size=60), st.integers(4, 20))
def test_nothing_is_lost_and_every_piece_fits(text: str, limit: int) -> None:
    found = list(pieces(text, lambda piece: len(piece.encode()) <= limit))
    assert "".join(found).replace("\n", "") == text.replace("\n", "")
    assert all(len(piece.encode()) <= limit for piece in found)
