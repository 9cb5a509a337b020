r"""Converting LaTeX to Word's formulas: to MathML first, then to OMML (ISO/IEC 29500-1, 22.1).

Of elements without a counterpart, such as colours and boxes, only the content is kept. A formula that cannot be
converted stays LaTeX in the document.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element
from lxml import etree

_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_MOST_CHARACTERS = 4000
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|alignedat|gathered|gather|split|eqnarray|multline)\*?\}")
_NUMBERED = re.compile(r"\\(?:tag|label)\*?\{([^{}]*)\}|\\(?:nonumber|notag)\b")
_NARY = frozenset("∑∏∐∫∬∭∮∯∰⋃⋂⋁⋀⨁⨂⨀")
_ACCENTS = {"^": "\u0302", "→": "\u20d7", "~": "\u0303", "˜": "\u0303", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c"}
_BARS = frozenset("―¯‾_\u0332\u0305")
_BRACES = frozenset("⏞⏟")
_OPENING, _CLOSING = frozenset("([{⟨|‖⌊⌈"), frozenset(")]}⟩|‖⌋⌉")
# latex2mathml has its own exceptions for mistakes in LaTeX, but raises these for some of them.
_MISTAKES: tuple[type[Exception], ...] = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError, StopIteration, AssertionError),
)


def formula(latex: str) -> etree._Element | None:
    """Return `m:oMath` for a formula without its dollar signs, None if it cannot be converted."""
    if not latex.strip() or len(latex) > _MOST_CHARACTERS:
        return None
    plain = _NUMBERED.sub(lambda match: rf"\qquad({match[1]})" if match[1] else "", latex)
    try:
        mathml = convert_to_element(_ALIGNED.sub(r"\\\1{matrix}", plain))
        table = _only_table(mathml) if _ALIGNED.match(plain.lstrip()) else None
        math = _new("oMath", *(_row(list(mathml)) if table is None else [_equation_array(table)]))
    except _MISTAKES:
        return None
    return math if len(math) and not _has_leftovers(math) else None


def _only_table(mathml: Element) -> Element | None:
    """Return the table that a formula consists of, None if there is anything else."""
    node = mathml
    while len(node) == 1 and _tag(node) != "mtable":
        node = node[0]
    return node if _tag(node) == "mtable" else None


def _equation_array(table: Element) -> etree._Element:
    """Return equations below each other; their alignment is left to Word."""
    rows = ([part for cell in row for part in cell] for row in table)
    return _new("eqArr", *(_new_from("e", row) for row in rows))


def on_its_own(math: etree._Element) -> etree._Element:
    """Return a formula as a paragraph of its own, `m:oMathPara`."""
    paragraph = _new("oMathPara")
    paragraph.append(math)
    return paragraph


def _has_leftovers(math: etree._Element) -> bool:
    """Return whether something was not converted: a command with its backslash, or a stroke meant for a symbol."""
    return any(sign in (text.text or "") for text in math.iter(f"{{{_M}}}t") for sign in "\\⧸")


def _new(name: str, *children: etree._Element, **properties: str) -> etree._Element:
    """Return an OMML element; `properties` are the values in its `…Pr`."""
    element = etree.Element(f"{{{_M}}}{name}", nsmap={"m": _M})
    if properties:
        parent = etree.SubElement(element, f"{{{_M}}}{name}Pr")
        for key, value in properties.items():
            etree.SubElement(parent, f"{{{_M}}}{key}").set(f"{{{_M}}}val", value)
    element.extend(children)
    return element


def _new_from(name: str, nodes: Sequence[Element]) -> etree._Element:
    return _new(name, *_row(nodes))


def _row(nodes: Sequence[Element]) -> list[etree._Element]:
    """Convert a row of MathML; a sum or an integral takes the element behind it as its operand."""
    converted: list[etree._Element] = []
    rest = list(nodes)
    while rest:
        node = rest.pop(0)
        if _tag(node) in _SCRIPTS and len(node) and _text(node[0]) in _NARY:
            converted.append(_nary(node, rest[:1]))
            rest = rest[1:]
        elif _is_bracketed([node, *rest[:2]]):
            converted.append(_new("d", _new_from("e", rest[:1]), begChr=_text(node), endChr=_text(rest[1])))
            rest = rest[2:]
        else:
            converted.extend(_convert(node))
    return converted


def _convert(node: Element) -> list[etree._Element]:
    tag = _tag(node)
    if tag in {"mi", "mn", "mo", "mtext", "ms"}:
        return _run(_text(node), upright=tag == "mtext" or (tag == "mo" and _text(node).isalpha()))
    if tag == "mspace":
        width = node.get("width", "")
        return _run(" " if width.startswith("0") else "\u2003") if node.get("linebreak") is None else _run(" ")
    convert = _STRUCTURES.get(tag)
    if convert is not None:
        if len(node) < _LEAST_PARTS.get(tag, 0):
            raise ValueError(f"{tag} with {len(node)} parts")
        return [convert(node)]
    return _fenced(list(node)) or _row(list(node))


def _run(text: str, *, upright: bool = False) -> list[etree._Element]:
    if not text:
        return []
    run = _new("r")
    if upright:
        etree.SubElement(etree.SubElement(run, f"{{{_M}}}rPr"), f"{{{_M}}}nor")
    letters = etree.SubElement(run, f"{{{_M}}}t")
    letters.text = text
    letters.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [run]


def _fenced(nodes: Sequence[Element]) -> list[etree._Element]:
    """Return a row as its stretching brackets and their content; nothing unless it begins with such a bracket."""
    if len(nodes) < 2 or not _stretches(nodes[0]) or _text(nodes[0]) not in _OPENING | {"", "."}:  # noqa: PLR2004 - a pair
        return []
    is_closed = _stretches(nodes[-1]) and _text(nodes[-1]) in _CLOSING | {"", "."}
    inner = nodes[1:-1] if is_closed else nodes[1:]
    if any(_stretches(node) for node in inner):
        return []
    ends = {"begChr": _text(nodes[0]).strip("."), "endChr": _text(nodes[-1]).strip(".") if is_closed else ""}
    return [_new("d", _new_from("e", inner), **ends)]


def _is_bracketed(nodes: Sequence[Element]) -> bool:
    """Return whether the nodes are a table in brackets, which must then be as tall as the table."""
    if [_tag(node) for node in nodes] != ["mo", "mtable", "mo"]:
        return False
    return _text(nodes[0]) in _OPENING and _text(nodes[2]) in _CLOSING


def _stretches(node: Element) -> bool:
    return _tag(node) == "mo" and (node.get("fence") == "true" or node.get("minsize") is not None)


def _fraction(node: Element) -> etree._Element:
    bar = "noBar" if node.get("linethickness") == "0" else "bar"
    return _new("f", _new_from("num", node[:1]), _new_from("den", node[1:2]), type=bar)


def _root(node: Element) -> etree._Element:
    if _tag(node) == "mroot":
        return _new("rad", _new_from("deg", node[1:2]), _new_from("e", node[:1]))
    return _new("rad", _new("deg"), _new_from("e", list(node)), degHide="1")


def _scripts(node: Element) -> etree._Element:
    name, parts = {
        "msub": ("sSub", ("e", "sub")),
        "msup": ("sSup", ("e", "sup")),
        "msubsup": ("sSubSup", ("e", "sub", "sup")),
    }[_tag(node)]
    if _is_limit(node[0]) and _tag(node) == "msub":
        return _new("limLow", _new_from("e", node[:1]), _new_from("lim", node[1:2]))
    return _new(name, *(_new_from(part, node[index : index + 1]) for index, part in enumerate(parts)))


def _under_over(node: Element) -> etree._Element:
    """Return an expression with a bar, an accent, a brace or a limit above or below it."""
    is_above = _tag(node) == "mover"
    if _tag(node) == "munderover":
        low = _new("limLow", _new_from("e", node[:1]), _new_from("lim", node[1:2]))
        return _new("limUpp", _new("e", low), _new_from("lim", node[2:3]))
    sign = _text(node[1])
    if sign in _BARS:
        return _new("bar", _new_from("e", node[:1]), pos="top" if is_above else "bot")
    if is_above and sign in _ACCENTS:
        return _new("acc", _new_from("e", node[:1]), chr=_ACCENTS[sign])
    if sign in _BRACES:
        return _new("groupChr", _new_from("e", node[:1]), chr=sign, pos="top" if is_above else "bot")
    return _new("limUpp" if is_above else "limLow", _new_from("e", node[:1]), _new_from("lim", node[1:2]))


def _nary(node: Element, following: Sequence[Element]) -> etree._Element:
    tag = _tag(node)
    below = node[1:2] if tag not in {"msup", "mover"} else []
    above = node[2:3] if tag in {"msubsup", "munderover"} else node[1:2] if tag in {"msup", "mover"} else []
    sign = _text(node[0])
    properties = {"chr": sign, "limLoc": "subSup" if sign in "∫∬∭∮∯∰" else "undOvr"}
    properties |= {} if below else {"subHide": "1"}
    properties |= {} if above else {"supHide": "1"}
    return _new("nary", _new_from("sub", below), _new_from("sup", above), _new_from("e", following), **properties)


def _matrix(node: Element) -> etree._Element:
    rows = [row for row in node if _tag(row) in {"mtr", "mlabeledtr"}]
    widest = max((len(row) for row in rows), default=0)
    return _new("m", *(_new("mr", *_cells(row, widest)) for row in rows))


def _cells(row: Element, width: int) -> Iterator[etree._Element]:
    for cell in row:
        yield _new_from("e", list(cell))
    for _ in range(width - len(row)):
        yield _new("e")


def _is_limit(node: Element) -> bool:
    return _tag(node) == "mo" and _text(node) in {
        "lim",
        "max",
        "min",
        "sup",
        "inf",
        "limsup",
        "liminf",
        "argmax",
        "argmin",
    }


def _tag(node: Element) -> str:
    return str(node.tag).removeprefix(_MATHML)


def _text(node: Element) -> str:
    """Return the characters of a token; latex2mathml writes them as entities."""
    text = "".join(char for char in unescape(node.text or "") if char.isprintable() or char == "\u00a0")
    return "" if _tag(node) == "mi" and text == "&" else text


_SCRIPTS = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover"})
_STRUCTURES: dict[str, Callable[[Element], etree._Element]] = {
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _root,
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "munder": _under_over,
    "mover": _under_over,
    "munderover": _under_over,
    "mtable": _matrix,
}
_LEAST_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
