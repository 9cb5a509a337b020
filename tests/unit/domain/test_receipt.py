import pytest

from bot.domain.receipt import cut_to_card, expected_seconds, fits_card, rounded

MOST_BYTES = 8_000


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, 5), (5, 5), (5.1, 10), (10, 10), (11, 20), (44, 50), (90, 90), (91, 120), (121, 180), (3000, 3000)],
)
def test_an_estimate_is_rounded_up_to_what_is_known_of_it(seconds: float, said: int) -> None:
    assert rounded(seconds) == said


def test_an_estimate_counts_whole_rounds_of_the_workers() -> None:
    assert expected_seconds(1, 4, [2.0, 3.0, 100.0]) == 3.0
    assert expected_seconds(5, 4, [2.0]) == 4.0
    assert expected_seconds(0, 0, [2.0]) == 2.0


def test_an_estimate_counts_the_pages_that_are_known_to_wait() -> None:
    assert expected_seconds(1, 4, [5.0], pages=30) == 150.0
    assert expected_seconds(5, 4, [5.0], pages=3) == 20.0


def test_nothing_measured_is_no_estimate() -> None:
    assert expected_seconds(3, 1, []) is None


def test_a_text_is_cut_to_what_a_card_shows() -> None:
    long = "\n".join(f"第 {number} 行" for number in range(2000))
    cut = cut_to_card(long, MOST_BYTES)
    assert fits_card(cut, MOST_BYTES)
    assert long.startswith(cut[:-1])
    assert cut.endswith("\n…")
    assert fits_card(cut_to_card("字" * 9000, MOST_BYTES), MOST_BYTES)
    assert cut_to_card("短", MOST_BYTES) == "短"
