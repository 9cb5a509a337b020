"""The manifests of deploy/kubernetes: valid by Kubernetes' schemas, and in step with settings, users and compose."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from kubernetes_validate.utils import latest_version, validate

from bot.config.settings import load
from bot.console.arguments import parser
from bot.storage.jobs.signed_call import QUEUES

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
VERSIONS = ("1.30", latest_version())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
KUSTOMIZATIONS = sorted((ROOT / "deploy").rglob("kustomization.yaml"))
OVERLAYS = sorted(path.parent for path in KUSTOMIZATIONS if path.parent.parent.name == "overlays")
ON_REDIS = ("bot", "worker", "read", "api")
PROCESSES = (*ON_REDIS, "engine")

Manifest = dict[str, Any]


def defaulted(value: str) -> str:
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def loaded(path: Path) -> list[Manifest]:
    return [*yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def files_of(folder: Path, kind: str = "resources") -> Iterator[Path]:
    """The files of a kustomization, those of the folders that it names included."""
    kustomization = loaded(folder / "kustomization.yaml")[0]
    for name in kustomization.get(kind, ()):
        path = (folder / name).resolve()
        if path.is_dir():
            yield from files_of(path)
        else:
            yield path


BASE = [one for path in files_of(KUBERNETES / "base") for one in loaded(path)]
EVERY = {path: loaded(path) for folder in KUSTOMIZATIONS for path in files_of(folder.parent)}
SETTINGS = dict(
    literal.split("=", 1)
    for literal in loaded(KUBERNETES / "base" / "kustomization.yaml")[0]["configMapGenerator"][0]["literals"]
)


def named(kind: str, name: str) -> Manifest:
    (found,) = [one for one in BASE if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


def pod(name: str) -> Manifest:
    found: Manifest = named("StatefulSet" if name == "redis" else "Deployment", name)["spec"]["template"]["spec"]
    return found


def container(name: str) -> Manifest:
    (found,) = pod(name)["containers"]
    assert isinstance(found, dict)
    return found


def environment(name: str) -> dict[str, str]:
    one = container(name)
    return (SETTINGS if "envFrom" in one else {}) | {entry["name"]: entry["value"] for entry in one["env"]}


def secrets(name: str) -> dict[str, str]:
    """The names of a pod's secrets in it, with the names that they have in the Secret."""
    (volume,) = [one for one in pod(name)["volumes"] if one["name"] == "secrets"]
    return {item["path"]: item["key"] for item in volume["secret"]["items"]}


def policies(name: str, direction: str) -> list[Manifest]:
    """The rules of all policies, but for the metrics', that hold for the pods of this name."""
    found = []
    for one in BASE:
        if one["kind"] != "NetworkPolicy" or one["metadata"]["name"] == "metrics":
            continue
        selector = one["spec"]["podSelector"]
        labels = [selector.get("matchLabels", {}).get("app.kubernetes.io/name")]
        labels += [value for rule in selector.get("matchExpressions", ()) for value in rule["values"]]
        if not selector or name in labels:
            found += one["spec"].get(direction, [])
    return found


