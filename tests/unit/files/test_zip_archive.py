"""What is taken out of a zip, and what never is."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import Refused
from tests.fakes.embedded_files import ofd
from tests.fakes.embedded_files import zipped as packed
from tests.fakes.paged_files import page, png
from workers.files.file_type import identify
from workers.files.zip_archive import (
    Archive,
    ArchiveAllowance,
    Skipped,
    is_archive,
    nothing_readable,
    read_member,
    readable_files,
)

PICTURE = png(page(100, 100))


def taken(data: bytes, *, files: int = 20, unpacked: int = 100 * 2**20) -> tuple[list[str], Skipped]:
    skipped = Skipped()
    return [
        path
        for path, _ in readable_files(
            Archive(identify(data)), ArchiveAllowance(files=files, unpacked=unpacked), skipped
        )
    ], skipped


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        Archive(identify(data))
    assert refused.value.text.endswith("。")
    return refused.value


def named_in(encoding: str, members: Mapping[str, bytes]) -> bytes:
    """A zip as old programs write it: the names in their own encoding, and no word of it."""
    plain = packed({f"{number:03}": content for number, content in enumerate(members.values())})
    body, names = bytearray(), [name.encode(encoding) for name in members]
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        infos = archive.infolist()
    directory, places = bytearray(), []
    for info, name in zip(infos, names, strict=True):
        content = plain[info.header_offset + 30 + len(info.filename) :][: info.compress_size]
        places.append(len(body))
        sizes = struct.pack("<IIIHH", info.CRC, info.compress_size, info.file_size, len(name), 0)
        body += b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, info.compress_type, 0, 33) + sizes + name + content
        directory += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, info.compress_type, 0, 33)
        directory += sizes + struct.pack("<HHHII", 0, 0, 0, 0, places[-1]) + name
    end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def test_files_come_in_the_order_people_number_them() -> None:
    names = ["票10.png", "票9.png", "b/2.png", "b/11.png", "a/1.png", "票1.png"]
    paths, skipped = taken(packed(dict.fromkeys(names, PICTURE)))

    assert paths == ["a/1.png", "b/2.png", "b/11.png", "票1.png", "票9.png", "票10.png"]
    assert skipped == Skipped()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_word_of_their_encoding_are_read(encoding: str) -> None:
    data = named_in(encoding, {"三月/发票二.png": PICTURE, "三月/发票一.png": PICTURE})

    assert set(taken(data)[0]) == {"三月/发票一.png", "三月/发票二.png"}
    assert read_member(data, "三月/发票一.png") == PICTURE


def test_what_systems_leave_behind_is_not_there() -> None:
    names = ["__MACOSX/._a.png", ".DS_Store", "a/.hidden/b.png", "Thumbs.db", "a/desktop.ini", "a/b.png"]

    assert taken(packed(dict.fromkeys(names, PICTURE))) == (["a/b.png"], Skipped())


def test_paths_are_names_and_lead_nowhere() -> None:
    names = ["../../etc/passwd.png", "/abs/olute.png", "C:\\temp\\票.png"]

    assert set(taken(packed(dict.fromkeys(names, PICTURE)))[0]) == {
        "../../etc/passwd.png",
        "abs/olute.png",
        "C:/temp/票.png",
    }


def test_what_is_no_document_is_named_by_its_kind() -> None:
    nested = packed({"x.png": PICTURE})
    paths, skipped = taken(packed({"a.ofd": ofd(), "b.zip": nested, "c.txt": "字".encode(), "d.png": PICTURE}))

    assert paths == ["a.ofd", "d.png"]
    assert (skipped.nested, skipped.unreadable) == (["b.zip"], ["c.txt"])
    assert len(skipped.sentences(20)) == 2


def test_the_number_that_is_read_is_bounded_and_the_rest_counted() -> None:
    paths, skipped = taken(packed({f"{number}.png": PICTURE for number in range(30)}), files=20)

    assert paths == [f"{number}.png" for number in range(20)]
    assert skipped.over == 10
    assert "20" in skipped.sentences(20)[0]
    assert "10" in skipped.sentences(20)[0]


@pytest.mark.parametrize("lie", [0, 10, 2**31])
def test_a_bomb_is_left_alone_whatever_it_says_of_its_size(lie: int) -> None:
    zeros = packed({"a.bmp": bytes(60 * 2**20), "b.png": PICTURE})
    data = zeros.replace(struct.pack("<I", 60 * 2**20), struct.pack("<I", lie)) if lie else zeros
    allowance, skipped = ArchiveAllowance(files=20), Skipped()
    paths = [path for path, _ in readable_files(Archive(identify(data)), allowance, skipped)]

    assert paths == ["b.png"]
    assert [*skipped.large, *skipped.broken, *skipped.unreadable] == ["a.bmp"]
    assert allowance.unpacked > 60 * 2**20


def test_all_files_together_are_bounded() -> None:
    noise = b"%PDF-1.7" + zlib.compress(bytes(range(256))) * 4000
    data = packed({f"{number}.pdf": noise for number in range(20)}, compression=zipfile.ZIP_STORED)
    paths, skipped = taken(data, unpacked=3 * len(noise) + 10)

    assert paths == ["0.pdf", "1.pdf", "2.pdf"]
    assert len(skipped.large) + skipped.over == 17


def test_a_locked_zip_says_so() -> None:
    data = bytearray(packed({"a.png": PICTURE, "b.png": PICTURE}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(signature, at + 4)
    paths, skipped = taken(bytes(data))

    assert (paths, skipped.locked) == ([], ["a.png", "b.png"])
    assert nothing_readable(skipped, 20).reason == "archive_locked"
    assert "密码" in nothing_readable(skipped, 20).text


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds_are_not_used(method: int) -> None:
    assert taken(packed({"a.png": PICTURE}, compression=method))[1].broken == ["a.png"]


def test_other_zips_are_no_archives() -> None:
    assert not is_archive(identify(ofd()))
    assert not is_archive(identify(packed({"[Content_Types].xml": "x", "word/document.xml": "x"})))
    assert is_archive(identify(packed({"发票.png": PICTURE})))
    assert refusal(b"Rar!\x1a\x07\x01\x00").reason == "archive_kind"
    assert "zip" in refusal(b"7z\xbc\xaf\x27\x1c").text


def test_a_broken_or_crowded_zip_is_refused() -> None:
    whole = packed({f"{number:05}.png": b"" for number in range(30_000)})

    assert refusal(whole).reason == "archive_broken"
    assert refusal(packed({"a.png": PICTURE})[:-30]).reason == "archive_broken"


def test_a_crowded_zip_cannot_hide_behind_a_second_end_in_its_end() -> None:
    """Readers do not care for the directory's offset, the last field but one: it may hold an end's own beginning."""
    whole = packed({f"{number:05}.png": b"" for number in range(30_000)})

    assert refusal(whole[:-6] + b"PK\x05\x06" + whole[-2:]).reason == "archive_broken"


def test_what_is_unpacked_only_to_be_found_broken_counts() -> None:
    data = bytearray(packed({f"{number}.bmp": bytes(3 * 2**20) for number in range(9)}))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 16 : at + 20] = b"oops"  # its checksum
        at = data.find(b"PK\x01\x02", at + 4)
    paths, skipped = taken(bytes(data), unpacked=8 * 2**20)

    assert (paths, len(skipped.broken) + len(skipped.large), skipped.over) == ([], 3, 6)


def test_a_member_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused):
        read_member(packed({"a.png": PICTURE}), "../a.png")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8), st.floats(0.3, 1))
def test_damaged_and_cut_zips_are_read_or_refused(damage: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(packed({"a.png": PICTURE, "b/c.pdf": b"%PDF-1.7 x"}))
    for place, value in damage:
        data[int(place * len(data))] = value
    data[:4] = b"PK\x03\x04"
    try:
        taken(bytes(data[: int(kept * len(data))]))
    except Refused as refused:
        said = refused.text
        assert said.endswith("。")
