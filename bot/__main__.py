"""The command line. Importing it costs next to nothing: `bot.wiring` imports what each command needs."""

import argparse
import sys
from collections.abc import Sequence

from bot.console.arguments import parser
from bot.domain.errors import Misconfigured
from bot.parent import die_with_parent

_BROKEN_SETTINGS = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 if a setting is missing or wrong, with a sentence that names it."""
    options = parser().parse_args(arguments)
    if options.with_parent:
        die_with_parent()
    try:
        return _run(options)
    except Misconfigured as error:
        sys.stderr.write(f"ocrbot: {error}\n")
        return _BROKEN_SETTINGS
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    from bot.wiring.commands import run  # noqa: PLC0415 - the help and a wrong argument need none of it

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
