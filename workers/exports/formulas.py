r"""LaTeX as Word's own formulas: first MathML, then OMML (ISO/IEC 29500-1, 22.1).

What has no counterpart here, such as colours and boxes, keeps its content. What cannot be converted at all is None, and
the LaTeX stands in the document as it is.
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
# latex2mathml has an error for each mistake and meets others unprepared.
_MISTAKES: tuple[type[Exception], ...] = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError, StopIteration, AssertionError),
)


def formula(latex: str) -> etree._Element | None:
    """Return `m:oMath` for a formula without its dollar signs, None where it cannot be converted."""
    if not latex.strip() or len(latex) > _MOST_CHARACTERS:
        return None
    plain = _NUMBERED.sub(lambda match: rf"\qquad({match[1]})" if match[1] else "", latex)
    try:
        mathml = convert_to_element(_ALIGNED.sub(r"\\\1{matrix}", plain))
        table = _only(mathml) if _ALIGNED.match(plain.lstrip()) else None
        whole = _new("oMath", *(_row(list(mathml)) if table is None else [_lines(table)]))
    except _MISTAKES:
        return None
    return whole if len(whole) and not _left_over(whole) else None


def _only(mathml: Element) -> Element | None:
    """Return the table that is all of a formula, None where it is not."""
    node = mathml
    while len(node) == 1 and _tag(node) != "mtable":
        node = node[0]
    return node if _tag(node) == "mtable" else None


def _lines(table: Element) -> etree._Element:
    """Return equations that stand below each other; where they are aligned at is left to Word."""
    rows = ([part for cell in row for part in cell] for row in table)
    return _new("eqArr", *(_holder("e", row) for row in rows))


def on_its_own(math: etree._Element) -> etree._Element:
    """Return a formula as one that stands on a line of its own."""
    paragraph = _new("oMathPara")
    paragraph.append(math)
    return paragraph


def _left_over(math: etree._Element) -> bool:
    """Whether something was not understood: a command stands there with its backslash, or a stroke through nothing."""
    return any(sign in (text.text or "") for text in math.iter(f"{{{_M}}}t") for sign in "\\⧸")


def _new(name: str, *children: etree._Element, **properties: str) -> etree._Element:
    """Return an element; `properties` are its `…Pr`, each with its value."""
    element = etree.Element(f"{{{_M}}}{name}", nsmap={"m": _M})
    if properties:
        about = etree.SubElement(element, f"{{{_M}}}{name}Pr")
        for key, value in properties.items():
            etree.SubElement(about, f"{{{_M}}}{key}").set(f"{{{_M}}}val", value)
    element.extend(children)
    return element


def _holder(name: str, nodes: Sequence[Element]) -> etree._Element:
    return _new(name, *_row(nodes))


def _row(nodes: Sequence[Element]) -> list[etree._Element]:
    """Return what a row of MathML is; a sum or an integral takes in what follows it."""
    found: list[etree._Element] = []
    rest = list(nodes)
    while rest:
        node = rest.pop(0)
        if _tag(node) in _SCRIPTS and len(node) and _text(node[0]) in _NARY:
            found.append(_nary(node, rest[:1]))
            rest = rest[1:]
        elif _is_bracketed([node, *rest[:2]]):
            found.append(_new("d", _holder("e", rest[:1]), begChr=_text(node), endChr=_text(rest[1])))
            rest = rest[2:]
        else:
            found.extend(_convert(node))
    return found


def _convert(node: Element) -> list[etree._Element]:
    tag = _tag(node)
    if tag in {"mi", "mn", "mo", "mtext", "ms"}:
        return _run(_text(node), upright=tag == "mtext" or (tag == "mo" and _text(node).isalpha()))
    if tag == "mspace":
        width = node.get("width", "")
        return _run(" " if width.startswith("0") else "\u2003") if node.get("linebreak") is None else _run(" ")
    made = _STRUCTURES.get(tag)
    if made is not None:
        if len(node) < _LEAST.get(tag, 0):
            raise ValueError(f"{tag} with {len(node)} parts")
        return [made(node)]
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
    """Return brackets that grow with what is in them; nothing where a row does not begin with one that does."""
    if len(nodes) < 2 or not _grows(nodes[0]) or _text(nodes[0]) not in _OPENING | {"", "."}:  # noqa: PLR2004 - a pair
        return []
    closed = _grows(nodes[-1]) and _text(nodes[-1]) in _CLOSING | {"", "."}
    inner = nodes[1:-1] if closed else nodes[1:]
    if any(_grows(node) for node in inner):
        return []
    ends = {"begChr": _text(nodes[0]).strip("."), "endChr": _text(nodes[-1]).strip(".") if closed else ""}
    return [_new("d", _holder("e", inner), **ends)]


def _is_bracketed(nodes: Sequence[Element]) -> bool:
    """Whether a table stands in brackets, which are to be as tall as it is."""
    if [_tag(node) for node in nodes] != ["mo", "mtable", "mo"]:
        return False
    return _text(nodes[0]) in _OPENING and _text(nodes[2]) in _CLOSING


def _grows(node: Element) -> bool:
    return _tag(node) == "mo" and (node.get("fence") == "true" or node.get("minsize") is not None)


def _fraction(node: Element) -> etree._Element:
    bare = {"type": "noBar"} if node.get("linethickness") == "0" else {"type": "bar"}
    return _new("f", _holder("num", node[:1]), _holder("den", node[1:2]), **bare)


def _root(node: Element) -> etree._Element:
    if _tag(node) == "mroot":
        return _new("rad", _holder("deg", node[1:2]), _holder("e", node[:1]))
    return _new("rad", _new("deg"), _holder("e", list(node)), degHide="1")


def _scripts(node: Element) -> etree._Element:
    name, parts = {
        "msub": ("sSub", ("e", "sub")),
        "msup": ("sSup", ("e", "sup")),
        "msubsup": ("sSubSup", ("e", "sub", "sup")),
    }[_tag(node)]
    if _is_limit(node[0]) and _tag(node) == "msub":
        return _new("limLow", _holder("e", node[:1]), _holder("lim", node[1:2]))
    return _new(name, *(_holder(part, node[index : index + 1]) for index, part in enumerate(parts)))


def _under_over(node: Element) -> etree._Element:
    """Return what stands above or below: a bar, an accent, a brace, or a limit."""
    above = _tag(node) == "mover"
    if _tag(node) == "munderover":
        low = _new("limLow", _holder("e", node[:1]), _holder("lim", node[1:2]))
        return _new("limUpp", _new("e", low), _holder("lim", node[2:3]))
    sign = _text(node[1])
    if sign in _BARS:
        return _new("bar", _holder("e", node[:1]), pos="top" if above else "bot")
    if above and sign in _ACCENTS:
        return _new("acc", _holder("e", node[:1]), chr=_ACCENTS[sign])
    if sign in _BRACES:
        return _new("groupChr", _holder("e", node[:1]), chr=sign, pos="top" if above else "bot")
    return _new("limUpp" if above else "limLow", _holder("e", node[:1]), _holder("lim", node[1:2]))


def _nary(node: Element, following: Sequence[Element]) -> etree._Element:
    tag = _tag(node)
    below = node[1:2] if tag not in {"msup", "mover"} else []
    above = node[2:3] if tag in {"msubsup", "munderover"} else node[1:2] if tag in {"msup", "mover"} else []
    sign = _text(node[0])
    properties = {"chr": sign, "limLoc": "subSup" if sign in "∫∬∭∮∯∰" else "undOvr"}
    properties |= {} if below else {"subHide": "1"}
    properties |= {} if above else {"supHide": "1"}
    return _new("nary", _holder("sub", below), _holder("sup", above), _holder("e", following), **properties)


def _matrix(node: Element) -> etree._Element:
    rows = [row for row in node if _tag(row) in {"mtr", "mlabeledtr"}]
    widest = max((len(row) for row in rows), default=0)
    return _new("m", *(_new("mr", *_cells(row, widest)) for row in rows))


def _cells(row: Element, width: int) -> Iterator[etree._Element]:
    for cell in row:
        yield _holder("e", list(cell))
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
    """Return a token's characters; the library writes them as entities."""
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
_LEAST = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
