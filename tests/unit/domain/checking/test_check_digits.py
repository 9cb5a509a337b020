import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.checking.check_digits import card_number_fits, credit_code_fits, identity_number_fits

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIGITS = "0123456789"


def _completed(body: str, last: str, fits: object) -> str:
    assert callable(fits)
    found = [body + char for char in last if fits(body + char)]
    assert len(found) == 1, "exactly one check character must fit"
    return found[0]


@st.composite
def _credit_codes(draw: st.DrawFn) -> str:
    return _completed(draw(st.text(_ALPHABET, min_size=17, max_size=17)), _ALPHABET, credit_code_fits)


@st.composite
def _identity_numbers(draw: st.DrawFn) -> str:
    region = draw(st.text(_DIGITS, min_size=6, max_size=6))
    day = draw(st.dates()).strftime("%Y%m%d").rjust(8, "0")
    order = draw(st.text(_DIGITS, min_size=3, max_size=3))
    return _completed(region + day + order, _DIGITS + "X", identity_number_fits)


@st.composite
def _card_numbers(draw: st.DrawFn) -> str:
    return _completed(draw(st.text(_DIGITS, min_size=15, max_size=18)), _DIGITS, card_number_fits)


# Real codes, printed on public invoices, and examples of the standards.
@pytest.mark.parametrize("code", ["91120222079642398Y", "91320115MA202UKD7X", "92330781MA2EDMFU50"])
def test_genuine_credit_codes_fit(code: str) -> None:
    assert credit_code_fits(code)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_identity_numbers_fit(number: str) -> None:
    assert identity_number_fits(number)


@pytest.mark.parametrize("number", ["4111111111111111", "6228480402564890018", "4000000000000000006"])
def test_known_card_numbers_fit(number: str) -> None:
    assert card_number_fits(number)


@pytest.mark.parametrize(
    "code",
    ["", "91500102563638729E", "91120222079642398", "91120222079642398y", "9112O222079642398Y", "９1120222079642398Y"],
)
def test_what_is_no_credit_code_does_not_fit(code: str) -> None:
    assert not credit_code_fits(code)


@pytest.mark.parametrize(
    "number", ["", "11010519491231002", "11010519491231002x", "110105194912310021", "११०१०५१९४९१२३१००२X"]
)
def test_what_is_no_identity_number_does_not_fit(number: str) -> None:
    assert not identity_number_fits(number)


def test_a_birth_date_must_exist() -> None:
    body = "110105" + "20230229" + "001"

    assert not any(identity_number_fits(body + last) for last in _DIGITS + "X")


@pytest.mark.parametrize("number", ["", "0" * 15, "0" * 20, "411111111111111l", "４111111111111111"])
def test_what_is_no_card_number_does_not_fit(number: str) -> None:
    assert not card_number_fits(number)


# The standards define their weights as powers; the tables in the code must be these.
@given(_credit_codes())
def test_credit_codes_follow_the_powers_of_three(code: str) -> None:
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:-1]))

    assert (total + _ALPHABET.index(code[-1])) % 31 == 0


@given(_identity_numbers())
def test_identity_numbers_follow_the_powers_of_two(number: str) -> None:
    total = sum((_DIGITS + "X").index(char) * pow(2, 17 - place, 11) for place, char in enumerate(number))

    assert total % 11 == 1


@given(_card_numbers())
def test_card_numbers_add_the_digits_of_every_second_digit_doubled(number: str) -> None:
    doubled = [sum(map(int, str(2 * int(char)))) for char in number[-2::-2]]

    assert (sum(doubled) + sum(map(int, number[::-2]))) % 10 == 0


@given(code=_credit_codes(), place=st.integers(0, 17), char=st.sampled_from(_ALPHABET))
def test_any_wrong_character_of_a_credit_code_is_caught(code: str, place: int, char: str) -> None:
    assume(code[place] != char)

    assert not credit_code_fits(code[:place] + char + code[place + 1 :])


@given(code=_credit_codes(), place=st.integers(0, 16))
def test_neighbours_swapped_in_a_credit_code_are_caught(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])

    assert not credit_code_fits(_swapped(code, place))


@given(number=_identity_numbers(), place=st.integers(0, 17), char=st.sampled_from(_DIGITS + "X"))
def test_any_wrong_character_of_an_identity_number_is_caught(number: str, place: int, char: str) -> None:
    assume(number[place] != char)

    assert not identity_number_fits(number[:place] + char + number[place + 1 :])


@given(number=_identity_numbers(), place=st.integers(0, 16))
def test_neighbours_swapped_in_an_identity_number_are_caught(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])

    assert not identity_number_fits(_swapped(number, place))


@given(number=_card_numbers(), place=st.integers(0, 15), char=st.sampled_from(_DIGITS))
def test_any_wrong_digit_of_a_card_number_is_caught(number: str, place: int, char: str) -> None:
    assume(number[place] != char)

    assert not card_number_fits(number[:place] + char + number[place + 1 :])


@given(number=_card_numbers(), place=st.integers(0, 14))
def test_neighbours_swapped_in_a_card_number_are_caught_but_for_09(number: str, place: int) -> None:
    pair = number[place : place + 2]
    assume(pair[0] != pair[1])

    assert card_number_fits(_swapped(number, place)) == (set(pair) == {"0", "9"})


def _swapped(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
