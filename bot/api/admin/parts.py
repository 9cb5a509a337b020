"""What is given to the admins' part of the API."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from bot.api.admin.examples import ExampleRunner
from bot.api.admin.prompt_set import PromptSetReader
from bot.api.admin.trials import PromptTrials
from bot.api.parts import Given
from bot.config.editing.draft import PromptFolder
from bot.storage.house.house_reader import HouseReader


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminParts:
    """The parts behind the routes that only admins may call."""

    folder: PromptFolder
    prompt_set: PromptSetReader
    trials: PromptTrials
    examples: ExampleRunner
    house: HouseReader


def admin_parts(parts: Given) -> AdminParts:
    """Return the admins' parts; the routes that ask for them are served only where there are any."""
    if parts.admin is None:
        raise TypeError
    return parts.admin


GivenAdmin = Annotated[AdminParts, Depends(admin_parts)]
