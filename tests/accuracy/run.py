"""Measure how much the CPU engine gets right, and whether a wrong value was ever marked ✅."""

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from time import perf_counter

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.document import Document
from bot.domain.errors import Refused
from bot.domain.prompt_set import PromptSet
from tests.accuracy.cached_engine import CachedEngine
from tests.accuracy.cases import Case, drawn_cases, fingerprint, real_cases, sample_cases
from tests.accuracy.composed_sheets import composed_sheets, real_sheets
from tests.accuracy.scoring import Score, Verdict, score_fields, score_phrases, score_rows, worse
from tests.accuracy.sheet_scoring import SheetScore, score_sheet, sheets_table
from tests.accuracy.spelling import Spelling, spelling, spelling_table
from tests.accuracy.table import by_field, load_verdicts, save, table
from workers.engines.base import Engine
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

_ROOT = Path(__file__).resolve().parents[2]
_CACHE = _ROOT / ".cache" / "accuracy"
_TODAY = date(2026, 1, 1)  # the same every time; nothing drawn is later
_EACH, _EACH_QUICKLY = 20, 5
_SHEETS, _SHEETS_QUICKLY = 10, 2  # of each kind
_SEVERAL = "混贴"


def main() -> int:
    """Return 1 if a wrong value was marked ✅ or a required warning is missing, otherwise 0."""
    options = _options()
    prompts = load(_ROOT / "config" / "prompts")
    started = perf_counter()
    engine = CachedEngine(_CACHE / "readings", runtime=options.runtime)
    try:
        results = [_measured(case, prompts, engine) for case in _cases(options)]
        sheets = [*_measured_sheets(options, prompts, engine)]
        silent = [*_silent_prompts(prompts, engine), *(result.silent for result in results if result.silent)]
    finally:
        engine.close()
    about = _about(perf_counter() - started)
    scores = [score for one in results for score in one.scores]
    _report(scores, about, details=options.details)
    _report_more(
        [spelt for one in results for spelt in one.spelt], [row for one in results for row in one.rows], silent
    )
    _report_sheets(sheets)
    if options.json:
        save([*scores, *(row for one in results for row in one.rows)], about, options.json)
    if options.against:
        _compare(scores, options.against)
    misled = [one for result in results for one in (*result.scores, *result.rows) if one.misled]
    misled += [one for sheet in sheets for one in sheet.fields if one.misled]
    return int(bool(misled) or bool(silent) or any(sheet.crossing for sheet in sheets))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{_EACH_QUICKLY} drawn documents of each kind, not {_EACH}"
    )
    parser.add_argument("--kind", action="append", default=[], help="only this kind: 合同, 火车票, 混贴, real")
    parser.add_argument(
        "--runtime",
        choices=["onnxruntime", "openvino", "openvino-bf16"],
        default="onnxruntime",
        help="what reads",
    )
    parser.add_argument("--details", action="store_true", help="name every field that is not right")
    parser.add_argument("--json", type=Path, help="write the scores here")
    parser.add_argument("--against", type=Path, help="name what is worse than in the scores of this file")
    return parser.parse_args()


