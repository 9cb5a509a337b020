"""LaTeX as Word's formulas: what becomes of each construction, and what stays LaTeX."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.exports.formulas import formula, on_its_own

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Which elements each of these must hold, in this order: ISO/IEC 29500-1, 22.1.2.
_PARTS = {
    "f": ("num", "den"),
    "rad": ("deg", "e"),
    "sSub": ("e", "sub"),
    "sSup": ("e", "sup"),
    "sSubSup": ("e", "sub", "sup"),
    "nary": ("sub", "sup", "e"),
    "limLow": ("e", "lim"),
    "limUpp": ("e", "lim"),
    "acc": ("e",),
    "bar": ("e",),
    "groupChr": ("e",),
    "d": ("e",),
}


def short(element: Any) -> str:
    """An element as text: its name, properties and what is in it."""
    name = element.tag.removeprefix(_M)
    if name == "t":
        return element.text or ""
    if name == "r":
        return "".join(short(child) for child in element if child.tag == f"{_M}t")
    if name.endswith("Pr"):
        return "[" + ",".join(child.get(f"{_M}val") for child in element) + "]"
    return f"{name}(" + " ".join(map(short, element)) + ")"


def converted(latex: str) -> str:
    found = formula(latex)
    assert found is not None
    return " ".join(map(short, found))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("E = mc^2", "E = m sSup(e(c) sup(2))"),
        (r"\frac{a+b}{2}", "f([bar] num(a + b) den(2))"),
        (r"\sqrt{x}", "rad([1] deg() e(x))"),
        (r"\sqrt[3]{x}", "rad(deg(3) e(x))"),
        ("x_i^2", "sSubSup(e(x) sub(i) sup(2))"),
        (r"\sum_{i=1}^n x_i + 1", "nary([∑,undOvr] sub(i = 1) sup(n) e(sSub(e(x) sub(i)))) + 1"),
        (r"\int_0^1 x", "nary([∫,subSup] sub(0) sup(1) e(x))"),
        (r"\left( x \right)", "d([(,)] e(x))"),
        (r"\left\{ x \right.", "d([{,] e(x))"),
        (r"\binom{n}{k}", "d([(,)] e(f([noBar] num(n) den(k))))"),
        (r"\begin{pmatrix}1&2\\3\end{pmatrix}", "d([(,)] e(m(mr(e(1) e(2)) mr(e(3) e()))))"),
        (r"\lim_{x\to 0} y", "limLow(e(lim) lim(x → 0)) y"),
        (r"\overline{x}", "bar([top] e(x))"),
        (r"\vec{v}", "acc([\u20d7] e(v))"),
        (r"\underbrace{a}_{n}", "limLow(e(groupChr([⏟,bot] e(a))) lim(n))"),
        (r"\begin{aligned}a&=b\\c&=d\end{aligned}", "eqArr(e(a = b) e(c = d))"),
        ("x<y", "x < y"),
        (r"\text{面积}", "面积"),
        (r"x=1 \tag{3}", "x = 1 \u2003 ( 3 )"),
    ],
)
def test_what_becomes_of_each_construction(latex: str, expected: str) -> None:
    assert converted(latex) == expected


@pytest.mark.parametrize(
    "latex", ["", " ", "{", "a_b_c", r"\unknown{x}", r"\frac{a}", r"\left( x", "x" * 5000, r"\ce{H2O}"]
)
def test_what_cannot_be_converted_stays_latex(latex: str) -> None:
    assert formula(latex) is None


def test_a_formula_on_its_own_line_is_a_paragraph_of_formulas() -> None:
    found = formula("x")
    assert found is not None
    assert on_its_own(found).tag == f"{_M}oMathPara"


_BITS = st.lists(
    st.sampled_from(
        [
            *(
                r"\frac",
                r"\sqrt",
                r"\sum",
                r"\int",
                r"\left(",
                r"\right)",
                r"\begin{matrix}",
                r"\end{matrix}",
                r"\\",
                "&",
            ),
            *(
                "{",
                "}",
                "^",
                "_",
                "a",
                "1",
                "+",
                "[",
                "]",
                r"\text{甲}",
                r"\hat",
                r"\overline",
                " ",
                "'",
                "$",
                "%",
                "<",
            ),
            *(r"\begin{aligned}", r"\end{aligned}", r"\begin{cases}", r"\end{cases}", r"\mathbf", r"\,", "\x00"),
        ]
    ),
    max_size=12,
).map("".join)


@given(_BITS | st.text(max_size=20))
def test_whatever_is_written_is_a_formula_with_all_its_parts_or_none(latex: str) -> None:
    found = formula(latex)
    if found is None:
        return
    for element in found.iter():
        parts = _PARTS.get(element.tag.removeprefix(_M))
        inside = [child.tag.removeprefix(_M) for child in element if not child.tag.endswith("Pr")]
        assert parts is None or tuple(inside) == parts
