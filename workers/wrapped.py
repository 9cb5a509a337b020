"""What an engine or a reader of files passes on unchanged where something is done around its answers."""

from dataclasses import dataclass

from bot.domain.engine_profile import Profile
from workers.engines.base import Engine, PictureForm, profile_of_engine
from workers.readers.base import FileReader


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedEngine:
    """All of an `Engine` but `ask`, which a kind of it writes around that of `engine`."""

    engine: Engine

    @property
    def name(self) -> str:
        """The engine's own name."""
        return self.engine.name

    @property
    def takes_prompts(self) -> bool:
        """Whether the engine takes prompts."""
        return self.engine.takes_prompts

    def form(self) -> PictureForm:
        """Return the engine's form."""
        return self.engine.form()

    def profile(self) -> Profile | None:
        """Return the profile of the engine's model."""
        return profile_of_engine(self.engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedReader:
    """All of a `FileReader` but `read`, which a kind of it writes around that of `reader`."""

    reader: FileReader

    @property
    def engine_name(self) -> str:
        """The name of the engine that reads pictures."""
        return self.reader.engine_name

    def own_seconds(self, seconds: float) -> float:
        """Return what the reader does."""
        return self.reader.own_seconds(seconds)

    def warm_up(self) -> None:
        """Have the reader get ready."""
        self.reader.warm_up()

    def close(self) -> None:
        """End the reader's processes."""
        self.reader.close()
