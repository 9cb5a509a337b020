"""A configuration file held against its model: pydantic's errors as problems with file, line, key and a sentence."""

import copy
import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.file_types import RULE_BROKEN, WITHOUT_RULES, FileTable
from bot.config.toml_file import KeyPath, TomlFile
from bot.domain.problems import Problem, suggestion

_Table = TypeVar("_Table", bound=FileTable)


def validate(model: type[_Table], file: TomlFile) -> tuple[_Table, list[Problem]]:
    """Return what a file holds, and all that is wrong with it by itself.

    Where something is wrong the rest of the file is returned all the same: what its keys say of each other, and what
    other files say too, can be looked at with it.
    """
    try:
        return model.model_validate(file.values), []
    except ValidationError as error:
        errors = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")  # a typo explains the rest
        problems = [file.problem(one["loc"], what) for one in errors for what in _explained(model, one)]
        return _usable(model, copy.deepcopy(file.values)), list(dict.fromkeys(problems))


def _usable(model: type[_Table], values: dict[str, Any]) -> _Table:
    """Return what is of the right type in `values`: what is not is left out, and what must be there is empty."""
    while True:  # twice at most: all keys that must be there are strings
        try:
            return model.model_validate(values, context=WITHOUT_RULES)
        except ValidationError as error:
            for one in reversed(error.errors()):  # of a list the last item first, so that the others keep their places
                holder: Any = values
                for part in one["loc"][:-1]:
                    holder = holder[part]
                if one["type"] == "missing":
                    holder[one["loc"][-1]] = ""
                else:
                    del holder[one["loc"][-1]]


def _explained(model: type[FileTable], error: ErrorDetails) -> Iterator[str]:
    """Yield the sentences that an error of pydantic's stands for."""
    kind, path, given = error["type"], error["loc"], error["input"]
    in_list = isinstance(path[-1], int)
    name = ".".join(part for part in path if isinstance(part, str))
    if kind == RULE_BROKEN:
        yield from error["ctx"]["sentences"]
    elif kind == "missing":
        yield "is missing"
    elif kind == "extra_forbidden":
        table = _table_at(model, path[:-1])
        yield f"is not a known key{suggestion(path[-1], table.model_fields if table else ())}"
    elif kind == "enum":
        known = re.findall("'(.*?)'", error["ctx"]["expected"])
        listed = f"{', '.join(known)}{suggestion(given, known)}"
        yield f'holds "{given}"; known are {listed}' if in_list else f"must be one of {listed}"
    elif kind == "tuple_type" and _table_at(model, path) is None:
        yield "must be a list of strings"
    elif kind == "tuple_type" or (kind == "model_type" and in_list):
        yield f"must be a list of tables, each under [[{name}]]"
    else:
        yield f"must be a table, under [{name}]"


def _table_at(model: type[FileTable] | None, path: KeyPath) -> type[FileTable] | None:
    """Return the table that `path` leads to, None where it is none that declares its keys."""
    for part in path:
        if isinstance(part, str) and model is not None:
            kind = model.model_fields[part].annotation
            tables = (one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, FileTable))
            model = next(tables, None)
    return model
