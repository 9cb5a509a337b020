"""What happens in a run: the messages that people post and the faults that meet the processes, drawn from a seed."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

MOST_CALLS = 150  # of a process, among which faults are drawn: about as many as each makes for some messages
_TWINS = (0, 0, 0, 15)  # further ones of a kind that has to come at the right moment to do harm
_JUMPS = 0.25  # the share of runs in which a clock jumps
_PROCESSES = ("worker", "worker", "worker", "bot")
_UPLOADS = 2  # of so many seeds one has uploads
_API_CALLS = 60
SECONDS = 20.0  # within which the messages come


class Kind(StrEnum):
    """A fault. Most meet a process at a call to Redis or to DingTalk."""

    KILL_BEFORE = "kill before the call"
    KILL_AFTER = "kill after the call"
    KILL_HOST = "kill after the call, and nobody takes the job over"
    FAIL = "the call fails"
    LOSE = "the call succeeds, but its answer is lost"
    OVERTAKE = "another job runs before the process goes on"
    TWIN = "another process does the same job before the process goes on"
    FREEZE = "the process goes on after 40 s"
    THROTTLE = "a conversation has no room for a message for some seconds"
    KILL_BOT = "the bot is killed before it has claimed a message"
    LOSE_ACK = "a message is delivered again although it was acknowledged"
    DAMAGE = "an entry that nobody can read is among the open tasks"
    CLOCK = "a clock jumps by two hours"


NOT_AT_CALLS = frozenset({Kind.KILL_BOT, Kind.LOSE_ACK, Kind.DAMAGE})
HARSH = frozenset({Kind.FREEZE})
WITHIN_SENDS = frozenset({Kind.KILL_BEFORE, Kind.KILL_AFTER, Kind.KILL_HOST, Kind.LOSE, Kind.FREEZE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message: who posts it where and when (seconds from the start), and its files by their download codes."""

    at: float
    person: str
    conversation: str  # groups begin with g
    files: tuple[str, ...] = ()  # none for a question for help


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document that a client sends over the API, the same ones again under its key."""

    at: float
    client: str
    code: str  # what is read in it, if it can be read; in an archive, the beginning of what is read in its files
    members: int = 0  # files in it, 0 if it is no archive
    repeats: int = 0  # how often it is sent again after it was accepted
    deleted_after: float = 0.0  # seconds after it was accepted; 0: it is not

    @property
    def texts(self) -> list[str]:
        """What is read in its files, if they can be read."""
        return [f"{self.code}-{number}" for number in range(self.members)] if self.members else [self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault, and the number of the call that it meets; for those of `NOT_AT_CALLS` of the message, or the second."""

    kind: Kind
    at: int
    process: str = "worker"  # whose calls are counted, or whose clock jumps
    seconds: float = 0.0  # of a clock's jump


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run. The same plan always goes the same way."""

    seed: int
    posts: tuple[Post, ...]
    faults: tuple[Fault, ...]
    uploads: tuple[Upload, ...] = ()

    def __str__(self) -> str:
        """Return the plan as lines for a person."""
        posts = [
            f"  message {number} at {post.at:.1f} s in {post.conversation}: {' '.join(post.files) or 'help'}"
            for number, post in enumerate(self.posts)
        ]
        posts += [f"  upload {number} of {upload.client}: {upload}" for number, upload in enumerate(self.uploads)]
        faults = [
            f"  at {fault.process}'s call {fault.at}: {fault.kind} {f'{fault.seconds:+.0f} s' if fault.seconds else ''}"
            for fault in self.faults
        ]
        return "\n".join([f"seed {self.seed}", *posts, *faults])


def plan_of(seed: int, *, harsh: bool = False) -> Plan:
    """Draw a plan; `HARSH` faults are among the others only if that is asked."""
    draw = Random(seed)  # noqa: S311 - nothing secret
    posts = tuple(_post(draw, seed, number) for number in range(draw.randint(1, 6)))
    faults = tuple(_fault(draw, len(posts), harsh=harsh) for _ in range(draw.randint(0, 8)))
    twins = tuple(Fault(kind=Kind.TWIN, at=draw.randrange(MOST_CALLS)) for _ in range(draw.choice(_TWINS)))
    jumps = (_jump(draw),) if draw.random() < _JUMPS else ()
    plan = Plan(seed=seed, posts=posts, faults=faults + twins + jumps)
    return _with_uploads(plan) if seed % _UPLOADS == 0 else plan


def _with_uploads(plan: Plan) -> Plan:
    """Return a plan with documents that come over the API, and faults that meet its process."""
    draw = Random(f"uploads of {plan.seed}")  # noqa: S311 - nothing secret
    uploads = tuple(_upload(draw, plan.seed, number) for number in range(draw.randint(1, 4)))
    kinds = (Kind.KILL_BEFORE, Kind.KILL_AFTER, Kind.FAIL, Kind.LOSE, Kind.OVERTAKE)
    faults = tuple(
        Fault(kind=draw.choice(kinds), at=draw.randrange(_API_CALLS), process="api") for _ in range(draw.randint(0, 6))
    )
    return replace(plan, uploads=uploads, faults=plan.faults + faults)


def _upload(draw: Random, seed: int, number: int) -> Upload:
    (kind,) = draw.choices(("picture", "broken", "faulty"), (8, 1, 1))
    return Upload(
        at=draw.uniform(0, SECONDS),
        client=draw.choice(("erp", "shop")),
        code=f"{kind}-{seed}-upload-{number}",
        repeats=draw.choice((0, 0, 1, 2)),
        deleted_after=draw.choice((0.0, 0.0, 0.0, draw.uniform(0, 6))),
        members=draw.choice((0, 0, 0, 3)) if kind == "picture" else 0,
    )


def _post(draw: Random, seed: int, number: int) -> Post:
    conversation = draw.choice(("g1", "g2", f"single{number}"))
    kinds = draw.choices(("picture", "broken", "gone", "faulty"), (12, 1, 1, 1), k=draw.choice((0, 1, 1, 1, 2, 3)))
    return Post(
        at=draw.uniform(0, SECONDS),
        person=f"w{number}",
        conversation=conversation,
        files=tuple(f"{kind}-{seed}-{number}-{place}" for place, kind in enumerate(kinds)),
    )


def _fault(draw: Random, posts: int, *, harsh: bool) -> Fault:
    kind = draw.choice([kind for kind in Kind if kind is not Kind.CLOCK and (harsh or kind not in HARSH)])
    match kind:
        case Kind.LOSE_ACK | Kind.KILL_BOT:
            return Fault(kind=kind, at=draw.randrange(posts))
        case Kind.DAMAGE:
            return Fault(kind=kind, at=draw.randrange(round(SECONDS)))
        case Kind.FREEZE:  # a bot that stands still leaves its work to nobody
            return Fault(kind=kind, at=draw.randrange(MOST_CALLS))
        case _:
            return Fault(kind=kind, at=draw.randrange(MOST_CALLS), process=draw.choice(_PROCESSES))


def _jump(draw: Random) -> Fault:
    process, seconds = draw.choice(("bot", "worker")), draw.choice((7200.0, -7200.0))
    return Fault(kind=Kind.CLOCK, at=draw.randrange(MOST_CALLS), process=process, seconds=seconds)
