"""The model of the fake vLLM: as repeatable as a real one at temperature 0, but its answers make no sense."""

import base64
import binascii
import hashlib
import io
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

VOCABULARY = 60
_SPECIAL = ("<ref>", "</ref>", "<quad>", "</quad>")
_RANDOM = np.random.default_rng(5)
_BASE = _RANDOM.normal(0, 2, VOCABULARY)
_WEIGHTS = _RANDOM.normal(0, 1, (24 * 24 * 3, VOCABULARY))

Floats = npt.NDArray[np.float64]


class BadPictureError(Exception):
    pass


class GiantPictureError(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    size: tuple[int, int]
    digest: str
    features: Floats  # small, smooth: two forms of one picture are close


BLANK = Picture(size=(0, 0), digest="", features=np.zeros(24 * 24 * 3))


@lru_cache(maxsize=16)
def decode(address: str) -> Picture:
    head, _, body = address.partition(",")
    if not head.startswith("data:image/"):
        raise BadPictureError(f"not a picture: {head[:40]}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(base64.b64decode(body, validate=True))) as image:
                picture = ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError as error:
        raise GiantPictureError(str(error)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, binascii.Error) as error:
        raise BadPictureError(f"cannot identify image file: {error}") from error
    small = np.asarray(picture.resize((24, 24), Image.Resampling.BOX), np.float64).ravel() / 255
    digest = hashlib.sha256(picture.tobytes()).hexdigest()[:12]
    return Picture(size=picture.size, digest=digest, features=small)


def picture_tokens(size: tuple[int, int], most_pixels: int, least_pixels: int = 512 * 512) -> int:
    if size == (0, 0):
        return 0
    if max(size) / min(size) > 200:
        raise BadPictureError(f"absolute aspect ratio must be smaller than 200, got {max(size) / min(size)}")
    across, down = (round(side / 32) for side in size)
    if across * down * 1024 > most_pixels:
        scale = math.sqrt(size[0] * size[1] / most_pixels) * 32
        across, down = (max(1, int(side / scale)) for side in size)
    elif across * down * 1024 < least_pixels:
        scale = math.sqrt(least_pixels / (size[0] * size[1])) / 32
        across, down = (math.ceil(side * scale) for side in size)
    return down * (across + 1) + 2


def text_tokens(text: str) -> int:
    return len(text.encode()) // 2


def chances(picture: Picture, place: int, noise: float, seed: int) -> list[tuple[int, float]]:
    """Return the 20 likeliest tokens at one index of an answer, the likeliest first, as id and log-probability."""
    turned = np.roll(picture.features - picture.features.mean(), place)
    scores = _BASE + 1.5 * turned @ _WEIGHTS + np.random.default_rng(seed).normal(0, noise, VOCABULARY)
    scores -= np.log(np.exp(scores - scores.max()).sum()) + scores.max()
    return [(int(token), float(scores[token])) for token in np.argsort(-scores)[:20]]


def pieces(text: str, loop: str, *, special: bool) -> Iterator[str]:
    """Yield a text two characters at a time, then its loop for ever."""
    if not special:
        for mark in _SPECIAL:
            text = text.replace(mark, "")
    return chain((text[at : at + 2] for at in range(0, len(text), 2)), repeat(loop) if loop else ())


def example_of(schema: Mapping[str, Any]) -> Any:
    """Return a value that a JSON schema allows; raises `ValueError` if it is not a valid schema."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
        return {name: example_of(part) for name, part in properties.items()}
    simple = {"string": "字", "integer": 1, "number": 1.5, "boolean": True, "null": None, "array": []}
    if kind not in simple:
        raise ValueError(f"Unsupported schema type: {kind}")
    return simple[kind]


def pictures_of(messages: Sequence[Mapping[str, Any]]) -> tuple[list[str], str]:
    """Return the pictures' addresses and all the text of a conversation."""
    addresses, text = [], []
    for message in messages:
        content: Any = message["content"]
        parts: list[dict[str, Any]] = [{"text": content}] if isinstance(content, str) else content
        for part in parts:
            if "image_url" in part:
                addresses.append(str(part["image_url"]["url"]))
            else:
                text.append(str(part["text"]))
    return addresses, "".join(text)
