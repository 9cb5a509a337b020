"""Names of goods as invoices print them: *纸制品*复印纸, the short name of their class between asterisks."""

import re

_MARKS = '*“”"'
_CLASS = re.compile(rf"([{_MARKS}])([^{_MARKS}]{{2,20}})([{_MARKS}])(?=.)")
_QUOTED = frozenset({("“", "”"), ('"', '"')})  # a name in quotation marks may begin with them


def with_asterisks(name: str) -> str:
    """Return a name with the asterisks around its class where an engine took one for a quotation mark."""
    begin = _CLASS.match(name)
    if begin is None or (begin[1], begin[3]) in _QUOTED:
        return name
    return f"*{begin[2]}*{name[begin.end() :]}"
