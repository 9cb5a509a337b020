"""The smallest part of a plan that still goes wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.simulation.plan import Plan


def shrunk(plan: Plan, fails: Callable[[Plan], bool]) -> Plan:
    """Leave out faults and messages one after the other, as long as the rest still fails."""
    while (smaller := next(filter(fails, _without_one(plan)), None)) is not None:
        plan = smaller
    return plan


def _without_one(plan: Plan) -> Iterator[Plan]:
    for place in range(len(plan.faults)):
        yield replace(plan, faults=plan.faults[:place] + plan.faults[place + 1 :])
    for place in range(len(plan.posts)) if len(plan.posts) > 1 else ():
        yield replace(plan, posts=plan.posts[:place] + plan.posts[place + 1 :])
    for place in range(len(plan.uploads)):
        yield replace(plan, uploads=plan.uploads[:place] + plan.uploads[place + 1 :])
