"""Prints what this vLLM does not know of a command line and of variables: `flags.py JSON`, a list of both.

Runs in the environment that holds vLLM, which is asked with its own parser.
"""

import importlib
import inspect
import json
import re
import sys
from typing import Any

_MODULES = (
    "vllm.entrypoints.launchers.cli_args",
    "vllm.entrypoints.common.cli_args",
    "vllm.entrypoints.openai.cli_args",
)  # where releases keep the parser of `vllm serve`


def unknown(words: list[str], variables: list[str]) -> list[str]:
    """Return the flags and variables that it does not know; ends with status 2 if it refuses a value."""
    from vllm.utils.argparse_utils import FlexibleArgumentParser  # noqa: PLC0415 - it takes seconds

    parser = _make_parser()(FlexibleArgumentParser())
    _, left = parser.parse_known_args(words)
    return [word for word in left if word.startswith("--")] + [name for name in variables if not _is_read(name)]


def _make_parser() -> Any:
    for name in _MODULES:
        try:
            return importlib.import_module(name).make_arg_parser
        except (ImportError, AttributeError):
            continue
    sys.exit(f"the parser of vllm serve is in none of {', '.join(_MODULES)}")


def _is_read(name: str) -> bool:
    sources = (inspect.getsource(importlib.import_module(m)) for m in ("vllm.envs", "huggingface_hub.constants"))
    return any(re.search(rf"[\"']{name}[\"']", source) for source in sources)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    sys.stdout.write("\nunknown: " + json.dumps(unknown(given["words"], given["variables"])) + "\n")
