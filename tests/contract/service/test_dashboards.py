"""Alerts, dashboard and autoscaling ask only for metrics that the processes show, in expressions that are PromQL."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import CollectorRegistry
from promql_parser import VectorSelector
from redis import Redis

from bot.storage.jobs.backlog import BacklogReader
from bot.telemetry.bot_metrics import BotMetrics
from bot.telemetry.worker_metrics import WorkerMetrics
from workers.engines.cpu.service_metrics import ServiceMetrics

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
FOR_EACH_TARGET = {"up"}  # by Prometheus itself


def expressions() -> Iterator[str]:
    rules = yaml.safe_load((PROMETHEUS / "rules.yaml").read_text(encoding="utf-8"))
    yield from (rule["expr"] for group in rules["groups"] for rule in group["rules"])
    dashboard = json.loads((DEPLOY / "grafana" / "ocrbot.json").read_text(encoding="utf-8"))
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    scaled = (DEPLOY / "kubernetes" / "components" / "keda" / "scaled.yaml").read_text(encoding="utf-8")
    yield from (one["spec"]["triggers"][0]["metadata"]["query"] for one in yaml.safe_load_all(scaled))


def selectors(node: Any) -> Iterator[VectorSelector]:
    if isinstance(node, VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        if (inner := getattr(node, name, None)) is not None:
            yield from selectors(inner)
    for inner in getattr(node, "args", ()):
        yield from selectors(inner)


def shown(registry: CollectorRegistry) -> set[str]:
    return {family.name + suffix for family in registry.collect() for suffix in SUFFIXES.get(family.type, ("",))}


@pytest.fixture
def metrics(redis: Redis) -> set[str]:
    bot, worker = BotMetrics(BacklogReader(redis)), WorkerMetrics()
    bot.connected(lambda: True)
    bot.last_frame(lambda: 0.0)
    bot.last_sweep(lambda: 0.0)
    bot.failing_works(lambda: ())
    service = ServiceMetrics(lambda: 0)
    return shown(bot.registry) | shown(worker.registry) | shown(service.registry) | FOR_EACH_TARGET


def test_every_metric_that_is_asked_for_is_shown(metrics: set[str]) -> None:
    asked = {found.name for text in expressions() for found in selectors(promql_parser.parse(text))}
    assert len(asked) > 15
    assert not asked - metrics


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize("what", [("check", "config", "scrape.yaml"), ("test", "rules", "rules_test.yaml")])
def test_prometheus_takes_the_rules_and_they_fire_when_they_should(what: tuple[str, ...]) -> None:
    done = subprocess.run(["promtool", *what], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
