"""Prompt files as they are edited."""

import shutil
from pathlib import Path

import pytest

from bot.config.editing.draft import ChangedMeanwhile, PromptFolder

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> PromptFolder:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return PromptFolder(tmp_path / "config")


def test_a_file_that_is_fine_is_found_to_be_fine(folder: PromptFolder) -> None:
    found = folder.source("invoice")
    assert found is not None
    checked = folder.check("invoice", found.text)
    assert checked.is_good
    assert checked.prompt is not None
    assert checked.prompt.title == "发票"
    assert checked.prompts is not None


def test_a_mistake_is_named_with_its_line(folder: PromptFolder) -> None:
    found = folder.source("taxi")
    assert found is not None
    line = next(number for number, text in enumerate(found.text.splitlines(), 1) if text.startswith("output"))
    checked = folder.check("taxi", found.text.replace('output = "fields"', 'output = "fild"'))
    (first, *_) = [problem for problem in checked.problems if problem.key == "output"]
    assert (first.line, not checked.is_good) == (line, True)
    assert "fields" in first.what


def test_a_word_taken_from_another_file_is_a_mistake_of_the_draft(folder: PromptFolder) -> None:
    found = folder.source("air")
    assert found is not None
    checked = folder.check("air", found.text.replace("commands = [", 'commands = ["发票", '))
    assert not checked.is_good
    assert [problem.file for problem in checked.elsewhere] == ["invoice.toml"]


def test_what_was_wrong_elsewhere_before_does_not_keep_a_draft_from_being_saved(folder: PromptFolder) -> None:
    (folder.config / "prompts" / "taxi.toml").write_text("title = ", encoding="utf-8")
    found = folder.source("air")
    assert found is not None
    assert folder.check("air", found.text).is_good


def test_a_draft_of_a_file_that_is_not_there_yet_is_checked_among_the_others(folder: PromptFolder) -> None:
    text = "title = \"会议纪要\"\ntext = '''提取会议的主题。'''\n"
    assert folder.check("minutes", text).is_good
    assert not folder.check("minutes", text.replace("会议纪要", "发票")).is_good


def test_a_saved_file_is_what_was_written_and_has_another_tag(folder: PromptFolder) -> None:
    before = folder.source("air")
    assert before is not None
    tag = folder.write("air", before.text + "# more\n", tag=before.tag)
    after = folder.source("air")
    assert after is not None
    assert (after.text, after.tag) == (before.text + "# more\n", tag)
    assert tag != before.tag


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(folder: PromptFolder) -> None:
    before = folder.source("air")
    assert before is not None
    path = folder.config / "prompts" / "air.toml"
    path.write_text(before.text + "# theirs\n", encoding="utf-8")
    with pytest.raises(ChangedMeanwhile):
        folder.write("air", before.text + "# mine\n", tag=before.tag)
    assert path.read_text(encoding="utf-8").endswith("# theirs\n")


def test_a_new_file_does_not_replace_one_that_came_meanwhile(folder: PromptFolder) -> None:
    assert folder.write("minutes", "title = 1", tag="")
    with pytest.raises(ChangedMeanwhile):
        folder.write("minutes", "title = 2", tag="")


@pytest.mark.parametrize("name", ["../ocrbot", "a/b", ".hidden", "", "a\n", "Air"])
def test_no_name_leads_out_of_the_folder(folder: PromptFolder, name: str) -> None:
    assert folder.source(name) is None
    assert not folder.check(name, "title = ''").is_good


def test_a_folder_that_cannot_be_written_says_so(folder: PromptFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_writable
    monkeypatch.setattr("os.access", lambda _path, _mode: False)  # root may write where others may not
    assert not folder.is_writable
