"""What an engine passes on unchanged where something is done around its answers."""

from dataclasses import dataclass

from bot.domain.engine_profile import Profile
from workers.engines.base import Engine, PictureForm, profile_of_engine


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
