"""What an engine answers about the files of trials is kept; about others nothing is."""

from datetime import date

import pytest

from bot.domain.document import Document, Reading
from bot.domain.errors import Unavailable
from bot.domain.prompt import Prompt
from bot.domain.trials import Call
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture
from workers.recorded import RecordedEngine, RecordedFiles, RecordedReader

PICTURE = EncodedPicture(media_type="image/png", data=b"x", size=(30, 20))


class Echo:
    """An engine that answers with its prompt."""

    name, takes_prompts = "echo", True

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        return Reading(text=prompt)


class Reader:
    """A reader that asks twice, and fails afterwards if it `is_down`."""

    engine_name = "echo"

    def __init__(self, engine: RecordedEngine, *, is_down: bool = False) -> None:
        self.engine, self.is_down = engine, is_down

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        for word in ("one", "two"):
            self.engine.ask(PICTURE, word, options=AskOptions(request_id=request.request_id))
        if self.is_down:
            raise Unavailable("down")
        return Document(prompt="text", title="文字", engine="echo", seconds=0.0, pages=1, text="")

    def own_seconds(self, seconds: float) -> float:
        return seconds

    def warm_up(self) -> None: ...

    def close(self) -> None: ...


def kept_of(*, is_trial: bool, is_down: bool = False) -> dict[str, list[Call]]:
    kept: dict[str, list[Call]] = {}
    files = RecordedFiles()
    engine = RecordedEngine(engine=Echo(), files=files)
    reader = RecordedReader(reader=Reader(engine, is_down=is_down), files=files, keep=kept.__setitem__)
    request = FileRequest(
        prompt=Prompt(name="text", title="", text=""), today=date(2026, 1, 1), request_id="a-0", is_trial=is_trial
    )
    if is_down:
        with pytest.raises(Unavailable):
            reader.read(b"", request, lambda _done, _all, _text: None)
    else:
        reader.read(b"", request, lambda _done, _all, _text: None)
    return kept


@pytest.mark.parametrize("is_down", [False, True])
def test_the_answers_about_a_trial_are_kept_in_their_order(*, is_down: bool) -> None:
    (calls,) = kept_of(is_trial=True, is_down=is_down).values()
    assert [(call.prompt, call.width, call.height, call.reading.text) for call in calls] == [
        ("one", 30, 20, "one"),
        ("two", 30, 20, "two"),
    ]


def test_of_other_files_nothing_is_kept() -> None:
    assert kept_of(is_trial=False) == {}
