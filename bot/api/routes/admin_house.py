"""How the deployment is doing, for admins."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from bot.api.callers import CallingAdmin
from bot.api.routes.admin_given import GivenAdmin
from bot.domain.house.attention import attention


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionForm:
    """One thing to look at: how bad it is, a code for the sentence, and what is filled in there."""

    level: str
    code: str
    values: dict[str, str | int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseForm:
    """The whole deployment, with what to look at first. Seconds are ages or durations; times are ISO 8601."""

    at: str
    attention: list[AttentionForm]
    open_tasks: int
    steps: list[dict[str, Any]]  # step, waiting, put_off, oldest_seconds, at_work, workers
    workers: list[dict[str, Any]]  # host, queues, parallel, started_at, seen_seconds
    engine: dict[str, Any]  # kind, seconds_a_page, addresses: url, condition, model, why, proven_at, reading
    rates: dict[str, float] | None  # messages and answers a minute, over so many seconds
    today: dict[str, Any]
    failures: list[dict[str, Any]]  # reason, today, week
    budgets: list[dict[str, Any]]  # name, used, limit, seconds
    clients: list[dict[str, Any]]
    memory: dict[str, int]  # used and most, in bytes
    refused_jobs: int
    last_frame_seconds: float | None  # since DingTalk last sent something


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["admin"])
    routes.add_api_route("/house", house, summary="How the deployment is doing: what waits, who works, what failed")
    return routes


def house(_: CallingAdmin, admin: GivenAdmin) -> HouseForm:
    """Return the state of the deployment; nothing of what was read is in it."""
    now = admin.house.now()
    return HouseForm(
        at=_iso(now.at) or "",
        attention=[
            AttentionForm(level=one.level.value, code=one.code, values=dict(one.values)) for one in attention(now)
        ],
        open_tasks=now.open_tasks,
        steps=[asdict(step) for step in now.steps],
        workers=[
            {
                "host": worker.host,
                "queues": list(worker.queues),
                "parallel": worker.parallel,
                "started_at": _iso(worker.started_at),
                "seen_seconds": _age(worker.seen_at, now.at),
            }
            for worker in now.workers
        ],
        engine={
            "kind": now.engine_kind,
            "seconds_a_page": now.seconds_a_page,
            "addresses": [
                {**asdict(engine), "condition": engine.condition.value, "proven_at": _iso(engine.proven_at)}
                for engine in now.engines
            ],
        },
        rates=asdict(now.rates) if now.rates is not None else None,
        today={
            **asdict(now.today),
            "kinds": [{"title": title, "count": count} for title, count in now.today.kinds],
        },
        failures=[asdict(failure) for failure in now.failures],
        budgets=[asdict(budget) for budget in now.budgets],
        clients=[asdict(client) for client in now.clients],
        memory=asdict(now.memory),
        refused_jobs=now.refused_jobs,
        last_frame_seconds=_age(now.last_frame_at, now.at),
    )


def _iso(at: float | None) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at is not None else None


def _age(at: float | None, now: float) -> float | None:
    return round(max(0.0, now - at), 1) if at is not None else None
