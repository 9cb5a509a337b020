"""A second engine beside the model: it is heard where nothing else can check, never waited for, and may stand in."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from PIL import Image

from bot.config.prompt_files import load
from bot.domain.document import Agreement, Box, Document, Line, Reading, Status, Stop
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable
from bot.domain.prompt import Prompt
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.second import MOST_OPEN, SecondEngine
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document
from workers.reading.second_engine import beside

PROMPTS = load(Path(__file__).resolve().parents[3] / "config" / "prompts")
AS_GOOD = next(prompt for prompt in PROMPTS.prompts if prompt.name == "contract")
CONTRACT = replace(AS_GOOD, cpu_as_good=False)
PRINTED = {"合同名称": "购销合同", "甲方": "青州商贸有限公司", "乙方": "临淄五金厂"}
DETECTED = "购销合同\n甲方：青州商贸有限公司\n乙方：临淄五金厂\n签订日期：2025年3月1日\n合同编号：A1"


@dataclass
class Model:
    """Follows prompts: gives the printed values as JSON, or the text."""

    error: OcrbotError | None = None
    before: Callable[[], object] = lambda: None
    name: str = "hunyuan"
    takes_prompts: bool = True

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.before()
        if self.error is not None:
            raise self.error
        return Reading(text=json.dumps(PRINTED, ensure_ascii=False) if "JSON" in prompt else DETECTED)


@dataclass
class Lines:
    """Gives lines with boxes: the labels and values that it is made with."""

    values: Mapping[str, str]
    stop: Stop = Stop.DONE
    error: OcrbotError | None = None
    before: Callable[[], object] = lambda: None
    name: str = "rapid"
    takes_prompts: bool = False
    asked: list[AskOptions] = field(default_factory=list)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        self.asked.append(options)
        self.before()
        if self.error is not None:
            raise self.error
        lines = [
            Line(text=f"{label}：{value}", box=Box(left=20, top=top, right=600, bottom=top + 24), confidence=0.99)
            for top, (label, value) in zip(range(20, 900, 60), self.values.items(), strict=False)
        ]
        return Reading(text="\n".join(line.text for line in lines), lines=tuple(lines), stop=self.stop)


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(data, "PNG")
    return data.getvalue()


def read(
    model: Model, second: Lines | None, prompt: Prompt = CONTRACT, *, candidates: tuple[Prompt, ...] = ()
) -> Document:
    request = ReadRequest(
        file=identify(picture()), prompt=prompt, candidates=candidates, today=date(2026, 1, 1), request_id="t"
    )
    return read_document(request, model, second=second)


def second_of(document: Document) -> dict[str, Agreement | None]:
    return {one.name: one.second for one in document.fields if one.name in PRINTED}


def test_both_readings_are_compared() -> None:
    document = read(Model(), Lines({"甲方": "青州商贸有限公司", "乙方": "临淄五金广"}))
    assert second_of(document) == {"合同名称": None, "甲方": Agreement.SAME, "乙方": Agreement.DIFFERENT}
    by_name = {one.name: one for one in document.fields}
    assert by_name["甲方"].status is Status.UNCHECKED
    assert by_name["乙方"].status is Status.DOUBTFUL
    assert by_name["乙方"].value == "临淄五金厂"
    assert "临淄五金广" in by_name["乙方"].doubts[0]


def test_without_a_second_engine_nothing_is_said() -> None:
    assert set(second_of(read(Model(), None)).values()) == {None}


@pytest.mark.parametrize("error", [Unavailable("busy"), Misconfigured("no token"), Refused("picture_broken", "坏了")])
def test_a_second_engine_that_fails_changes_nothing(error: OcrbotError) -> None:
    assert read(Model(), Lines(PRINTED, error=error)).fields == read(Model(), None).fields


def test_a_second_reading_that_was_cut_short_is_not_used() -> None:
    assert set(second_of(read(Model(), Lines(PRINTED, stop=Stop.TIME))).values()) == {None}


def test_a_second_engine_that_is_late_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside.WaitAllowance, "wait_for", lambda *_: None)  # no time is left
    never = Event()
    second = Lines(PRINTED, before=lambda: never.wait(60))
    assert set(second_of(read(Model(), second)).values()) == {None}
    never.set()


def test_it_reads_while_the_first_one_reads() -> None:
    both = Barrier(2, timeout=60)
    document = read(Model(before=both.wait), Lines(PRINTED, before=both.wait))
    assert second_of(document)["甲方"] is Agreement.SAME


def test_what_has_no_fields_to_compare_is_not_read_twice() -> None:
    second = Lines(PRINTED)
    assert read(Model(), second, PROMPTS.default).text == DETECTED
    assert second.asked == []


def test_a_kind_that_is_recognised_is_compared_too() -> None:
    second = Lines(PRINTED)
    document = read(Model(), second, PROMPTS.default, candidates=(CONTRACT,))
    assert document.prompt == "contract"
    assert second_of(document)["乙方"] is Agreement.SAME
    assert [options.may_wait for options in second.asked] == [False]


# -- while the first engine is away


def test_it_stands_in_for_kinds_that_it_reads_as_well() -> None:
    document = read(Model(error=Unavailable("refused")), Lines(PRINTED), AS_GOOD)
    assert (document.engine, document.instead_of, document.credit) == ("rapid", "hunyuan", None)
    assert {one.name: one.value for one in document.fields if one.value} == PRINTED


def test_other_kinds_wait() -> None:
    second = Lines(PRINTED)
    with pytest.raises(Unavailable, match="refused"):
        read(Model(error=Unavailable("refused")), second)
    assert not any(options.may_wait for options in second.asked)  # nothing was read instead


def test_a_file_whose_kind_is_unknown_is_answered_if_it_is_such_a_kind() -> None:
    away = Model(error=Unavailable("refused"))
    titled = {**PRINTED, "签订日期": "2025年3月1日", "合同编号": "A1"}
    document = read(away, Lines(titled), PROMPTS.default, candidates=(AS_GOOD,))
    assert (document.prompt, document.instead_of) == ("contract", "hunyuan")
    with pytest.raises(Unavailable, match="refused"):
        read(away, Lines({"品名": "钉子"}), PROMPTS.default, candidates=(AS_GOOD,))


def test_a_wrong_setting_is_not_hidden() -> None:
    with pytest.raises(Misconfigured):
        read(Model(error=Misconfigured("no token")), Lines(PRINTED), AS_GOOD)


# -- its load


def test_questions_that_may_not_wait_are_dropped_while_it_is_busy() -> None:
    busy, go = Barrier(MOST_OPEN + 1, timeout=60), Event()

    def hold() -> None:
        busy.wait()
        go.wait(60)

    slow = Lines(PRINTED, before=hold)
    engine = SecondEngine(engine=slow)
    asked = EncodedPicture(media_type="image/png", data=b"", size=(1, 1))
    spare = AskOptions(may_wait=False)
    threads = [Thread(target=engine.ask, args=(asked, ""), kwargs={"options": spare}) for _ in range(MOST_OPEN)]
    for thread in threads:
        thread.start()
    busy.wait()
    slow.before = lambda: None
    with pytest.raises(Unavailable, match="busy"):
        engine.ask(asked, "", options=spare)
    assert engine.ask(asked, "", options=AskOptions()).lines
    go.set()
    for thread in threads:
        thread.join()
    assert engine.ask(asked, "", options=spare).lines
