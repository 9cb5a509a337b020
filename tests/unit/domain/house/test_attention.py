"""What an operator is told to look at."""

from dataclasses import replace

import pytest

from bot.domain.house.attention import Urgency, attention
from bot.domain.house.rates import RateWatch
from bot.domain.house.state import (
    ClientUse,
    DayCounts,
    EngineCondition,
    EngineState,
    FailureCount,
    House,
    MemoryUse,
    StepQueue,
)

READ = StepQueue(step="read", waiting=0, put_off=0, oldest_seconds=0, at_work=0, workers=1)
ENGINE = EngineState(url="http://a", condition=EngineCondition.PROVEN)
WELL = House(
    at=0.0,
    open_tasks=0,
    steps=(READ,),
    workers=(),
    engine_kind="vllm",
    engines=(ENGINE,),
    seconds_a_page=None,
    rates=None,
    today=DayCounts(messages=0, answered=20, cancelled=0, mean_seconds=0, slowest_seconds=0, kinds=()),
    failures=(),
    budgets=(),
    clients=(),
    memory=MemoryUse(used=10, most=100),
    refused_jobs=0,
    last_frame_at=None,
)
FAULTY = replace(ENGINE, condition=EngineCondition.FAULTY, why="another answer")


def test_where_all_is_well_there_is_nothing_to_look_at() -> None:
    assert attention(WELL) == []


@pytest.mark.parametrize(
    ("house", "code", "level"),
    [
        (replace(WELL, steps=(replace(READ, waiting=3, workers=0),)), "no_workers", Urgency.BAD),
        (replace(WELL, steps=(replace(READ, workers=0),)), "no_workers_yet", Urgency.DOUBT),
        (replace(WELL, steps=(replace(READ, waiting=1, oldest_seconds=90),)), "long_wait", Urgency.DOUBT),
        (replace(WELL, steps=(replace(READ, waiting=1, oldest_seconds=900),)), "long_wait", Urgency.BAD),
        (replace(WELL, engines=(FAULTY,)), "engine_faulty", Urgency.BAD),
        (replace(WELL, engines=(FAULTY, ENGINE)), "engine_faulty", Urgency.DOUBT),
        (replace(WELL, memory=MemoryUse(used=80, most=100)), "memory", Urgency.DOUBT),
        (replace(WELL, memory=MemoryUse(used=95, most=100)), "memory", Urgency.BAD),
        (replace(WELL, refused_jobs=2), "refused_jobs", Urgency.DOUBT),
        (replace(WELL, failures=(FailureCount(reason="late", today=9, week=9),)), "failures", Urgency.DOUBT),
        (
            replace(WELL, clients=(ClientUse(name="erp", role="reader", pages_today=95, pages_per_day=100),)),
            "quota",
            Urgency.DOUBT,
        ),
    ],
)
def test_what_is_wrong_is_named(house: House, code: str, level: Urgency) -> None:
    assert [(one.code, one.level) for one in attention(house)] == [(code, level)]


def test_the_worst_comes_first() -> None:
    house = replace(WELL, refused_jobs=1, steps=(replace(READ, waiting=1, workers=0),))
    assert [one.level for one in attention(house)] == [Urgency.BAD, Urgency.DOUBT]


def test_without_a_limit_no_memory_is_too_much() -> None:
    assert attention(replace(WELL, memory=MemoryUse(used=10**12, most=0))) == []


def test_rates_are_told_from_two_counts() -> None:
    watch = RateWatch()
    assert watch.seen(at=100.0, messages=10, answers=8) is None
    assert watch.seen(at=101.0, messages=11, answers=8) is None
    rates = watch.seen(at=130.0, messages=25, answers=18)
    assert rates is not None
    assert (rates.seconds, rates.messages, rates.answers) == (30.0, 30.0, 20.0)


def test_counts_of_another_day_begin_anew() -> None:
    watch = RateWatch()
    watch.seen(at=100.0, messages=1000, answers=900)
    assert watch.seen(at=110.0, messages=0, answers=0) is None
    rates = watch.seen(at=120.0, messages=2, answers=1)
    assert rates is not None
    assert rates.messages == pytest.approx(12.0)


def test_old_counts_are_forgotten() -> None:
    watch = RateWatch()
    watch.seen(at=0.0, messages=0, answers=0)
    watch.seen(at=1000.0, messages=600, answers=600)
    rates = watch.seen(at=1060.0, messages=660, answers=600)
    assert rates is not None
    assert (rates.messages, rates.answers) == (60.0, 0.0)
