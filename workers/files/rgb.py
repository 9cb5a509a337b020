"""Converting pictures to eight-bit RGB with readable contrast."""

import io
import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

_BAND_PIXELS: Final = 2**21  # of a band of rows that is converted at once
_OPAQUE: Final = 255
_SAMPLE_PIXELS: Final = 2**22  # that tell how bright a picture is


def to_rgb(image: Image.Image) -> Image.Image:
    """Return `image` as eight-bit RGB with readable contrast, whatever its mode.

    Beside the two pictures, what it holds does not grow with them.
    """
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return _from_deep(image)
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.has_transparency_data and not _is_opaque(image):
        return _on_background(image)
    return image if image.mode == "RGB" and type(image) is Image.Image else image.convert("RGB")


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Yield the picture in bands of whole rows, each with its top."""
    rows = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(image.height, top + rows)))


def _from_deep(image: Image.Image) -> Image.Image:
    """Scale 9 to 32 bits of grey to eight: integers by the bits in use, floating point by its range."""
    step = _sample_step(image)
    samples = (_deep_grey(band, step) for _, band in _bands(image))
    ranges = [(float(grey.min()), float(grey.max())) for grey in samples]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    if image.mode != "F":
        low, high = 0.0, float(2 ** max(8, int(high).bit_length()) - 1)
    rgb = Image.new("RGB", image.size)
    for top, band in _bands(image):
        scaled = np.clip((_deep_grey(band) - low) * (255 / ((high - low) or 1)), 0, 255).astype(np.uint8)
        rgb.paste(Image.fromarray(scaled).convert("RGB"), (0, top))
    return rgb


def _deep_grey(band: Image.Image, step: int = 1) -> npt.NDArray[np.float32]:
    return np.nan_to_num(np.asarray(np.asarray(band)[::step, ::step], np.float32))


def _sample_step(image: Image.Image) -> int:
    """Return the step at which pixels of a picture are looked at where some tell enough of all."""
    return max(1, math.ceil(math.sqrt(image.width * image.height / _SAMPLE_PIXELS)))


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Convert with the picture's colour profile; without one, or with a bad one, by the simple formula."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _is_opaque(image: Image.Image) -> bool:
    """Return whether an alpha channel hides nothing, as that of a screenshot."""
    return image.mode in {"RGBA", "LA"} and image.getchannel("A").getextrema() == (_OPAQUE, _OPAQUE)


def _on_background(image: Image.Image) -> Image.Image:
    """Put a transparent picture on black if its visible part is bright, else on white."""
    visible, brightness = 0.0, 0.0
    step = _sample_step(image)
    for _, band in _bands(image):
        size = (-(-band.width // step), -(-band.height // step))
        sample = _with_alpha(band).resize(size, Image.Resampling.NEAREST)
        alpha = np.asarray(sample.getchannel("A"), np.float32)
        grey = np.asarray(sample.convert("RGB").convert("L"), np.float32)
        visible += float(alpha.sum(dtype=np.float64))
        brightness += float((grey * alpha).sum(dtype=np.float64))
    is_bright = visible > 0 and brightness / visible > 127  # noqa: PLR2004 - half of white
    rgb = Image.new("RGB", image.size)
    background = Image.new("RGBA", (0, 0))
    for top, band in _bands(image):
        if background.size != band.size:  # that of the last band differs
            background = Image.new("RGBA", band.size, "black" if is_bright else "white")
        rgb.paste(Image.alpha_composite(background, _with_alpha(band)).convert("RGB"), (0, top))
    return rgb


def _with_alpha(band: Image.Image) -> Image.Image:
    return band if band.mode == "RGBA" else band.convert("RGBA")