def _cases(options: argparse.Namespace) -> Iterator[Case]:
    each = _EACH_QUICKLY if options.quick else _EACH
    every = chain(real_cases(), sample_cases(), drawn_cases(each, _CACHE / "pictures"))
    return (case for case in every if not options.kind or case.kind in options.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """The scores of one file: of its fields or phrases, its table, its text; and a required warning that is missing."""

    scores: tuple[Score, ...] = ()
    rows: tuple[Score, ...] = ()
    spelt: tuple[Spelling, ...] = ()
    silent: str = ""


def _measured(case: Case, prompts: PromptSet, engine: Engine) -> _Measured:
    prompt = prompts.named(case.prompt)
    if prompt is None:
        return _Measured(silent=f"{case.name}: not measured, there is no prompt {case.prompt}")
    try:
        document = read_document(ReadRequest(file=identify(case.load()), prompt=prompt, today=_TODAY), engine)
    except Refused as error:
        print(f"{case.name}: refused, {error}", file=sys.stderr)
        document = _empty_document(case)
    where = {"case": case.name, "kind": case.kind, "condition": case.condition}
    in_lines = where | {"kind": f"{case.kind} 明细"}
    is_silent = case.spoilt and texts.warnings.bar_code_unread("运单号") not in document.doubts
    return _Measured(
        scores=(*score_fields(document, case.truth, **where), *score_phrases(document.text, case.phrases, **where)),
        rows=score_rows(document, case.rows, **in_lines) if case.rows else (),
        spelt=(spelling(case.text, document.text, **where),) if case.text else (),
        silent=f"{case.name}: the bar code is spoilt, and that was not said" if is_silent else "",
    )


def _measured_sheets(options: argparse.Namespace, prompts: PromptSet, engine: Engine) -> Iterator[SheetScore]:
    """Yield the scores of sheets with several papers, of which no kind is named."""
    if options.kind and _SEVERAL not in options.kind:
        return
    each = _SHEETS_QUICKLY if options.quick else _SHEETS
    for sheet in chain(real_sheets(), composed_sheets(each, _CACHE / "pictures" / fingerprint())):
        request = ReadRequest(
            file=identify(sheet.data), prompt=prompts.default, candidates=prompts.candidates, today=_TODAY
        )
        yield score_sheet(read_document(request, engine), sheet)


def _silent_prompts(prompts: PromptSet, engine: Engine) -> list[str]:
    """Return a sentence for each prompt that needs the model but is not refused on this engine for that reason."""
    silent = []
    for prompt in prompts.prompts:
        if not prompt.needs_model:
            continue
        try:
            read_document(ReadRequest(file=identify(b""), prompt=prompt, today=_TODAY), engine)
        except Refused as error:
            if error.reason == "needs_model":
                continue
        silent.append(f"{prompt.name}: does not say that it needs the model")
    return silent


def _empty_document(case: Case) -> Document:
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
                mark = "✅" if one.checked else "⚠️" if one.doubted else "  "
                print(f"{one.verdict} {mark} {one.case} {one.field}: {one.expected} | {one.got}")
    for one in scores:
        if one.misled:
            print(f"WRONG AND ✅: {one.case}, {one.field}: {one.got} for {one.expected}")
    print("\n" + ", ".join(f"{name}: {value}" for name, value in about.items()))


def _report_more(spelt: Sequence[Spelling], rows: Sequence[Score], silent: Sequence[str]) -> None:
    if rows:
        by_column = [replace(one, field=one.field.partition(".")[2]) for one in rows]
        print("Lines of invoices, by cell:", table(rows), "Not always right:", by_field(by_column), sep="\n\n")
        for one in rows:
            if one.misled:
                print(f"WRONG AND ✅: {one.case}, {one.field}: {one.got} for {one.expected}")
    if spelt:
        print("Texts, by character:", spelling_table(spelt), sep="\n\n")
    for promise in silent:
        print(f"NOT SAID: {promise}")


def _report_sheets(sheets: Sequence[SheetScore]) -> None:
    if sheets:
        print("Sheets with several papers:", sheets_table(sheets), sep="\n\n")
    for one in sheets:
        if not one.is_clean:
            print(f"{one.name}: {one.found} of {one.papers} papers, {one.surplus} too many")
        for said in one.crossing:
            print(f"FROM ANOTHER PAPER: {said}")


def _compare(scores: Sequence[Score], file: Path) -> None:
    declined = worse(scores, load_verdicts(file))
    for one in declined:
        print(f"worse: {one.case}, {one.field}: {one.got or 'missing'} for {one.expected}")
    print(f"{len(declined)} fields are worse than in {file}")


if __name__ == "__main__":
    sys.exit(main())
