"""`make chaos`: plays the cells of the matrix of faults with real processes, and prints what became of the messages.

It ends with 1 if a message was lost in any cell, or answered twice without a word that this may be a repetition.
"""

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path

from tests.chaos.cells import MATRIX, Cell, chosen
from tests.chaos.playing import Options, Played, play

_HEAD = ("cell", "messages", "answers", "sentences", "lost", "twice", "marked", "seconds", "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the chosen cells; return 1 if one does not hold, 2 for a wrong argument."""
    asked = _parser().parse_args(arguments)
    try:
        cells = chosen(asked.cells)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if asked.list:
        print("\n".join(cell.name for cell in cells))
        return 0
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it tells of each connection that a fault cut
    return _play(cells, asked)


def _play(cells: Sequence[Cell], asked: argparse.Namespace) -> int:
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    options = Options(folder=folder, messages=asked.messages, fault=asked.seconds, patience=asked.patience)
    print(_row(_HEAD), file=sys.stderr)
    told = partial(print, file=sys.stderr, flush=True)
    played = asyncio.run(_until_told_to_stop(play(cells, options, lambda one: told(_row(_columns(one))))))
    print("\n".join([_row(_HEAD), *(_row(_columns(one)) for one in played)]))
    broken = [one for one in played if not one.holds]
    messages = sum(one.verdict.messages for one in played)
    print(f"{len(played)} of {len(MATRIX)} cells, {messages} messages: {len(played) - len(broken)} cells hold")
    for one in broken:
        print(f"{one.cell.name}: {_why(one)}")
    if broken:
        print(f"the logs are in {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


async def _until_told_to_stop(playing: Coroutine[None, None, list[Played]]) -> list[Played]:
    """Play, and leave no process behind at SIGTERM."""
    task = asyncio.create_task(playing)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _columns(played: Played) -> tuple[str, ...]:
    verdict = played.verdict
    counts = (verdict.messages, verdict.answered, verdict.sentences, len(verdict.lost), len(verdict.twice))
    holds = "holds" if played.holds else "BROKEN"
    return (played.cell.name, *map(str, counts), str(verdict.marked), f"{played.seconds:.0f}", holds)


def _why(played: Played) -> str:
    if played.error:
        return played.error
    if not played.reached:
        return "the messages did not come as far as this step"
    parts = [f"lost: {' '.join(played.verdict.lost)}"] if played.verdict.lost else []
    parts += [f"twice: {' '.join(played.verdict.twice)}"] if played.verdict.twice else []
    parts += [*played.verdict.wrong]
    return "; ".join(parts) or "messages came again, although nothing ended within a send"


def _row(columns: Sequence[str]) -> str:
    name, *counts, last = columns
    return f"{name:28}" + "".join(f"{count:>10}" for count in counts) + f"  {last}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--cells", nargs="*", default=[], help="PROCESS:FAULT@STEP, with * for any (default: all)")
    parser.add_argument("--messages", type=int, default=20, help="in each cell (default: 20)")
    parser.add_argument("--seconds", type=float, default=8.0, help="for which a fault lasts (default: 8)")
    parser.add_argument("--patience", type=float, default=240.0, help="seconds until a message counts as lost")
    parser.add_argument("--list", action="store_true", help="only list the cells")
    return parser


if __name__ == "__main__":
    sys.exit(main())
