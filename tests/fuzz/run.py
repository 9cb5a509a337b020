"""`make fuzz`: files damaged by chance are read or refused; anything else is a bug.

Each batch is read in a process of its own with limits of memory and CPU time, by an engine that answers at once. The
seed and number of each file that ends in anything but a document or `Refused` are printed, and the file is kept.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tests.fakes.embedded_files import digital_xml, invoice_xml, ofd, pdf, zipped
from tests.fakes.hostile_files import run_length_bmp
from tests.fakes.lying_pdfs import LyingPdf
from tests.fakes.measured_reading import Cost, costs
from tests.fakes.mutated_files import mutated
from tests.fakes.outlined_ofd import outlined_ofd, scanned_ofd
from tests.fakes.paged_files import page, png, scanned, tiff

_ROOT = Path(__file__).resolve().parents[2]
_BESIDE = _ROOT.parent / "shared" / "cases"
_BATCH = 50
_MOST_ORIGINAL = 2**20  # bytes: larger ones only take longer


def originals() -> list[bytes]:
    """Return small files of every format, with the samples and, where they are, the real cases."""
    picture = page(300, 200)
    made = [
        ofd(attached=invoice_xml()),
        outlined_ofd([(20, 20, 5, "行程单"), (20, 40, 4, "合计106.50元")]),
        scanned_ofd(picture),
        invoice_xml().encode(),
        digital_xml().encode(),
        pdf([(30, 30, "发票号码：24992000000001234567")]),
        LyingPdf(seen=["合计"], hidden=["1.00"], scan=picture).data(),
        scanned(picture, picture),
        tiff(picture, picture),
        tiff(picture.convert("L"), compression="tiff_adobe_deflate"),
        png(picture),
        png(picture.convert("RGBA")),
        run_length_bmp(100, 100, b"\x64\1\0\0" * 100 + b"\0\1"),
        zipped({"1.png": png(picture), "2.xml": invoice_xml()}),
    ]
    files = [file for folder in (_ROOT / "config" / "samples", _BESIDE) for file in folder.rglob("*.*")]
    kinds = {".jpg", ".png", ".webp", ".tif", ".bmp", ".gif", ".heic", ".pdf", ".ofd", ".xml", ".docx"}
    found = [file for file in sorted(files) if file.suffix.lower() in kinds and "hostile" not in file.parts]
    return made + [file.read_bytes() for file in found if file.stat().st_size <= _MOST_ORIGINAL]


def failures(seed: int, number: int) -> Iterator[tuple[int, Cost, bytes]]:
    """Yield number, outcome and bytes of each file that was neither read nor refused."""
    files = mutated(originals(), seed=seed, number=number)
    with tempfile.TemporaryDirectory() as folder:
        first = 0
        while batch := list(islice(files, _BATCH)):
            paths = [Path(folder) / str(first + index) for index in range(len(batch))]
            for path, data in zip(paths, batch, strict=True):
                path.write_bytes(data)
            for index, (cost, data) in enumerate(zip(costs(paths), batch, strict=True)):
                if not cost.outcome.replace("_", "").isalpha():
                    yield first + index, cost, data
            for path in paths:
                path.unlink()
            first += len(batch)
            sys.stderr.write(f"{first} files\n")


def main(arguments: Sequence[str]) -> int:
    """Read damaged files; return 1 if any ended otherwise than it should."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("--number", type=int, default=10_000, help="of files")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files")
    parser.add_argument("--keep", type=Path, default=_ROOT / ".cache" / "fuzz", help="the folder for files that fail")
    chosen = parser.parse_args(arguments)
    bad = 0
    for index, cost, data in failures(chosen.seed, chosen.number):
        bad += 1
        chosen.keep.mkdir(parents=True, exist_ok=True)
        (chosen.keep / f"{chosen.seed}-{index}").write_bytes(data)
        sys.stdout.write(f"seed {chosen.seed}, file {index}: {cost.outcome} ({cost.seconds} s, {cost.megabytes} MB)\n")
        sys.stdout.flush()
    sys.stdout.write(f"{chosen.number} files, {bad} neither read nor refused\n")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
