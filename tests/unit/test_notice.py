"""NOTICE names every work that a deployment consists of: each locked package, and each library inside their wheels."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
ELSEWHERE = re.compile(r"sys_platform == '(never|win32)'|python_version < '0'")  # never installed, or not on Linux


def runtime() -> set[str]:
    """The names of the packages that `uv sync --no-dev` installs on Linux."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages: Mapping[str, Any] = {one["name"]: one for one in lock["package"]}
    found, open_ = set(), ["ocrbot"]
    while open_:
        name = open_.pop()
        found.add(name)
        asked = [
            one["name"] for one in packages[name].get("dependencies", ()) if not ELSEWHERE.search(one.get("marker", ""))
        ]
        open_ += [one for one in asked if one not in found]
    return found - {"ocrbot"}


def libraries(package: str) -> Iterator[str]:
    """The names of the shared libraries that a wheel carries beside its own modules."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:  # another Python's
        return
    for file in files:
        if file.parts[0].endswith(".libs") and ".so" in file.name:
            yield re.split(r"-[0-9a-f]{8}|-r\d|\.so|_-", file.name)[0]


def named(name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", NOTICE, re.IGNORECASE) is not None


def test_there_is_a_runtime_to_name() -> None:
    assert {"pillow", "redis", "certifi"} <= runtime()
    assert not runtime() & {"pytest", "vllm", "shapely"}


@pytest.mark.parametrize("package", sorted(runtime()))
def test_a_package_is_named_and_so_is_what_its_wheel_carries(package: str) -> None:
    assert named(package)
    assert [
        library for library in libraries(package) if not (named(library) or named(library.rstrip("0123456789_")))
    ] == []
