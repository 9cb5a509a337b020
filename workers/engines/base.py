"""What an engine is to those who read with it: it says in which form it wants pictures, and is asked with their bytes.

So pictures can be decoded and encoded in another process than the one that has the network.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from bot.domain.document import Reading
from bot.domain.engine_profile import Profile

Size = tuple[int, int]
"""Width and height in pixels."""

RAW_RGB: Final = "application/x-rgb8"
"""The media type of pixels as they are: rows from the top, red, green and blue in a byte each, nothing else."""


class Encoding(StrEnum):
    """How a picture is encoded that does not go as it came."""

    COMPACT = "compact"  # JPEG of quality 95; lossless if it has few colours
    RAW = "raw"  # `RAW_RGB`: for an engine so near that bytes cost less than compressing them


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureForm:
    """The form in which an engine wants pictures.

    The engine scales each side of a picture to a multiple of `step` pixels and the whole to between `least_pixels` and
    `most_pixels`, and sees it in tokens of `step` by `step` pixels, with `row_tokens` more for each row and
    `frame_tokens` for the whole. A picture may take `most_tokens`; 0 stands for an engine without tokens. One whose
    long side is more than `thinnest` times its short one is not taken. Files of the `media_types` go as they came if
    they have at most `most_bytes` and about the size that the engine sees, turned ones only if it `turns` pictures
    upright by their EXIF orientation. A preview of a paper is wanted at `preview_scale` times its size.
    """

    encoding: Encoding = Encoding.RAW
    media_types: tuple[str, ...] = ()
    turns: bool = False
    most_bytes: int = 8 * 2**20
    step: int = 1
    least_pixels: int = 1
    most_pixels: int = 2**62
    thinnest: int = 2**62
    most_tokens: int = 0
    row_tokens: int = 0
    frame_tokens: int = 0
    preview_scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPicture:
    """An RGB picture as it is sent: `data` of a `media_type`, and its `size` when it is upright."""

    media_type: str
    data: bytes
    size: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """How an engine is asked, beside the picture and the prompt.

    The answer is wanted within about `timeout` seconds; `request_id` stands in the engine's log. An engine with
    priorities serves waiting requests with a lower `priority` first. One that writes answers ends them after
    `most_tokens` with `Stop.LENGTH`, sooner if the model's own limit is lower. A question that may not wait is not
    asked of an engine that has enough to do.
    """

    request_id: str = ""
    timeout: float = 120.0
    priority: int = 0
    most_tokens: int | None = None  # None for the model's own limit
    may_wait: bool = True  # False: raise `Unavailable` rather than wait for a turn


USUAL: Final = AskOptions()


class Engine(Protocol):
    """Reads the text on a picture."""

    @property
    def name(self) -> str:
        """The engine's name in settings, logs and documents, such as "rapid"."""
        ...

    @property
    def takes_prompts(self) -> bool:
        """Whether `prompt` has any effect."""
        ...

    def form(self) -> PictureForm:
        """Return the form in which pictures are to be sent at present, cached where it must be asked from a server.

        Raises `Unavailable` or `Misconfigured`.
        """
        ...

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the text on `picture`, which is in the engine's form; boxes are in pixels of `picture`.

        Raises `Refused`, `Unavailable` or `Misconfigured`. Safe to call from several threads at once.
        """
        ...


@runtime_checkable
class ProfiledEngine(Protocol):
    """An `Engine` whose model a profile describes."""

    def profile(self) -> Profile | None:
        """Return the model's profile; None if it is asked as prompt files are written.

        Raises `Unavailable` or `Misconfigured` if it has to be asked for and no answer comes.
        """
        ...


def profile_of_engine(engine: Engine) -> Profile | None:
    """Return the profile of the model that reads, None for an engine without one; raises as its `profile` does."""
    return engine.profile() if isinstance(engine, ProfiledEngine) else None
