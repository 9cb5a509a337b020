"""A reader: a process that reads files for a worker. A socket to the worker is all that it has.

It is forked from `workers.readers.fork_server`, which has imported what reading needs. It asks the worker to ask the
engine, since it has no network.
"""

import itertools
import socket
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock, Thread
from typing import Any

from bot.domain.document import Document, Reading
from bot.domain.engine_profile import Profile
from bot.domain.errors import OcrbotError, Undecodable
from bot.domain.requests.page_picture import PagePicture
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.readers.limits import CpuAllowance
from workers.readers.messages import (
    FROM_READER,
    TO_READER,
    Answered,
    Channel,
    FileFailed,
    FileRead,
    FormAsked,
    PagePictured,
    PageRead,
    PartsAsked,
    PictureAsked,
    ReadFile,
    typed,
    untyped,
)
from workers.readers.request_parts import KnownParts
from workers.reading.document import ReadRequest, read_document
from workers.reading.held_pixels import HeldPixels
from workers.reading.meanwhile.later import Later

_STACK_BYTES = 4 * 2**20  # a thread's: it counts as memory, used or not


def serve(end: socket.socket, cpu_seconds: int) -> None:
    """Read the files that come through the socket, each with so much CPU time, until its other end is closed."""
    threading.stack_size(_STACK_BYTES)
    channel = Channel(end)
    questions, allowance = _Questions(channel=channel), CpuAllowance(seconds=cpu_seconds)
    changing, shared = Lock(), _SharedByFiles(questions=questions)

    def work(message: ReadFile, data: bytes) -> None:
        with changing:
            allowance.begin_file()
        answer = _outcome(message, data, shared)
        with changing:
            allowance.end_file()
        questions.tell(answer)

    while True:
        try:
            message, blob = channel.receive(TO_READER)
        except (EOFError, OSError, Undecodable):
            return
        if isinstance(message, Answered):
            questions.answer(message, blob)
        else:
            Thread(target=work, args=(message, blob), daemon=True).start()


def _outcome(message: ReadFile, data: bytes, shared: "_SharedByFiles") -> FileRead | FileFailed:
    engine = AskingEngine(
        name=message.engine_name, takes_prompts=message.takes_prompts, file=message.file, questions=shared.questions
    )
    try:
        return FileRead(file=message.file, document=_document(message, data, engine, shared))
    except OcrbotError as error:
        return FileFailed(file=message.file, error=typed(error))
    except MemoryError:
        return FileFailed(file=message.file)
    except Exception:  # noqa: BLE001 - the entry of a file: the worker logs the bug and answers with a sentence
        return FileFailed(file=message.file, traceback=traceback.format_exc())


def _document(message: ReadFile, data: bytes, engine: "AskingEngine", shared: "_SharedByFiles") -> Document:
    request = shared.parts.request(message.request, engine.parts)
    second = AskingEngine(
        name=message.second_name, takes_prompts=False, file=message.file, questions=engine.questions, second=True
    )

    def on_page(done: int, total: int, text: str) -> None:
        engine.questions.tell(PageRead(file=message.file, done=done, total=total, text=text))

    def on_picture(page: int, picture: PagePicture) -> None:
        pictured = PagePictured(file=message.file, page=page, width=picture.width, height=picture.height)
        engine.questions.tell(pictured, picture.data)

    return read_document(
        ReadRequest(
            file=identify(data),
            prompt=request.prompt,
            candidates=request.candidates,
            today=request.today,
            companies=request.companies,
            window=PageWindow(first=request.first_page, most=request.most_pages),
            request_id=request.request_id,
            behind=request.behind,
            roots=message.roots,
        ),
        engine,
        second=second if message.second_name else None,
        on_page=on_page,
        on_picture=on_picture if request.pictures else None,
        held=shared.held,
        later=shared.later,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SharedByFiles:
    """What the files in a reader share."""

    questions: "_Questions"
    held: HeldPixels = field(default_factory=HeldPixels)
    later: Later = field(default_factory=Later)
    parts: KnownParts = field(default_factory=KnownParts)


@dataclass(slots=True, kw_only=True)
class _OpenQuestion:
    """A question that waits for its answer."""

    answered: threading.Event = field(default_factory=threading.Event)
    answer: Answered | None = None
    blob: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questions:
    """The questions to the engine that this process has asked its worker."""

    channel: Channel
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    open: dict[int, _OpenQuestion] = field(default_factory=dict)

    def ask(self, make: Callable[[int], Any], blob: bytes = b"") -> tuple[Answered, bytes]:
        """Return the answer to a question and the bytes that came with it; raises what the engine raised."""
        number, question = next(self.numbers), _OpenQuestion()
        self.open[number] = question
        self.channel.send(FROM_READER, make(number), blob)
        question.answered.wait()
        answer = question.answer
        if answer is None:
            raise EOFError
        if answer.error is not None:
            raise untyped(answer.error)
        return answer, question.blob

    def answer(self, message: Answered, blob: bytes) -> None:
        """Pass an answer on to who waits for it."""
        question = self.open.pop(message.question)
        question.answer, question.blob = message, blob
        question.answered.set()

    def tell(self, message: object, blob: bytes = b"") -> None:
        """Tell the worker something that needs no answer, with the bytes that belong to it."""
        self.channel.send(FROM_READER, message, blob)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingEngine:
    """The `Engine` of one file, which has the worker ask the real one, or the `second` one."""

    name: str
    takes_prompts: bool
    file: int
    questions: _Questions
    described: list[tuple[PictureForm, Profile | None]] = field(default_factory=list)  # once it was asked for
    second: bool = False

    def profile(self) -> Profile | None:
        """Return the profile of the engine's model, None if it has none."""
        return self._described()[1]

    def form(self) -> PictureForm:
        """Return the form in which the engine wanted pictures when this file first needed it."""
        return self._described()[0]

    def parts(self, digests: Sequence[str]) -> bytes:
        """Return parts of the file's request."""
        make = partial(PartsAsked, file=self.file, digests=tuple(digests))
        return self.questions.ask(lambda number: make(question=number))[1]

    def _described(self) -> tuple[PictureForm, Profile | None]:
        if not self.described:
            answer, _ = self.questions.ask(
                lambda number: FormAsked(file=self.file, question=number, second=self.second)
            )
            if answer.form is None:
                raise TypeError("an answer without a form")
            self.described.append((answer.form, answer.profile))
        return self.described[0]

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the engine's reading of a picture."""
        answer, _ = self.questions.ask(
            lambda number: PictureAsked(
                file=self.file,
                question=number,
                second=self.second,
                media_type=picture.media_type,
                size=picture.size,
                prompt=prompt,
                options=options,
            ),
            picture.data,
        )
        if answer.reading is None:
            raise TypeError("an answer without a reading")
        return answer.reading
