"""Which profile a model has, where its licence lets it be used, and what it is asked."""

from dataclasses import replace

import pytest

from bot.domain.engine_profile import (
    EU,
    ProfileChoice,
    UnknownProfile,
    profile_named,
    profile_of_files,
    profile_of_revision,
    refusal,
)
from bot.domain.errors import Misconfigured
from bot.domain.prompt import FieldSpec, Output, Prompt
from tests.fakes.engine_profiles import CHOICE, GLM_OCR, PROFILES, V1_0, V1_5

FIELDS = Prompt(
    name="minutes",
    title="会议纪要",
    text="提取图片中的: ['主题', '日期'] 的字段内容，并按照 JSON 格式返回。",
    output=Output.FIELDS,
    fields=(FieldSpec(name="主题", key="topic"), FieldSpec(name="日期", key="date")),
)


@pytest.mark.parametrize("territory", ["FR", "DE", "IE", "GB", "KR"])
def test_hunyuanocr_is_refused_where_its_licence_does_not_apply(territory: str) -> None:
    assert f"may not be used in {territory}" in refusal(V1_0, territory)
    assert refusal(GLM_OCR, territory) == ""


@pytest.mark.parametrize("territory", ["CN", "HK", "US", "NO", "CH", "JP"])
def test_elsewhere_it_may_be_used(territory: str) -> None:
    assert refusal(V1_5, territory) == ""


def test_an_unstated_territory_is_asked_for_only_where_the_licence_excludes_some() -> None:
    assert "OCRBOT_TERRITORY=CN" in refusal(V1_0, "")
    assert refusal(GLM_OCR, "") == ""


def test_the_european_union_has_27_members() -> None:
    assert len(EU) == 27


def test_a_worker_starts_with_a_named_model_that_may_be_used_and_without_a_name_only_in_a_stated_territory() -> None:
    replace(CHOICE, named=GLM_OCR, territory="").require_allowed()
    replace(CHOICE, territory="FR").require_allowed()  # the model that is met may be one for everywhere
    with pytest.raises(Misconfigured, match=r"OCRBOT_TERRITORY is not set.* or set OCRBOT_ENGINE__PROFILE"):
        replace(CHOICE, territory="").require_allowed()
    with pytest.raises(Misconfigured, match="may not be used in KR"):
        replace(CHOICE, named=V1_5, territory="KR").require_allowed()


def test_a_named_profile_wins_over_the_models_names() -> None:
    assert ProfileChoice(profiles=PROFILES, named=V1_0).of("zai-org/GLM-OCR") is V1_0


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (("zai-org/GLM-OCR", "ocrbot-start-1"), "glm_ocr"),
        (("ocr", "GLM_OCR"), "glm_ocr"),
        (("tencent/HunyuanOCR-1.0", "tencent/HunyuanOCR", "ocrbot-start-1"), "hunyuanocr_1_0"),
        (("ocr", "tencent/HunyuanOCR-1.5"), "hunyuanocr_1_5"),
    ],
)
def test_names_tell_the_model(names: tuple[str, ...], name: str) -> None:
    assert CHOICE.of(*names).name == name


def test_a_name_that_no_profile_knows_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownProfile, match=r"other/Model.*OCRBOT_ENGINE__PROFILE.*glm_ocr, hunyuanocr_1_0"):
        CHOICE.of("other/Model", "")
    with pytest.raises(UnknownProfile, match="OCRBOT_ENGINE__PROFILE is glm"):
        profile_named("glm", PROFILES)


@pytest.mark.parametrize("name", ["tencent/HunyuanOCR", "/models/HunyuanOCR-1.0", "other"])
def test_a_name_that_does_not_tell_the_version_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(UnknownProfile, match=r"--served-model-name .*tencent/HunyuanOCR-1\.0 or"):
        CHOICE.of(name)


def test_a_commit_tells_the_generation() -> None:
    assert profile_of_revision(PROFILES, "tencent/HunyuanOCR", V1_0.signs.revisions[0]) is V1_0
    assert profile_of_revision(PROFILES, "tencent/HunyuanOCR", "0123456789") is None


def test_a_models_own_files_tell_it() -> None:
    assert profile_of_files(PROFILES, {"model_type": "glm_ocr"}, {}) is GLM_OCR
    assert profile_of_files(PROFILES, {"model_type": "hunyuan_vl", "max_position_embeddings": 32768}, {}) is V1_0
    late = {"model_type": "hunyuan_vl", "text_config": {"max_position_embeddings": 131072}}
    assert profile_of_files(PROFILES, late, {}) is V1_5
    with pytest.raises(UnknownProfile, match=r"config\.json \(qwen2_vl\)"):
        profile_of_files(PROFILES, {"model_type": "qwen2_vl"}, {})


def test_a_model_with_its_own_words_is_asked_for_fields_by_an_empty_object() -> None:
    assert GLM_OCR.text_for(FIELDS) == '请按下列JSON格式输出图中信息:\n{\n    "主题": "",\n    "日期": ""\n}'
    assert V1_0.text_for(FIELDS) == FIELDS.text


def test_what_a_model_has_no_words_for_it_cannot_be_asked() -> None:
    english = Prompt(name="en", title="英文译文", text="翻译成英文。", output=Output.TRANSLATION)
    assert GLM_OCR.text_for(english) is None
    assert V1_0.text_for(english) == english.text
