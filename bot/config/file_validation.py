"""Validates a configuration file: pydantic's errors become problems with file, line, key and a sentence."""

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
    """Return the contents of a file, and all problems that it has by itself.

    The usable part of a file with problems is returned too, so that rules between its keys, and between it and other
    files, can be checked in the same run.
    """
    table, problems = validate_strictly(model, file)
    return table or _usable_part(model, copy.deepcopy(file.values)), problems


def validate_strictly(model: type[_Table], file: TomlFile) -> tuple[_Table | None, list[Problem]]:
    """Return the contents of a file, or None and all problems that it has by itself."""
    try:
        return model.model_validate(file.values), []
    except ValidationError as error:
        # Unknown keys come first: a typo explains a missing key.
        details = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        problems = [file.problem(detail["loc"], what) for detail in details for what in _sentences(model, detail)]
        return None, list(dict.fromkeys(problems))


def _usable_part(model: type[_Table], values: dict[str, Any]) -> _Table:
    """Return the table without values of a wrong type, and with "" for required keys that are missing."""
    while True:  # twice at most: all required keys are strings
        try:
            return model.model_validate(values, context=WITHOUT_RULES)
        except ValidationError as error:
            for detail in reversed(error.errors()):  # the last item of a list first, so that the others keep theirs
                *path, last = detail["loc"]
                holder: Any = values
                for part in path:
                    holder = holder[part]
                if detail["type"] == "missing":
                    holder[last] = ""
                else:
                    del holder[last]


def _sentences(model: type[FileTable], error: ErrorDetails) -> Iterator[str]:
    """Yield the sentences for admins that one of pydantic's errors stands for."""
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
    """Return the table at `path`, None if what is there does not declare its keys."""
    for part in path:
        if isinstance(part, str) and model is not None:
            annotation = model.model_fields[part].annotation
            types = (kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type))
            model = next((kind for kind in types if issubclass(kind, FileTable)), None)
    return model
