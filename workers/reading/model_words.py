"""Asking a model in its own words, and reading its answers in the notation that all models' answers are parsed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.document import Reading
from bot.domain.engine_profile import Profile
from bot.domain.errors import Refused
from bot.domain.prompt import TABLE_TEXT, Prompt, PromptTask
from workers.engines.base import USUAL, AskOptions, EncodedPicture, Engine, PictureForm, profile_of_engine
from workers.parsing.registry import PARSERS
from workers.reading.ask_model import PLAIN


def in_words_of(profile: Profile | None, prompt: Prompt) -> Prompt:
    """Return a prompt with the text that the model of `profile` is asked; None stands for prompt files' own words.

    Raises `Refused` if the model cannot be asked for that.
    """
    worded = _worded(profile, prompt)
    if worded is None:
        raise Refused("needs_other_model", texts.failures.needs_other_model(prompt.title))
    return worded


def candidates_in_words_of(profile: Profile | None, prompts: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Return those of the prompts that the model can be asked for, with the texts that it is asked."""
    return tuple(worded for prompt in prompts if (worded := _worded(profile, prompt)) is not None)


def _worded(profile: Profile | None, prompt: Prompt) -> Prompt | None:
    if profile is None or profile.own_texts:
        return prompt
    text = profile.text_for(prompt)
    # What the code asks for too stays in the common words, so that it is known when the same is asked again.
    common = {own: words for words, own in _own_words(profile).items()}
    return None if text is None else replace(prompt, text=common.get(text, text))


def _own_words(profile: Profile) -> Mapping[str, str]:
    """Return what the model is asked for each question that stands in the code."""
    own = {PLAIN: profile.texts[PromptTask.TEXT], TABLE_TEXT: profile.texts.get(PromptTask.TABLE, "")}
    return {words: text for words, text in own.items() if text}


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatingEngine:
    """An `Engine` for a model with a profile: what is asked in HunyuanOCR's words is asked in the model's own.

    Prompts have been worded before; what stands in the code is worded here. Answers come in the common notation.
    """

    engine: Engine
    words: Mapping[str, str]
    parse: Callable[[str], str]

    @property
    def name(self) -> str:
        """The other engine's name."""
        return self.engine.name

    @property
    def takes_prompts(self) -> bool:
        """Whether the other engine follows prompts."""
        return self.engine.takes_prompts

    def profile(self) -> Profile | None:
        """Return the other engine's profile."""
        return profile_of_engine(self.engine)

    def form(self) -> PictureForm:
        """Return the other engine's form."""
        return self.engine.form()

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the other engine's reading."""
        reading = self.engine.ask(picture, self.words.get(prompt, prompt), options=options)
        return replace(reading, text=self.parse(reading.text))


def engine_with_words_of(profile: Profile | None, engine: Engine) -> Engine:
    """Return an engine that is asked as prompt files ask; the same engine if its model is asked so anyway."""
    if profile is None or profile.own_texts:
        return engine
    return TranslatingEngine(engine=engine, words=_own_words(profile), parse=PARSERS[profile.parser])
