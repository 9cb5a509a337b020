"""The XBRL data of electronic vouchers, alone as a file or attached to an OFD or a PDF.

The form is that of the ministry of finance's 电子凭证会计数据标准: facts are children of the root `xbrl`, the lines of
a table are tuples of facts. Which element holds which value stands in the prompt files (`elements`). The elements of
`inv` were verified with a real file, those of `rai` and `atr` are those that public programs read from real files.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from workers.files.safe_xml import Node

_ROOT = "xbrl"
_TAXONOMY = re.compile(r"https?://xbrl\.mof\.gov\.cn/taxonomy/[^/]+/(\w+)/?", re.ASCII)
_CONTEXT = "contextRef"  # each fact refers to the voucher that it belongs to
_MOST_FACTS = 500
_MOST_ROWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A voucher's facts by the names of their elements, without prefix, and the facts of each line of its table."""

    taxonomy: str  # rai, inv
    facts: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]

    @property
    def text(self) -> str:
        """The voucher as text for people, with a line for each fact and each line of the table."""
        lines = [f"{name}：{value}" for name, value in self.facts.items()]
        return "\n".join([*lines, *(" ".join(row.values()) for row in self.rows)])


def read_xbrl(root: Node) -> Voucher | None:
    """Return the voucher under `root`, None for XML that is none of the ministry's XBRL."""
    if root.name.lower() != _ROOT:
        return None
    taxonomies = [match[1] for value in root.attributes.values() if (match := _TAXONOMY.fullmatch(value))]
    if len(set(taxonomies)) != 1:
        return None
    facts: dict[str, str] = {}
    for name, value in islice(_facts_of(root), _MOST_FACTS):
        facts.setdefault(name, value)
    lines = islice((node for node in root.children if node.children), _MOST_ROWS)
    rows = tuple(dict(_facts_of(line)) for line in lines)
    return Voucher(taxonomy=taxonomies[0], facts=facts, rows=tuple(row for row in rows if row)) if facts else None


def _facts_of(node: Node) -> Iterator[tuple[str, str]]:
    return ((one.name, one.text) for one in node.children if _CONTEXT in one.attributes and one.text)
