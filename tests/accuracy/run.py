"""Measure how many fields the CPU engine gets right, and whether a wrong one was ever marked ✅."""

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from time import perf_counter

from bot.domain.document import Document
from bot.domain.errors import Refused
from bot.domain.prompts import PromptSet
from bot.prompt_files import load
from tests.accuracy.cases import Case, drawn_cases, real_cases, sample_cases
from tests.accuracy.remembering import Remembering
from tests.accuracy.scoring import Score, Verdict, score_fields, score_phrases, worse
from tests.accuracy.table import by_field, load_verdicts, save, table
from workers.engines.base import Engine
from workers.reading import read_document

_ROOT = Path(__file__).resolve().parents[2]
_CACHE = _ROOT / ".cache" / "accuracy"
_TODAY = date(2026, 1, 1)  # the same every time; nothing drawn is later
_EACH, _EACH_QUICKLY = 20, 5


def main() -> int:
    """Return 1 where a wrong value was marked ✅, else 0."""
    options = _options()
    prompts = load(_ROOT / "config" / "prompts")
    started = perf_counter()
    engine = Remembering(_CACHE / "readings")
    try:
        scores = [score for case in _cases(options) for score in _scored(case, prompts, engine)]
    finally:
        engine.close()
    about = _about(perf_counter() - started)
    _report(scores, about, details=options.details)
    if options.json:
        save(scores, about, options.json)
    if options.against:
        _compare(scores, options.against)
    return int(any(one.misled for one in scores))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{_EACH_QUICKLY} drawn documents of each kind, not {_EACH}"
    )
    parser.add_argument("--kind", action="append", default=[], help="only this kind: 合同, 火车票, real, samples")
    parser.add_argument("--details", action="store_true", help="name every field that is not right")
    parser.add_argument("--json", type=Path, help="write the scores here")
    parser.add_argument("--against", type=Path, help="name what is worse than in the scores of this file")
    return parser.parse_args()


def _cases(options: argparse.Namespace) -> Iterator[Case]:
    each = _EACH_QUICKLY if options.quick else _EACH
    every = chain(real_cases(), sample_cases(), drawn_cases(each, _CACHE / "pictures"))
    return (case for case in every if not options.kind or case.kind in options.kind)


def _scored(case: Case, prompts: PromptSet, engine: Engine) -> Sequence[Score]:
    prompt = prompts.named(case.prompt)
    if prompt is None:
        print(f"{case.name}: not measured, there is no prompt {case.prompt}", file=sys.stderr)
        return ()
    try:
        document = read_document(case.load(), prompt, (), engine, today=_TODAY)
    except Refused as error:
        print(f"{case.name}: refused, {error}", file=sys.stderr)
        document = _nothing(case)
    where = {"case": case.name, "kind": case.kind, "condition": case.condition}
    return (*score_fields(document, case.truth, **where), *score_phrases(document.text, case.phrases, **where))


def _nothing(case: Case) -> Document:
    return Document(prompt=case.prompt, title="", engine="", seconds=0, pages=0, text="")


def _about(seconds: float) -> dict[str, str]:
    return {
        "date": f"{datetime.now(tz=UTC):%Y-%m-%d}",
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "seconds": f"{seconds:.0f}",
    }


def _report(scores: Sequence[Score], about: dict[str, str], *, details: bool) -> None:
    print(table(scores), "Not always right:", by_field(scores), sep="\n\n")
    if details:
        for one in scores:
            if one.verdict is not Verdict.RIGHT:
                print(
                    f"{one.verdict} {'✅' if one.checked else '  '} {one.case} {one.field}: {one.expected} | {one.got}"
                )
    for one in scores:
        if one.misled:
            print(f"WRONG AND ✅: {one.case}, {one.field}: {one.got} for {one.expected}")
    print("\n" + ", ".join(f"{name}: {value}" for name, value in about.items()))


def _compare(scores: Sequence[Score], file: Path) -> None:
    declined = worse(scores, load_verdicts(file))
    for one in declined:
        print(f"worse: {one.case}, {one.field}: {one.got or 'missing'} for {one.expected}")
    print(f"{len(declined)} fields are worse than in {file}")


if __name__ == "__main__":
    sys.exit(main())
