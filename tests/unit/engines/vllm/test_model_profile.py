import json
from pathlib import Path

import pytest

from bot.domain.engine_profile import UnknownProfile
from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import GLM_OCR, PROFILES, V1_0
from workers.engines.vllm.model_profile import profile_of_model, revision_of


def folder_with(path: Path, config: object) -> str:
    path.mkdir()
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return str(path)


def test_a_folder_is_told_by_its_files_whatever_it_is_called(tmp_path: Path) -> None:
    model = folder_with(tmp_path / "HunyuanOCR-1.0", {"model_type": "glm_ocr"})
    assert profile_of_model(PROFILES, model, "", {}) is GLM_OCR


def test_a_folder_that_fits_no_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownProfile, match="qwen2_vl"):
        profile_of_model(PROFILES, folder_with(tmp_path / "HunyuanOCR", {"model_type": "qwen2_vl"}), "", {})


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"no config\.json"):
        profile_of_model(PROFILES, str(tmp_path), "", {})
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(Misconfigured, match="is no JSON object"):
        profile_of_model(PROFILES, str(tmp_path), "", {})


def test_a_commit_of_another_repository_is_not_asked_for() -> None:
    (commit,) = V1_0.signs.revisions
    assert revision_of(PROFILES, "zai-org/GLM-OCR", commit) == ""
    assert revision_of(PROFILES, "tencent/HunyuanOCR", commit) == commit
    assert revision_of(PROFILES, "zai-org/GLM-OCR", "abc") == "abc"
