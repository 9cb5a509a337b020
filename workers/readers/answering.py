"""What a worker answers when a reader asks for the engine."""

from bot.domain.errors import OcrbotError
from workers.engines.base import EncodedPicture, Engine, profile_of_engine
from workers.readers.messages import Answered, FormAsked, PictureAsked, typed


def answer_of(engine: Engine, asked: FormAsked | PictureAsked, picture: bytes) -> Answered:
    """Ask an engine what a reader wants to know, and return what it said or raised."""
    try:
        if isinstance(asked, FormAsked):
            return Answered(question=asked.question, form=engine.form(), profile=profile_of_engine(engine))
        reading = engine.ask(
            EncodedPicture(media_type=asked.media_type, data=picture, size=asked.size),
            asked.prompt,
            options=asked.options,
        )
        return Answered(question=asked.question, reading=reading)
    except OcrbotError as error:
        return Answered(question=asked.question, error=typed(error))
