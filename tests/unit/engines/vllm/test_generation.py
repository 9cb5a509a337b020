"""Which generation of HunyuanOCR a model is. The keys are those of the published files, as others quote them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.engine_profile import Profile, profile_of_files
from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import PROFILES, V1_0, V1_5
from workers.engines.vllm.model_profile import profile_of_model

OLD: dict[str, Any] = {"model_type": "hunyuan_vl", "max_position_embeddings": 32768, "hidden_size": 1024}
NEW: dict[str, Any] = {
    "model_type": "hunyuan_vl",
    "max_position_embeddings": 131072,
    "text_config": {"max_position_embeddings": 131072},
    "vision_config": {"img_max_token_num": 16384},
}
COMMIT = "0123456789012345678901234567890123456789"


def write(folder: Path, config: dict[str, Any], generation: dict[str, Any] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    if generation is not None:
        (folder / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("config", "generation", "profile"),
    [
        (OLD, {"repetition_penalty": 1.03}, V1_0),
        (OLD, {}, V1_0),
        ({"model_type": "hunyuan_vl", "text_config": {"max_position_embeddings": 32768}}, {}, V1_0),
        (NEW, {}, V1_5),
        (NEW, {"repetition_penalty": 1.08}, V1_5),
    ],
)
def test_the_models_files_tell_it(config: dict[str, Any], generation: dict[str, Any], profile: Profile) -> None:
    assert profile_of_files(PROFILES, config, generation) is profile


@pytest.mark.parametrize(
    ("config", "generation", "said"),
    [
        ({**OLD, "max_position_embeddings": 65536}, {}, "no profile .*65536"),
        ({"model_type": "hunyuan_vl"}, {}, "no profile .*None"),
        (NEW, {"repetition_penalty": 1.03}, "hunyuanocr_1_5.*1.03.*hunyuanocr_1_0"),
        ({"model_type": "qwen2_vl"}, {}, "no profile .*qwen2_vl"),
    ],
)
def test_what_fits_neither_is_refused(config: dict[str, Any], generation: dict[str, Any], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        profile_of_files(PROFILES, config, generation)


def test_a_folders_name_says_nothing(tmp_path: Path) -> None:
    assert profile_of_model(PROFILES, str(write(tmp_path / "HunyuanOCR-1.5", OLD)), "", {}) is V1_0
    assert profile_of_model(PROFILES, str(write(tmp_path / "v1.0", NEW, {})), "", {}) is V1_5


@pytest.mark.parametrize("revision", [COMMIT, "main", ""])
@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"])
def test_a_downloaded_model_is_found_in_the_hubs_cache(tmp_path: Path, variable: str, revision: str) -> None:
    cache = tmp_path / {"HF_HUB_CACHE": "", "HF_HOME": "hub", "XDG_CACHE_HOME": "huggingface/hub"}[variable]
    repository = cache / "models--tencent--HunyuanOCR"
    write(repository / "snapshots" / COMMIT, NEW)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    assert profile_of_model(PROFILES, "tencent/HunyuanOCR", revision, {variable: str(tmp_path)}) is V1_5


def test_a_model_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"no config\.json.*huggingface-cli download tencent/HunyuanOCR"):
        profile_of_model(PROFILES, "tencent/HunyuanOCR", COMMIT, {"HF_HOME": str(tmp_path)})


def test_a_file_that_is_no_json_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(Misconfigured, match=r"config\.json cannot be read"):
        profile_of_model(PROFILES, str(tmp_path), "", {})
