"""`make flips`: signed files with one bit flipped. Each flip is found, or nothing that is read differs.

Found: the answer says that the content was changed, or the file is refused as broken. Silent: nothing is said of the
signature, but all that is read is the same as before. Unseen: the file counts as intact, and so does all that is read:
the bit was in padding, in a time stamp of the zip or in a name that nothing reads. Missed: what is read differs, and
nothing was said. A file that is missed makes the command fail.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bot.config.prompt_files import load
from bot.cores import available_cores
from bot.domain.document import Document, Reading, SignatureState
from bot.domain.errors import Refused
from bot.domain.prompt_set import PromptSet
from tests.fakes.embedded_files import QR, VALUES, invoice_xml, ofd, pdf
from tests.fakes.no_engine import NoEngine
from tests.fakes.signed_files import growing, signed_ofd
from tests.fakes.signers import cms, ecdsa_signer, rsa_signer, seal_signature, sm2_signer
from workers.engines.base import EncodedPicture
from workers.files.file_type import identify
from workers.files.format_protocol import OpenRequest
from workers.files.registry import open_file
from workers.reading.document import ReadRequest, read_document

_ROOT = Path(__file__).parents[2]
_REAL = _ROOT.parent / "shared" / "cases" / "999.ofd"
_AT_ONCE = 20  # flips that a process is handed
_shared: "list[Flips]" = []  # with each process of a pool


class Flip(StrEnum):
    CHANGED = "found: changed after signing"
    REFUSED = "found: refused"
    SILENT = "silent: nothing said, all is read as before"
    UNSEEN = "unseen: intact, all is read as before"
    MISSED = "missed"


def made_files() -> Mapping[str, bytes]:
    """Return a small file of each form."""
    by_sm2, by_rsa = sm2_signer(), rsa_signer()
    invoice = ofd(
        attached=invoice_xml(code=QR),
        properties={"发票号码": VALUES["InvoiceNo"]},
        printed=[[("1", "青州增值税电子普通发票"), ("2", "价税合计（大写） 壹佰零陆圆整 （小写）￥106.00")]],
    )
    page = growing(pdf([(50, 40, "青州增值税电子普通发票"), (50, 80, "发票号码：12345678"), (50, 120, "￥106.00")]))
    twice = page.signed(by_sm2, seal=(300, 300, 400, 380)).signed(by_rsa, seal=(100, 300, 200, 380))
    return {
        "seal.ofd": signed_ofd(invoice, by_sm2),
        "old_seal.ofd": signed_ofd(invoice, by_sm2, value=lambda who, what: seal_signature(who, what, version=1)),
        "message.ofd": signed_ofd(invoice, by_rsa, value=cms),
        "two_seals.ofd": signed_ofd(invoice, by_sm2, by_rsa),
        "sm2.pdf": page.signed(by_sm2).data,
        "rsa.pdf": page.signed(by_rsa).data,
        "ecdsa.pdf": page.signed(ecdsa_signer()).data,
        "twice.pdf": twice.data,
    }


def real_files() -> Mapping[str, bytes]:
    """Return the real ones that lie beside the checkout and that nobody altered."""
    return {"999.ofd": _REAL.read_bytes()} if _REAL.exists() else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """The bits that are flipped in each of some files, which are read as they are first."""

    files: Mapping[str, bytes]
    before: Mapping[str, Document]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "Flips":
        """Return those of files that count as intact; raises `AssertionError` for one that does not."""
        before = {name: _read(data) for name, data in files.items()}
        for name, document in before.items():
            if document.signature is None or document.signature.state is not SignatureState.INTACT:
                raise AssertionError(f"{name} is not intact to begin with")
        return cls(files=files, before=before)

    def chosen(self, number: int, seed: int) -> Iterator[tuple[str, int]]:
        """Yield the names of the files in turn, each with a bit; the same ones for the same seed."""
        rng = random.Random(seed)  # noqa: S311 - the same bits again
        names = [*self.files]
        for turn in range(number):
            name = names[turn % len(names)]
            yield name, rng.randrange(8 * len(self.files[name]))

    def became(self, one: tuple[str, int]) -> tuple[str, int, Flip]:
        """Flip a bit of a file, and return what became of it."""
        name, bit = one
        return name, bit, outcome(self.files[name], bit, self.before[name])


def flips(files: Mapping[str, bytes], number: int, seed: int) -> Iterator[tuple[str, int, Flip]]:
    """Yield the name of the file, the bit that was flipped and what became of it, in turn for all files."""
    of_files = Flips.of(files)
    yield from map(of_files.became, of_files.chosen(number, seed))


def flips_side_by_side(files: Mapping[str, bytes], number: int, seed: int) -> Iterator[tuple[str, int, Flip]]:
    """Yield the same, from a process for each core."""
    of_files = Flips.of(files)
    with get_context("fork").Pool(available_cores(), initializer=_share, initargs=(of_files,)) as pool:
        yield from pool.imap(_became, of_files.chosen(number, seed), chunksize=_AT_ONCE)


def _share(of_files: Flips) -> None:
    _shared.append(of_files)


def _became(one: tuple[str, int]) -> tuple[str, int, Flip]:
    return _shared[-1].became(one)


def outcome(data: bytes, bit: int, before: Document) -> Flip:
    flipped = bytearray(data)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        with open_file(OpenRequest(file=identify(bytes(flipped)))) as opened:
            if opened.signature is not None and opened.signature.state is SignatureState.CHANGED:
                return Flip.CHANGED
        after = _read(bytes(flipped))
    except Refused:
        return Flip.REFUSED
    if _shown(after) != _shown(before):
        return Flip.MISSED
    return Flip.SILENT if after.signature is None else Flip.UNSEEN


def _read(data: bytes) -> Document:
    prompts = _prompts()
    request = ReadRequest(
        file=identify(data), prompt=prompts.default, candidates=prompts.candidates, today=date(2024, 6, 1)
    )
    return read_document(request, _BlindEngine())


class _BlindEngine(NoEngine):
    """Reads nothing on a page that has become a picture."""

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        return Reading(text="")


@cache
def _prompts() -> PromptSet:
    return load(_ROOT / "config" / "prompts")


def _shown(document: Document) -> tuple[Any, ...]:
    return document.prompt, document.text, document.fields, document.rows, document.doubts, document.pages


def main() -> int:
    parser = argparse.ArgumentParser(prog="make flips ARGS=…")
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["ofd", "pdf"], default="", help="only files of this kind")
    wanted = parser.parse_args()
    files = {name: data for name, data in {**made_files(), **real_files()}.items() if name.endswith(wanted.kind)}
    counts: dict[str, Counter[Flip]] = {}
    for name, bit, became in flips_side_by_side(files, wanted.number, wanted.seed):
        counts.setdefault(name, Counter())[became] += 1
        if became is Flip.MISSED:
            print(f"missed: bit {bit} of {name}, seed {wanted.seed}", flush=True)
    for name, of_file in counts.items():
        print(f"{name}: {', '.join(f'{count} {became}' for became, count in sorted(of_file.items()))}")
    total = sum(counts.values(), Counter[Flip]())
    print(f"all: {', '.join(f'{count} {became}' for became, count in sorted(total.items()))}")
    return int(total[Flip.MISSED] > 0)


if __name__ == "__main__":
    sys.exit(main())
