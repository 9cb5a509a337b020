"""What is given to the admins' part of the API."""

from dataclasses import dataclass

from bot.api.admin.examples import ExampleRunner
from bot.api.admin.prompt_set import PromptSetReader
from bot.api.admin.trials import PromptTrials
from bot.config.editing.draft import PromptFolder
from bot.storage.house.chat_documents import ChatDocuments
from bot.storage.house.house_reader import HouseReader


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminParts:
    """The parts behind the routes that only admins may call."""

    folder: PromptFolder
    prompt_set: PromptSetReader
    trials: PromptTrials
    examples: ExampleRunner
    house: HouseReader
    chats: ChatDocuments
