import os
from pathlib import Path

import pytest

from bot.mcp_server.folders import AllowedFolders, FileNotAllowed


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    (folder / "2026").mkdir(parents=True)
    (folder / "a.pdf").write_bytes(b"a")
    (folder / "2026" / "b.pdf").write_bytes(b"b")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "inside-not").mkdir()
    (tmp_path / "inside-not" / "c.pdf").write_bytes(b"c")
    return folder


def read(folder: Path, path: str, *, most_bytes: int = 100) -> tuple[str, bytes]:
    file = AllowedFolders(folders=(folder,), most_bytes=most_bytes).read(path)
    return file.name, file.data


def test_files_inside_are_read_by_either_way_to_name_them(inside: Path) -> None:
    assert read(inside, str(inside / "a.pdf")) == ("a.pdf", b"a")
    assert read(inside, "2026/b.pdf") == ("b.pdf", b"b")
    assert read(inside, "2026/../a.pdf") == ("a.pdf", b"a")


def test_files_outside_are_as_if_they_did_not_exist(inside: Path) -> None:
    said = set()
    for path in ("../secret.txt", "../inside-not/c.pdf", "/etc/passwd", "nothing.pdf", "/nothing", "", ".", "a\0.pdf"):
        with pytest.raises(FileNotAllowed) as refused:
            read(inside, path)
        said.add(str(refused.value))
    assert said == {f"there is no such file in the folders that are allowed: {inside}"}


def test_links_that_lead_out_are_not_followed(inside: Path, tmp_path: Path) -> None:
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "out").symlink_to(tmp_path)
    for path in ("link.txt", "out/secret.txt"):
        with pytest.raises(FileNotAllowed, match="no such file"):
            read(inside, path)


def test_links_that_stay_inside_are_followed(inside: Path) -> None:
    (inside / "latest").symlink_to(inside / "2026")
    assert read(inside, "latest/b.pdf") == ("b.pdf", b"b")


def test_a_folder_may_itself_be_a_link(inside: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(inside)
    assert read(tmp_path / "way", str(tmp_path / "way" / "a.pdf")) == ("a.pdf", b"a")


def test_a_folder_that_becomes_a_link_while_it_is_opened_leads_nowhere(
    inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "b.pdf").write_bytes(b"secret")
    resolve = os.path.realpath

    def resolve_then_swap(path: str | Path) -> str:
        resolved = resolve(path)
        if str(resolved).endswith("b.pdf"):
            (inside / "2026").rename(tmp_path / "moved")
            (inside / "2026").symlink_to(outside)
        return str(resolved)

    monkeypatch.setattr("bot.mcp_server.folders.os.path.realpath", resolve_then_swap)
    with pytest.raises(FileNotAllowed, match="no such file"):
        read(inside, "2026/b.pdf")


def test_hidden_files_are_not_read(inside: Path) -> None:
    (inside / ".ssh").mkdir()
    (inside / ".ssh" / "id").write_bytes(b"key")
    (inside / ".env").write_bytes(b"token")
    for path in (".ssh/id", ".env"):
        with pytest.raises(FileNotAllowed, match="no such file"):
            read(inside, path)


def test_what_is_no_file_too_large_or_empty_is_said(inside: Path) -> None:
    os.mkfifo(inside / "pipe")
    (inside / "empty.pdf").write_bytes(b"")
    for path, words in (("2026", "no file"), ("pipe", "no file"), ("empty.pdf", "is empty")):
        with pytest.raises(FileNotAllowed, match=words):
            read(inside, path)
    with pytest.raises(FileNotAllowed, match="more than 0 MB"):
        read(inside, "a.pdf", most_bytes=0)


def test_without_a_folder_the_setting_is_named() -> None:
    with pytest.raises(FileNotAllowed, match="OCRBOT_MCP__FOLDERS"):
        AllowedFolders(folders=()).read("a.pdf")
