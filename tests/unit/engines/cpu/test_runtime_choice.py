import importlib.util
from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from bot.config.setting_groups import EngineSettings
from bot.domain.errors import Misconfigured
from workers.engines.cpu import networks
from workers.engines.cpu.runtime import WantedRuntime
from workers.engines.cpu.runtime_choice import choose, faster

ANY = Path("recogniser.onnx")  # not opened where nothing is measured


@pytest.fixture
def without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def test_openvino_is_chosen_only_where_it_is_well_ahead() -> None:
    assert faster({"onnxruntime": 0.050, "openvino": 0.020}) == "openvino"
    assert faster({"onnxruntime": 0.050, "openvino": 0.045}) == "onnxruntime"
    assert faster({"onnxruntime": 0.020, "openvino": 0.050}) == "onnxruntime"


@pytest.mark.usefixtures("without_openvino")
def test_where_openvino_is_not_installed_onnxruntime_reads_and_the_log_says_why() -> None:
    with capture_logs() as logged:
        assert choose("auto", ANY, ANY).name == "onnxruntime"
    assert [(entry["runtime"], entry["reason"]) for entry in logged] == [
        ("onnxruntime", "openvino is not installed"),
    ]


@pytest.mark.usefixtures("without_openvino")
@pytest.mark.parametrize("wanted", ["openvino", "openvino-bf16"])
def test_a_wanted_runtime_that_is_not_installed_is_an_error(wanted: WantedRuntime) -> None:
    with pytest.raises(Misconfigured, match=rf"OCRBOT_ENGINE__RUNTIME is {wanted}, .* pip install openvino"):
        choose(wanted, ANY, ANY)


def test_what_is_wanted_is_taken_without_measuring() -> None:
    with capture_logs() as logged:
        assert choose("onnxruntime", ANY, ANY).name == "onnxruntime"
    assert logged == []


def test_the_log_says_what_was_measured_and_what_follows() -> None:
    pytest.importorskip("openvino")
    with capture_logs() as logged:
        chosen = networks.load(cores=1, runtime="auto").runtime
    (entry,) = logged
    assert entry["runtime"] == chosen
    assert chosen in {"onnxruntime", "openvino"}  # never the one that changes characters
    times = {"onnxruntime": entry["onnxruntime_ms"], "openvino": entry["openvino_ms"]}
    assert min(times.values()) > 0


def test_a_runtime_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="runtime"):
        EngineSettings.model_validate({"runtime": "tensorrt"})
