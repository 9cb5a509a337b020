"""Playing cells: messages are posted, the fault meets them at its step, and in the end each must have its outcome."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import Misconfigured
from tests.chaos.cells import Cell
from tests.chaos.faults import suffer
from tests.chaos.scene import STEP_SECONDS, Scene, staged
from tests.chaos.traffic import Documents, Messages, Traffic
from tests.chaos.verdict import Verdict

_MOST_IN_A_ROW = 8  # cells of one deployment
_POST_SECONDS = 4.0  # at least
_POSTS_A_SECOND = 20.0
_REACH_SECONDS = 60.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How cells are played: all times in seconds."""

    folder: Path  # for the files of the deployments
    messages: int = 20  # in each cell
    fault: float = 8.0  # how long a fault lasts
    patience: float = 240.0  # for the outcomes after a fault
    quiet: float = 20.0  # of further watching, for whether anything comes twice


@dataclass(slots=True, kw_only=True)
class Played:
    """A cell that was played: what became of what was sent meanwhile, and whether the fault met its step."""

    cell: Cell
    seconds: float = 0.0  # from the first message to the last outcome
    reached: bool = False
    error: str = ""  # why it could not be played
    verdict: Verdict = field(default_factory=lambda: Verdict(messages=0))

    @property
    def holds(self) -> bool:
        """Whether the fault met its step, and each message had its one outcome."""
        return not self.error and self.reached and self.verdict.holds(may_repeat=self.cell.may_repeat)


async def play(cells: Sequence[Cell], options: Options, told: Callable[[Played], None]) -> list[Played]:
    """Play cells, several in a row with the same deployment; a cell that fails is the last of its deployment.

    `told` gets each cell as it ends; later ones of the same deployment may still change its verdict.
    """
    played, rest = list[Played](), list(cells)
    while rest:
        row = next(_rows(rest))
        done = await _play_row(row, options, f"{len(played):03}", told)
        played += done
        rest = rest[len(done) :]
    return played


def _rows(cells: Sequence[Cell]) -> Iterator[Sequence[Cell]]:
    """Yield the cells that may share a deployment."""
    row: list[Cell] = []
    for cell in cells:
        if row and (len(row) == _MOST_IN_A_ROW or not cell.may_follow(row[-1])):
            yield row
            row = []
        row.append(cell)
    yield row


async def _play_row(cells: Sequence[Cell], options: Options, name: str, told: Callable[[Played], None]) -> list[Played]:
    """Play cells with one deployment; one that does not even start says nothing of them, and gets a second try."""
    done = await _play_staged(cells, options, name, told) or await _play_staged(cells, options, f"{name}-again", told)
    if not done:
        done = [Played(cell=cells[0], error=f"its deployment did not start twice: see {options.folder / name}")]
        told(done[0])
    return done


async def _play_staged(
    cells: Sequence[Cell], options: Options, name: str, told: Callable[[Played], None]
) -> list[Played]:
    """Play cells until one fails; return those that were begun."""
    done: list[Played] = []
    traffics: list[Traffic] = []
    first = cells[0]
    try:
        async with staged(options.folder / name, replicated=first.has_replica, documents=first.of_documents) as scene:
            for cell in cells:
                played = Played(cell=cell)
                done.append(played)
                traffics.append(Documents(scene=scene) if cell.of_documents else Messages(scene=scene))
                await _play_cell(scene, played, traffics[-1], options)
                told(played)
                if not played.holds:
                    break
            await asyncio.sleep(options.quiet)
            for played, traffic in zip(done, traffics, strict=True):
                played.verdict = await traffic.verdict()
                if not played.holds:
                    path = options.folder / name / f"{played.cell.name.replace(':', '-')}.txt"
                    path.write_text(traffic.transcript())
    except (TimeoutError, OSError, Misconfigured, AssertionError) as error:  # as processes do that do not start
        if done:
            done[-1].error = done[-1].error or f"{type(error).__name__} {error}".strip()
            told(done[-1])
    return done


async def _play_cell(scene: Scene, played: Played, traffic: Traffic, options: Options) -> None:
    begun, patience = time.monotonic(), options.patience + options.messages * 0.5
    cell, seconds = played.cell, max(_POST_SECONDS, options.messages / _POSTS_A_SECOND)
    with scene.slowed(cell.step, options.fault if cell.shifts_time else STEP_SECONDS) as begun_steps:
        sending = asyncio.create_task(traffic.send_all(options.messages, seconds))
        played.reached = await _reached(begun_steps, max(1, options.messages // 5))
        if played.reached and cell.shifts_time:  # it is looked at while the step goes on
            await suffer(scene, cell, options.fault)
            await asyncio.sleep(options.fault)
    if played.reached and not cell.shifts_time:
        await suffer(scene, cell, options.fault)
    await asyncio.wait_for(sending, patience)
    await traffic.settle(patience)
    played.seconds = time.monotonic() - begun
    played.verdict = await traffic.verdict()


async def _reached(begun: Callable[[], int], count: int) -> bool:
    """Wait until a step was begun so often; return False if it is not within a minute."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_REACH_SECONDS):
            while begun() < count:  # noqa: ASYNC110 - processes do not call
                await asyncio.sleep(_LOOK_SECONDS)
            return True
    return False
