"""Engine files: those that are shipped, and what an admin is told of one with mistakes."""

import shutil
from pathlib import Path

import pytest

from bot.config import engine_files, prompt_files
from bot.config import folder as config_folder
from bot.config.engine_files import read_engine
from bot.domain.engine_profile import TokenFormula
from bot.domain.errors import Misconfigured
from bot.domain.prompt import TABLE_TEXT, PromptTask
from tests.fakes.engine_profiles import GLM_OCR, PROFILES, V1_0, V1_5
from workers.parsing.registry import PARSERS
from workers.reading.ask_model import PLAIN

CONFIG = Path(__file__).resolve().parents[3] / "config"
GLM = (CONFIG / "engines" / "glm_ocr.toml").read_text(encoding="utf-8")


def told(source: str, name: str = "glm_ocr") -> list[str]:
    profile, problems = read_engine(source, name=name)
    assert profile is None
    return [str(problem) for problem in problems]


def test_both_generations_of_hunyuanocr_are_their_publishers() -> None:
    assert dict(V1_0.sampling) == {"temperature": 0.0, "top_p": 1.0, "top_k": 1, "repetition_penalty": 1.0}
    assert dict(V1_5.sampling) == {"temperature": 0.0, "top_p": 1.0, "top_k": -1, "repetition_penalty": 1.08}
    assert (V1_0.least_pixels, V1_0.most_pixels) == (512 * 512, 2048 * 2048)
    assert (V1_5.least_pixels, V1_5.most_pixels) == (512 * 512, 4096 * 4096)
    assert {profile.most_tokens for profile in (V1_0, V1_5)} == {16384}
    assert all(profile.licence.excluded == ("EU", "GB", "KR") for profile in (V1_0, V1_5))


def test_the_shipped_prompts_are_written_in_hunyuanocrs_words() -> None:
    prompts = {prompt.name: prompt for prompt in prompt_files.load(CONFIG / "prompts").prompts}
    for profile in (V1_0, V1_5):
        assert profile.own_texts
        assert profile.texts[PromptTask.TEXT] == PLAIN == prompts["text"].text
        assert profile.texts[PromptTask.TABLE] == TABLE_TEXT == prompts["table"].text
        assert profile.texts[PromptTask.FORMULA] == prompts["formula"].text
        assert profile.texts[PromptTask.MARKDOWN] == prompts["markdown"].text


def test_every_profile_has_a_parser_and_words_for_a_page() -> None:
    assert all(profile.parser in PARSERS and profile.texts[PromptTask.TEXT] for profile in PROFILES)


def test_glm_ocr_may_be_used_anywhere_and_counts_a_square_a_token() -> None:
    assert GLM_OCR.licence.excluded == ()
    assert (GLM_OCR.token_formula, GLM_OCR.side_multiple) == (TokenFormula.GRID, 28)
    assert GLM_OCR.most_pixels == 6144 * 28 * 28


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title = ", "titel = ", 'titel is not a known key; did you mean "title"?'),
        ('parser = "glm"', 'parser = "glmm"', "parser must be one of hunyuan, glm"),
        ("side_multiple = 28", 'side_multiple = "28"', "pictures.side_multiple must be a whole number from 1 to 1024"),
        ('tokens = "grid"', 'tokens = "columns"', "pictures.tokens must be one of grid, grid_with_row_ends"),
        ("least_pixels = 6_272", "least_pixels = 5_000_000", "pictures.least_pixels must be less than most_pixels"),
        ("context = 16_384", "context = 4_096", "answers.context must be more than the 6144 tokens"),
        ("temperature = 0.0", 'temperature = "low"', "answers.sampling must be a table of numbers"),
        ("{{json}}", "", "prompts.fields needs {{fields}} or {{json}}"),
        (
            'name = "MIT License"',
            'name = "MIT License"\nexcluded = ["UK"]',
            'licence.excluded holds "UK", whose ISO 3166',
        ),
        (
            'name = "MIT License"',
            'name = "MIT License"\nexcluded = ["fr"]',
            'licence.excluded holds "fr"; a territory is',
        ),
        ('names = ["glm-ocr"', 'names = ["GLM-OCR"', 'signs.names holds "GLM-OCR"; names are compared in lower case'),
        ("min_count = 8", "min_count = 1", "answers.repetition.min_count must be a whole number from 2"),
        ("min_pattern_size = 1,", "min_pattern_size = 30,", "min_pattern_size must not be more than max_pattern_size"),
        ("most_tokens = 8_192\n", "", "answers.most_tokens is missing"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_key_and_what_it_must_be(old: str, new: str, expected: str) -> None:
    assert old in GLM
    (first, *_) = told(GLM.replace(old, new, 1))
    assert first.startswith("engines/glm_ocr.toml:")
    assert expected in first


def test_a_file_that_is_not_toml_and_a_name_that_is_none_are_told() -> None:
    assert "not TOML" in told("title = ")[0]
    assert "lower-case letters" in told(GLM, "GLM-OCR")[0]


def test_two_files_may_not_claim_the_same_name(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "engines", tmp_path / "engines")
    shutil.copy(tmp_path / "engines" / "glm_ocr.toml", tmp_path / "engines" / "my_glm.toml")
    assert 'holds "glm-ocr", as glm_ocr.toml does' in "\n".join(map(str, engine_files.find_problems(tmp_path)))
    with pytest.raises(Misconfigured, match="my_glm"):
        engine_files.load(tmp_path)


def test_a_configuration_from_before_has_the_projects_own(tmp_path: Path) -> None:
    assert engine_files.load(tmp_path) == PROFILES


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "engines").mkdir()
    with pytest.raises(Misconfigured, match="no engine files"):
        engine_files.load(tmp_path)


def test_the_folders_problems_name_those_of_engine_files(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "engines", tmp_path / "engines")
    shutil.copytree(CONFIG / "prompts", tmp_path / "prompts")
    (tmp_path / "engines" / "glm_ocr.toml").write_text(GLM.replace("title", "titel"), encoding="utf-8")
    assert any("engines/glm_ocr.toml" in str(problem) for problem in config_folder.find_problems(tmp_path))
