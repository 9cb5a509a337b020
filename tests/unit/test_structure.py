"""How large folders, modules and functions may be, and that a name stands for one thing."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_MODULES, MOST_LINES, MOST_FUNCTION_LINES, MOST_HOMONYMS = 22, 400, 50, 3

LOOKALIKE = Path("bot/lookalike")  # it models DingTalk and shares neither code nor names with the product

# What exceeds a limit, with the reason. An entry that is no longer needed fails too.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


@pytest.fixture(scope="module")
def product() -> Mapping[Path, ast.Module]:
    files = (path for package in ("bot", "workers") for path in sorted((ROOT / package).rglob("*.py")))
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in files}


@pytest.fixture(scope="module")
def own_names(product: Mapping[Path, ast.Module]) -> Mapping[Path, ast.Module]:
    return {path: module for path, module in product.items() if not path.is_relative_to(LOOKALIKE)}


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (one for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_no_folder_holds_too_many_modules(product: Mapping[Path, ast.Module]) -> None:
    counts = Counter(path.parent for path in product if path.name != "__init__.py")
    assert {str(folder): count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_no_module_is_too_long(product: Mapping[Path, ast.Module]) -> None:
    lines = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in product}
    assert {path for path, count in lines.items() if count > MOST_LINES} == set(LONG_MODULES)


def test_no_function_is_too_long(product: Mapping[Path, ast.Module]) -> None:
    found = {
        f"{path}:{function.name}"
        for path, module in product.items()
        for function in functions(module)
        if length(function) > MOST_FUNCTION_LINES
    }
    assert found == set(LONG_FUNCTIONS)


def test_no_class_name_is_there_twice(own_names: Mapping[Path, ast.Module]) -> None:
    places = defaultdict(list)
    for path, module in own_names.items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(str(path))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_no_private_function_has_the_name_of_many_others(own_names: Mapping[Path, ast.Module]) -> None:
    places = defaultdict(list)
    for path, module in own_names.items():
        for node in module.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("_"):
                places[node.name].append(str(path))
    found = {name: paths for name, paths in places.items() if len(paths) > MOST_HOMONYMS}
    assert found == {}


def test_fakes_import_no_tests() -> None:
    found = {
        f"{path.name}: {node.module}"
        for path in sorted((ROOT / "tests" / "fakes").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("tests.unit", "tests.contract", "tests.e2e"))
    }
    assert found == set()
