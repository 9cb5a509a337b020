"""What an operator should look at, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.house.state import EngineCondition, House

_LONG_WAIT, _TOO_LONG_WAIT = 60.0, 600.0  # seconds
_FULL, _NEARLY_FULL = 0.9, 0.75  # of the memory at which no more files are taken
_MANY_FAILURES, _FAILED_SHARE = 5, 0.2
_QUOTA_SHARE = 0.9


class Urgency(StrEnum):
    """How bad it is."""

    BAD = "bad"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One thing to look at: a code for the sentence, and what is filled in."""

    level: Urgency
    code: str
    values: dict[str, str | int | float] = field(default_factory=dict)


def attention(house: House) -> list[Attention]:
    """Return what is wrong, or about to be; nothing where all is well."""
    found = [*_queues(house), *_engines(house), *_memory(house), *_failures(house), *_clients(house)]
    return sorted(found, key=lambda one: one.level is not Urgency.BAD)


def _queues(house: House) -> Iterator[Attention]:
    for step in house.steps:
        if step.waiting and not step.workers:
            yield Attention(level=Urgency.BAD, code="no_workers", values={"step": step.step, "count": step.waiting})
        elif step.oldest_seconds >= _LONG_WAIT:
            level = Urgency.BAD if step.oldest_seconds >= _TOO_LONG_WAIT else Urgency.DOUBT
            yield Attention(
                level=level, code="long_wait", values={"step": step.step, "seconds": round(step.oldest_seconds)}
            )
    idle = [step.step for step in house.steps if not step.workers and not step.waiting]
    if idle:
        yield Attention(level=Urgency.DOUBT, code="no_workers_yet", values={"steps": ", ".join(idle)})
    if house.refused_jobs:
        yield Attention(level=Urgency.DOUBT, code="refused_jobs", values={"count": house.refused_jobs})


def _engines(house: House) -> Iterator[Attention]:
    out = [engine for engine in house.engines if engine.condition in {EngineCondition.FAULTY, EngineCondition.RESTING}]
    level = Urgency.BAD if len(out) == len(house.engines) else Urgency.DOUBT
    for engine in out:
        values: dict[str, str | int | float] = {"url": engine.url, "why": engine.why}
        yield Attention(level=level, code=f"engine_{engine.condition}", values=values)


def _memory(house: House) -> Iterator[Attention]:
    share = house.memory.used / house.memory.most if house.memory.most else 0.0
    if share >= _NEARLY_FULL:
        level = Urgency.BAD if share >= _FULL else Urgency.DOUBT
        yield Attention(level=level, code="memory", values={"percent": round(share * 100)})


def _failures(house: House) -> Iterator[Attention]:
    failed = sum(failure.today for failure in house.failures)
    if failed >= _MANY_FAILURES and failed > _FAILED_SHARE * max(1, house.today.answered):
        yield Attention(
            level=Urgency.DOUBT, code="failures", values={"count": failed, "answered": house.today.answered}
        )


def _clients(house: House) -> Iterator[Attention]:
    for client in house.clients:
        if client.pages_per_day and client.pages_today >= _QUOTA_SHARE * client.pages_per_day:
            percent = round(100 * client.pages_today / client.pages_per_day)
            yield Attention(level=Urgency.DOUBT, code="quota", values={"client": client.name, "percent": percent})
