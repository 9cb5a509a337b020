"""Reading images with an engine: each is encoded in the form that the engine wants before the engine is asked."""

from dataclasses import dataclass, field, replace

from PIL.Image import Image

from bot.domain.document import Box, Line, Reading
from workers.engines.base import USUAL, AskOptions, EncodedPicture, Encoding, Engine, PictureForm, Size
from workers.engines.picture_encoding import encode
from workers.engines.picture_form import goes_unchanged, seen_size
from workers.files.undecoded import UndecodedImage
from workers.reading.held_pixels import HeldPixels
from workers.reading.upright.straightened import scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReader:
    """Reads images with an engine. `held` bounds what is decoded at once; waiting for the engine counts nothing."""

    engine: Engine
    held: HeldPixels = field(default_factory=HeldPixels)

    def read(self, image: Image, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the text on `image`, an upright RGB picture, as `Engine.ask` does; boxes are in pixels of `image`."""
        picture = self._encoded(image, self.engine.form())
        reading = self.engine.ask(picture, prompt, options=options)
        return in_pixels_of(reading, picture.size, image.size)

    def to_decode(self, image: Image) -> UndecodedImage | None:
        """Return `image` if it must be decoded before the engine is asked; None if it is, or goes as it came."""
        if not isinstance(image, UndecodedImage) or _unchanged(image, self.engine.form()) is not None:
            return None
        return image

    def _encoded(self, image: Image, form: PictureForm) -> EncodedPicture:
        """Return `image` in the form: its file as it came, or encoded anew, once for all that is asked about it."""
        if not isinstance(image, UndecodedImage):
            with self.held.during(image):
                return encode(image, form)
        picture = _unchanged(image, form) or image.made.get(form)
        if picture is None:
            target = seen_size(image.size, form)
            with self.held.during(image):
                picture = encode(image.pixels(target), form, target)
            if form.encoding is Encoding.COMPACT:
                image.made[form] = picture
        return picture


def _unchanged(image: UndecodedImage, form: PictureForm) -> EncodedPicture | None:
    file = image.file
    if (
        file is None
        or (file.turned and not form.turns)
        or not goes_unchanged(form, image.size, file.media_type, len(file.data))
    ):
        return None
    return EncodedPicture(media_type=file.media_type, data=file.data, size=image.size)


def in_pixels_of(reading: Reading, sent: Size, size: Size) -> Reading:
    """Return a reading of a picture that was `sent` in another size than it has, with the boxes in its own pixels."""
    if sent == size or not reading.lines:
        return reading
    across, down = size[0] / sent[0], size[1] / sent[1]
    sideways = reading.straightening is not None and reading.straightening.quarters % 2
    across, down = (down, across) if sideways else (across, down)
    return replace(
        reading,
        lines=tuple(_scaled_line(line, across, down) for line in reading.lines),
        straightening=reading.straightening and scaled(reading.straightening, across, down),
    )


def _scaled_line(line: Line, across: float, down: float) -> Line:
    box = line.box
    if box is None:
        return line
    left, top = int(box.left * across), int(box.top * down)
    right, bottom = max(left + 1, round(box.right * across)), max(top + 1, round(box.bottom * down))
    return replace(line, box=Box(left=left, top=top, right=right, bottom=bottom))
