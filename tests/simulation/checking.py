"""Whether a run kept what is promised: one outcome for each message, and repetitions only where they are due."""

from collections.abc import Sequence

from tests.simulation.outside import Seen
from tests.simulation.plan import Kind, Plan, Post
from tests.simulation.world import Run, World


def simulate(plan: Plan, socket: str, *, acknowledge_first: bool = False) -> Run:
    """Run a plan on the Redis behind `socket`, and say what went wrong."""
    world = World(plan, socket, acknowledge_first=acknowledge_first)
    run = world.go()
    jumps = any(fault.kind is Kind.CLOCK for fault in plan.faults)
    for number, post in enumerate(plan.posts):
        seen = () if number in world.unanswered else world.seen(number)
        problems = _problems(post, seen, may_repeat=world.may_repeat, complete=not jumps)
        run.wrong += [f"message {number} {problem}" for problem in problems]
    run.wrong += world.uploads.problems(world.webhooks.calls, complete=not jumps)
    if world.unclosed():
        run.wrong.append(f"{world.unclosed()} tasks are never closed")
    return run


def _problems(post: Post, seen: Sequence[Seen], *, may_repeat: bool, complete: bool) -> list[str]:
    if not seen:
        return ["has no outcome"]
    problems = []
    if sum(not one.marked for one in seen) > 1:
        problems.append(f"is answered {len(seen)} times, and it is not said that this may be a repetition")
    if len(seen) > 1 and not may_repeat:
        problems.append("is answered again, although nothing ended within a send")
    missing = [code for code in post.files if code.startswith("picture") and code not in seen[0].text]
    if complete and missing:
        problems.append(f"is answered without {missing}")
    return problems
