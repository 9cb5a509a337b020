"""Runs in virtual time: a few seeds, and that planted bugs are found. `make simulate` runs many."""

import pytest

from bot.console.local_redis import LocalRedis
from tests.simulation.bugs import BUGS
from tests.simulation.checking import simulate
from tests.simulation.plan import Fault, Kind, Plan, Post, plan_of
from tests.simulation.run import with_bug
from tests.simulation.shrink import shrunk

SEEDS = range(5)
MOST_RUNS = 80
# The first seed with which each planted bug shows, as `make simulate ARGS=--bugs` finds it: to be looked at first.
FOUND_BY = {
    "a message is acknowledged before it is claimed": 0,
    "whoever asks for a lease gets it": 7,
    "a task is closed before its answer is sent": 12,
    "nobody sweeps": 0,
    "it is not noted that a send begins": 23,
    "a file that cannot be read closes its task without a sentence": 3,
    "the second of several files is not read": 0,
    "a message that was delivered before is taken again": 0,
    "the sweep closes what is older than 20 seconds": 5,
    "an entry that cannot be read ends the sweep": 0,
    "a document is accepted again under its key": 0,
    "what was read stays when its document is deleted": 0,
    "a client is not told that its document has ended": 0,
}
TAKEN_AGAIN = "a message that was delivered before is taken again"


@pytest.fixture
def socket(redis_server: LocalRedis) -> str:
    return str(redis_server.socket)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_message_has_one_outcome_whatever_fails(seed: int, socket: str) -> None:
    assert simulate(plan_of(seed), socket).wrong == []


def test_a_seed_always_goes_the_same_way(socket: str) -> None:
    first, second = (simulate(plan_of(3), socket) for _ in range(2))
    assert (first.steps, first.calls, first.wrong) == (second.steps, second.calls, second.wrong)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, socket: str) -> None:
    seeds = (FOUND_BY[bug], *range(MOST_RUNS))
    assert any(with_bug(bug, plan_of(seed), socket).wrong for seed in seeds)


def test_what_is_not_needed_for_a_failure_is_left_out(socket: str) -> None:
    posts = tuple(Post(at=at, person=f"w{at}", conversation=f"single{at}") for at in range(3))
    faults = tuple(Fault(kind=kind, at=1) for kind in (Kind.LOSE_ACK, Kind.THROTTLE, Kind.DAMAGE))
    smallest = shrunk(
        Plan(seed=0, posts=posts, faults=faults), lambda plan: bool(with_bug(TAKEN_AGAIN, plan, socket).wrong)
    )
    assert (len(smallest.posts), smallest.faults) == (1, ())
