"""What a proof makes of answers: the noise of batching passes, another picture's answer never does."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engines.vllm.proof import TokenLogprobs, distance, judge

COUNT = 6
WORDS = "7QWJEB"


def sure(word: str, noise: float = 0.0) -> TokenLogprobs:
    """Answers as a trained model gives them: one token all but certain, the others far behind."""
    first = {word: -0.001, **{f"{word}{rank}": -9.0 - rank / 4 + noise for rank in range(19)}}
    return [first, {f"{word}!": -0.002, **{f"{rank}": -8.0 - rank / 4 - noise for rank in range(19)}}]


def unsure(number: int, noise: float = 0.0) -> TokenLogprobs:
    """Answers as one with random weights gives them: all tokens much alike."""
    chances = {f"{rank}": -6.0 + math.sin(rank * (number + 1)) / 9 + noise * math.cos(rank) for rank in range(20)}
    return [dict(sorted(chances.items(), key=lambda item: -item[1]))]


ALONE = [sure(word) for word in WORDS]
noises = st.floats(-0.4, 0.4)


@given(st.lists(noises, min_size=COUNT, max_size=COUNT), st.lists(noises, min_size=COUNT, max_size=COUNT))
def test_noise_passes(again: list[float], together: list[float]) -> None:
    verdict = judge(
        ALONE,
        [sure(word, noise) for word, noise in zip(WORDS, again, strict=True)],
        [(number, sure(WORDS[number], noise)) for number, noise in enumerate(together)],
    )
    assert verdict.clean, verdict.why


@given(st.integers(0, COUNT - 1), st.integers(1, COUNT - 1), noises)
def test_one_answer_of_another_picture_is_enough(number: int, step: int, noise: float) -> None:
    together = list(enumerate(ALONE))
    together[number] = (number, sure(WORDS[(number + step) % COUNT], noise))
    verdict = judge(ALONE, ALONE, together)
    assert not verdict.clean
    assert "1 of 6" in verdict.why
    assert "--max-num-batched-tokens 256" in verdict.why


@given(st.floats(-0.003, 0.003))
def test_a_model_that_is_sure_of_nothing_can_be_told_apart_too(noise: float) -> None:
    alone = [unsure(number) for number in range(COUNT)]
    assert judge(alone, alone, [(number, unsure(number, noise)) for number in range(COUNT)]).clean
    assert not judge(alone, alone, [(0, unsure(3, noise))]).clean


def test_an_answer_half_way_to_another_picture_is_not_clean() -> None:
    half = [{**ALONE[0][0], "7": -0.7, "Q": -0.7}, *ALONE[0][1:]]
    assert not judge(ALONE, ALONE, [(0, half)]).clean


def test_the_same_answer_to_every_picture_proves_nothing() -> None:
    same = [ALONE[0]] * COUNT
    verdict = judge(same, same, list(enumerate(same)))
    assert not verdict.clean
    assert "different pictures get the same answer" in verdict.why


def test_answers_that_change_from_time_to_time_prove_nothing() -> None:
    verdict = judge(ALONE, [ALONE[1], *ALONE[1:]], list(enumerate(ALONE)))
    assert not verdict.clean


@given(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1))
def test_distance_is_the_same_both_ways_and_nothing_to_oneself(one: int, other: int) -> None:
    assert distance(ALONE[one], ALONE[other]) == pytest.approx(distance(ALONE[other], ALONE[one]))
    assert (distance(ALONE[one], ALONE[other]) == 0) == (one == other)


def test_what_follows_another_beginning_is_not_compared() -> None:
    one: TokenLogprobs = [{"a": -0.69, "b": -0.70}, {"x": -0.1, "y": -4.0}]
    other: TokenLogprobs = [{"b": -0.69, "a": -0.70}, {"p": -0.1, "q": -4.0}]
    assert distance(one, other) < 0.02