# -- the schemas


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_every_manifest(version: str) -> None:
    checked = 0
    for manifests in EVERY.values():
        for one in manifests:
            if one["kind"] != "ScaledObject":
                validate(one, version, strict=True)
                checked += 1
    assert checked > 15


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
@pytest.mark.parametrize("overlay", OVERLAYS, ids=[path.name for path in OVERLAYS])
def test_an_overlay_is_rendered_into_what_kubernetes_takes(overlay: Path) -> None:
    done = subprocess.run(["kubectl", "kustomize", overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rendered = [*yaml.safe_load_all(done.stdout)]
    assert {one["metadata"]["namespace"] for one in rendered if one["kind"] != "Namespace"} == {"ocrbot"}
    images = re.findall(r"image: (\S+)", done.stdout)
    assert len(images) == len(PROCESSES) + 1
    assert all(re.fullmatch(r"[^:@]+@sha256:[0-9a-f]{64}", image) for image in images)
    for one in rendered:
        if one["kind"] != "ScaledObject":
            validate(one, VERSIONS[-1], strict=True)


def test_a_scaled_object_says_what_keda_needs() -> None:
    path = KUBERNETES / "components" / "keda" / "scaled.yaml"
    (patch,) = loaded(path.parent / "kustomization.yaml")[0]["patches"]
    for one in EVERY[path]:
        spec, name = one["spec"], one["metadata"]["name"]
        assert one["apiVersion"] == "keda.sh/v1alpha1"
        assert re.fullmatch(patch["target"]["name"], name)  # whose fixed number of replicas is taken out
        assert named("Deployment", spec["scaleTargetRef"]["name"])["metadata"]["name"] == name
        assert 0 < spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"]
        (trigger,) = spec["triggers"]
        assert (trigger["type"], trigger["metricType"]) == ("prometheus", "AverageValue")
        assert set(trigger["metadata"]) == {"serverAddress", "query", "threshold"}
        assert float(trigger["metadata"]["threshold"]) > 0
        promql_parser.parse(trigger["metadata"]["query"])


# -- in step with the product


@pytest.mark.parametrize("name", PROCESSES)
def test_the_settings_accept_what_a_pod_is_given(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCRBOT_CONFIG_DIR", raising=False)
    for variable, value in environment(name).items():
        monkeypatch.setenv(variable, re.sub(r"\$\((\w+)_SERVICE_HOST\)", "10.0.0.1", value))
    as_kubelet_mounts(tmp_path, {secret: "" if secret.endswith("__PROXY") else "x" * 32 for secret in secrets(name)})
    settings = load(dotenv=tmp_path / ".env", secrets=tmp_path)
    if name == "engine":
        assert settings.engine.listen == "0.0.0.0:8765"
    else:
        assert settings.redis.password.get_secret_value() == "x" * 32
        assert settings.log_format == "json"


def as_kubelet_mounts(folder: Path, files: dict[str, str]) -> None:
    """Write the files of a Secret as they are in a pod: links through a folder that is replaced as a whole."""
    data = folder / "..2026_11_27"
    data.mkdir()
    (folder / "..data").symlink_to(data.name)
    for name, text in files.items():
        (data / name).write_text(text, encoding="utf-8")
        (folder / name).symlink_to(f"..data/{name}")


@pytest.mark.parametrize("name", PROCESSES)
def test_a_pod_runs_what_compose_runs(name: str) -> None:
    one, service = container(name), COMPOSE["services"][name]
    assert one["args"] == service["command"]
    assert parser().parse_args(one["args"]).command == one["args"][0]
    assert one["image"] == defaulted(service["image"])
    assert secrets(name) == {
        (entry if isinstance(entry, str) else entry["target"]): (entry if isinstance(entry, str) else entry["source"])
        for entry in service["secrets"]
    }


def test_redis_is_started_as_in_compose() -> None:
    one, service = container("redis"), COMPOSE["services"]["redis"]
    assert one["image"] == defaulted(service["image"])
    assert one["command"] == service["command"][:1]
    assert one["args"] == ["--dir", "/data", *map(defaulted, service["command"][1:])]
    assert set(secrets("redis")) == set(service["secrets"])
    files = loaded(ROOT / "deploy" / "redis" / "kustomization.yaml")[0]["configMapGenerator"][0]["files"]
    assert {"start.sh", "users.acl"} == set(files)


@pytest.mark.parametrize("name", ON_REDIS)
def test_each_process_is_another_user_of_redis(name: str) -> None:
    users = (ROOT / "deploy" / "redis" / "users.acl").read_text(encoding="utf-8")
    (user,) = re.findall(r"redis://(\w+)@", environment(name)["OCRBOT_REDIS__URL"])
    assert user == name
    assert f"user {name} on #{{{secrets(name)['OCRBOT_REDIS__PASSWORD']}}} " in users


def test_all_queues_are_served_each_by_one_deployment() -> None:
    served = [parser().parse_args(container(name)["args"]).queues.split(",") for name in ("worker", "read")]
    assert sorted(queue for queues in served for queue in queues) == sorted(QUEUES)


@pytest.mark.parametrize("name", ["bot", "worker", "read", "api", "engine", "redis"])
def test_a_pod_may_finish_as_in_compose(name: str) -> None:
    amount, unit = re.fullmatch(r"(\d+)([ms])", COMPOSE["services"][name]["stop_grace_period"]).groups()  # type: ignore[union-attr]
    assert pod(name)["terminationGracePeriodSeconds"] == int(amount) * {"m": 60, "s": 1}[unit]


# -- what a pod may do


@pytest.mark.parametrize("name", ["bot", "worker", "read", "api", "engine", "redis"])
def test_a_pod_has_no_more_power_than_it_needs(name: str) -> None:
    spec, one = pod(name), container(name)
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == (999 if name == "redis" else 10001)
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in one["resources"]["limits"]
    assert {"cpu", "memory"} == set(one["resources"]["requests"])
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(one)


@pytest.mark.parametrize("name", ["bot", "worker", "read"])
def test_a_process_is_asked_whether_it_is_live_and_ready_where_it_says_so(name: str) -> None:
    one = container(name)
    setting = "OCRBOT_METRICS__LISTEN" if name == "bot" else "OCRBOT_METRICS__WORKER_LISTEN"
    assert environment(name)[setting] == f"0.0.0.0:{one['ports'][0]['containerPort']}"
    assert one["livenessProbe"]["httpGet"] == {"path": "/live", "port": "metrics"}
    assert one["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "metrics"}


def test_the_api_is_asked_on_its_own_port() -> None:
    one = container("api")
    assert environment("api")["OCRBOT_API__LISTEN"] == f"0.0.0.0:{one['ports'][0]['containerPort']}"
    assert one["livenessProbe"]["httpGet"] == {"path": "/v1/health/live", "port": "http"}
    assert one["readinessProbe"]["httpGet"] == {"path": "/v1/health/ready", "port": "http"}
    reached = [rule["to"][0]["podSelector"] for rule in policies("api", "egress") if len(rule["ports"]) == 1]
    assert reached == [{"matchLabels": {"app.kubernetes.io/name": "redis"}}]
    assert not [name for name in {*secrets("api"), *environment("api")} if "DINGTALK" in name]


def test_variables_that_kubernetes_sets_are_not_taken_for_settings() -> None:
    assert [name for name in PROCESSES if pod(name)["enableServiceLinks"]] == ["read"]
    services = {one["metadata"]["name"] for one in BASE if one["kind"] == "Service"}
    assert not [name for name in services if name.startswith("ocrbot")]
    used = re.findall(r"\$\((\w+)_SERVICE_HOST\)", " ".join(environment("read").values()))
    assert {name.lower() for name in used} == services - {"api"}


def test_what_reads_strangers_files_reaches_redis_and_the_engine_and_nothing_else() -> None:
    reached = [rule["to"] for rule in policies("read", "egress")]
    assert reached == [[{"podSelector": {"matchLabels": {"app.kubernetes.io/name": to}}}] for to in ("redis", "engine")]
    assert (pod("read")["dnsPolicy"], pod("read")["dnsConfig"]) == ("None", {"nameservers": ["127.0.0.1"]})
    assert not [name for name in {*secrets("read"), *environment("read")} if "DINGTALK" in name]


@pytest.mark.parametrize("name", ["redis", "engine"])
def test_redis_and_the_engine_reach_nothing(name: str) -> None:
    assert policies(name, "egress") == []
    assert named("NetworkPolicy", "nothing-else")["spec"]["policyTypes"] == ["Ingress", "Egress"]


def test_only_what_there_are_several_of_has_a_budget_for_disruptions() -> None:
    budgets = {one["metadata"]["name"]: one["spec"] for one in BASE if one["kind"] == "PodDisruptionBudget"}
    assert set(budgets) == {"worker", "read", "api", "engine"}
    assert all(spec["maxUnavailable"] == 1 for spec in budgets.values())
