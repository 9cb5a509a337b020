import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import segno
from PIL import Image

from bot.domain.document import Reading
from bot.domain.errors import Refused, Unavailable
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.cpu.form import CPU_FORM
from workers.files.images import OnePicture
from workers.files.undecoded import PictureFile, Size, UndecodedImage
from workers.reading.page_loop import PageLoop, PageResults

LITTLE = "收据"


def code_on_a_page() -> Image.Image:
    drawn = io.BytesIO()
    segno.make_qr("01,32,,25312000000012345678", error="m").save(drawn, kind="png", scale=6, border=4)
    page = Image.new("L", (1000, 700), 255)
    page.paste(Image.open(drawn).convert("L"), (100, 100))
    return page


@dataclass(slots=True)
class Picture:
    """A picture that goes to the engine as it came, and how often it was decoded."""

    decoded: int = 0
    is_decoded: threading.Event = field(default_factory=threading.Event)
    refused: Refused | None = None

    def image(self) -> UndecodedImage:
        return UndecodedImage(
            size=(1000, 700),
            decode=lambda _: self._grey((0, 0)).convert("RGB"),
            decode_grey=self._grey,
            file=PictureFile(media_type="image/jpeg", data=b"a picture"),
        )

    def _grey(self, _: Size) -> Image.Image:
        self.decoded += 1
        self.is_decoded.set()
        if self.refused is not None:
            raise self.refused
        return code_on_a_page()


@dataclass(slots=True)
class Engine:
    """An engine that does something while it is asked."""

    meanwhile: Callable[[], object]
    name: str = "rapid"
    takes_prompts: bool = False

    def form(self) -> PictureForm:
        return CPU_FORM

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        assert (picture.data, prompt, options.timeout) == (b"a picture", "", USUAL.timeout)
        self.meanwhile()
        return Reading(text=LITTLE)


def read(picture: Picture, engine: Engine) -> PageResults[Reading]:
    loop = PageLoop(pages=OnePicture(image=picture.image()), engine=engine)
    return loop.run(lambda page, ask: ask(page.image, ""), [0], codes=True, text_of=lambda reading: reading.text)


def test_an_engine_is_asked_before_a_picture_that_it_gets_as_it_came_is_decoded() -> None:
    picture = Picture()
    when_asked = list[int]()
    results = read(picture, Engine(lambda: when_asked.append(picture.decoded)))

    assert when_asked == [0]
    assert results.codes == {0: ("01,32,,25312000000012345678",)}


def test_codes_are_looked_for_while_the_engine_reads() -> None:
    picture = Picture()
    found = list[bool]()
    results = read(picture, Engine(lambda: found.append(picture.is_decoded.wait(20))))

    assert found == [True]
    assert results.codes == {0: ("01,32,,25312000000012345678",)}


def test_a_small_picture_is_decoded_once_for_its_codes_and_for_how_blurry_it_is() -> None:
    picture = Picture()
    results = read(picture, Engine(lambda: picture.is_decoded.wait(20)))

    assert results.blurry == ()
    assert picture.decoded == 1


def test_a_picture_that_cannot_be_decoded_is_refused_though_the_engine_has_read_it() -> None:
    broken = Refused("picture_broken", "图片已损坏")
    with pytest.raises(Refused) as refused:
        read(Picture(refused=broken), Engine(lambda: None))
    assert refused.value is broken


def test_a_picture_that_the_engine_fails_on_is_not_decoded() -> None:
    def fail() -> None:
        raise Unavailable("away")

    picture = Picture()
    with pytest.raises(Unavailable):
        read(picture, Engine(fail))
    assert picture.decoded == 0
