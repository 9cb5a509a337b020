"""A model that vLLM serves, as its file in config/engines describes it: how it is told, asked and read; its terms."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.domain.document import Credit
from bot.domain.errors import Misconfigured
from bot.domain.prompt import FIELDS, FIELDS_AS_JSON, Prompt, PromptTask, list_of

SETTING: Final = "OCRBOT_ENGINE__PROFILE"

EU: Final = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
"""The members of the European Union by their ISO 3166-1 codes, as of 2026."""


class UnknownProfile(Misconfigured):
    """No profile fits a model, or none has the name that was set."""


class TokenFormula(StrEnum):
    """How many tokens a picture takes that is seen as so many columns and rows of squares, apart from a constant."""

    GRID = "grid"  # one for each square
    GRID_WITH_ROW_ENDS = "grid_with_row_ends"  # one for each square, and one at the end of each row


class ParserName(StrEnum):
    """What brings a model's answers into the notation that `workers.parsing` reads; the registry there has each."""

    HUNYUAN = "hunyuan"
    GLM = "glm"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionRule:
    """What vLLM takes for an endless loop: a pattern of so many tokens that occurs so many times."""

    min_pattern_size: int
    max_pattern_size: int
    min_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence by its name, where it does not apply, and what it wants people to be told."""

    name: str
    url: str = ""
    excluded: tuple[str, ...] = ()  # ISO 3166-1 codes of territories, and EU
    names_provider: bool = False  # the service must say who provides it
    notice: str = ""  # for the last line of every reply and for files
    terms: str = ""  # for files: what their readers may not do

    def excludes(self, territory: str) -> bool:
        """Return whether the licence does not apply in a territory, an ISO 3166-1 code."""
        return territory in self.excluded or ("EU" in self.excluded and territory in EU)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What tells a model: its names, commits of its repository, and keys of its files with their values.

    A model whose config.json fits one version, and whose generation_config.json another one of the same repository, is
    neither.
    """

    names: tuple[str, ...]  # parts of served names, in lower case; the longest that fits decides
    revisions: tuple[str, ...] = ()
    config: Mapping[str, str | float | bool] = field(default_factory=dict)  # keys of config.json: vision_config.depth
    generation_config: Mapping[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One model: how it samples, between how many pixels it sees a picture, what it is asked and how it answers.

    The size at which a picture is seen has sides that are multiples of `side_multiple`.
    """

    name: str  # the file's stem: hunyuanocr_1_0
    title: str = ""  # for people: HunyuanOCR
    version: str = ""  # of the model: 1.0
    engine: str = "hunyuan"  # in documents and statistics; what was read under it stays readable
    repository: str = ""  # on Hugging Face's hub
    signs: Signs = Signs(names=())
    sampling: Mapping[str, float | int]
    stop: tuple[str, ...] = ()  # texts that end an answer
    repetition: RepetitionRule | None = None
    least_pixels: int
    most_pixels: int
    side_multiple: int
    token_formula: TokenFormula
    extra_tokens: int  # that a picture takes besides those of the formula
    most_tokens: int  # of an answer
    context: int  # tokens, of the picture and of the answer, for which it is served
    limits_pixels_by_flag: bool = False  # whether the server is told the most pixels
    system: str | None = None  # the system message; None: there is none
    own_texts: bool = False  # whether prompt files are written in this model's words
    texts: Mapping[PromptTask, str] = field(default_factory=dict)
    parser: ParserName
    licence: Licence
    native: bool = False  # whether vLLM implements the model itself, instead of through its generic backend

    @property
    def served_name(self) -> str:
        """The name under which the model is served, which tells its version."""
        return f"{self.repository}-{self.version}" if self.version else self.repository

    @property
    def credit(self) -> Credit:
        """Whose output an answer is."""
        return Credit(model=self.title, notice=self.licence.notice, terms=self.licence.terms)

    def text_for(self, prompt: Prompt) -> str | None:
        """Return what the model is asked for a prompt, None if it cannot be asked for that."""
        if self.own_texts:
            return prompt.text
        text = self.texts.get(prompt.task)
        return None if text is None else _filled(text, [spec.name for spec in prompt.fields])

    def serves(self, *names: str) -> int:
        """Return how well a model's served names fit this profile: the length of the longest sign in them, 0 for none.

        The path of a folder says nothing.
        """
        text = " ".join(name for name in names if not name.startswith(("/", "."))).lower().replace("_", ".")
        return max((len(sign) for sign in self.signs.names if sign in text), default=0)


def _filled(text: str, names: Sequence[str]) -> str:
    empty = json.dumps(dict.fromkeys(names, ""), ensure_ascii=False, indent=4)
    return text.replace(FIELDS_AS_JSON, empty).replace(FIELDS, list_of(names))


def profile_named(name: str, profiles: Sequence[Profile]) -> Profile:
    """Return the profile of this name; raises `UnknownProfile` with the names that there are."""
    found = next((profile for profile in profiles if profile.name == name), None)
    if found is None:
        raise UnknownProfile(f"{SETTING} is {name}, but there is no such file in config/engines: {_listed(profiles)}")
    return found


def profile_of(profiles: Sequence[Profile], *names: str) -> Profile:
    """Return the profile that knows a model by the names under which it is served.

    Raises `UnknownProfile` if none does.
    """
    best = max(profiles, key=lambda profile: profile.serves(*names), default=None)
    if best is None or not best.serves(*names):
        choice = " or ".join(dict.fromkeys(profile.served_name for profile in profiles))
        raise UnknownProfile(
            f"no profile in config/engines knows the model served as {', '.join(filter(None, names)) or '(nothing)'}: "
            f"start it with --served-model-name {choice}, whichever it is, or with `ocrbot engine`, which reads it "
            f"from the model; or set {SETTING} ({_listed(profiles)})"
        )
    return best


def profile_of_revision(profiles: Sequence[Profile], model: str, revision: str) -> Profile | None:
    """Return the profile that names a commit of the repository `model`, None if none does."""
    pinned = (one for one in profiles if model == one.repository and revision in one.signs.revisions)
    return next(pinned, None)


def profile_of_files(
    profiles: Sequence[Profile], config: Mapping[str, object], generation_config: Mapping[str, object]
) -> Profile:
    """Return the profile that fits a model's config.json, the one with most signs first.

    Raises `UnknownProfile` if none fits, or if its generation_config.json tells another version.
    """
    fitting = [profile for profile in profiles if profile.signs.config and _has(config, profile.signs.config)]
    if not fitting:
        raise UnknownProfile(
            f"no profile in config/engines fits this model's config.json ({_signs_in(config, profiles)}): set "
            f"{SETTING} to the one that fits ({_listed(profiles)}), or write one"
        )
    found = max(fitting, key=lambda profile: len(profile.signs.config))
    other = next((profile for profile in profiles if _contradicts(profile, found, generation_config)), None)
    if other is not None:
        said = ", ".join(f"{key} {value}" for key, value in other.signs.generation_config.items())
        raise UnknownProfile(
            f"this model's config.json is that of {found.name}, but its generation_config.json ({said}) that of "
            f"{other.name}: set {SETTING} to the one that it is"
        )
    return found


def _contradicts(other: Profile, found: Profile, generation_config: Mapping[str, object]) -> bool:
    signs = other.signs.generation_config
    return (
        other.repository == found.repository
        and bool(signs)
        and signs != found.signs.generation_config
        and _has(generation_config, signs)
    )


def _signs_in(config: Mapping[str, object], profiles: Sequence[Profile]) -> str:
    """Return what config.json says of what tells the models of its type apart."""
    kind = config.get("model_type")
    alike = [profile.signs.config for profile in profiles if profile.signs.config.get("model_type") == kind]
    keys = dict.fromkeys(key for signs in alike for key in signs if key != "model_type")
    values = [f"{key} {_value_at(config, key)}" for key in keys]
    return ", ".join([str(kind or "no model_type"), *values])


def _has(values: Mapping[str, object], signs: Mapping[str, str | float | bool]) -> bool:
    return all(_value_at(values, key) == value for key, value in signs.items())


def _value_at(values: Mapping[str, object], dotted: str) -> object:
    """Return the value of a key; one of the text model stands in text_config, in older files at the top."""
    text = values.get("text_config")
    if isinstance(text, Mapping) and dotted != "model_type" and dotted in text:
        return text[dotted]
    value: object = values
    for key in dotted.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChoice:
    """How a deployment finds the profile of the model that it meets, and where the model is used."""

    profiles: tuple[Profile, ...]
    named: Profile | None = None  # by the settings; None: it is told from the model
    territory: str = ""  # an ISO 3166-1 code; "": not stated

    def of(self, *names: str) -> Profile:
        """Return the profile of a model with these names; raises `UnknownProfile` if there is none."""
        return self.named or profile_of(self.profiles, *names)

    def require_allowed(self) -> None:
        """Raise `Misconfigured` if the licence of the named model, or of any that may be met, forbids its use.

        Which model is met is not known yet where none is named: then only a territory must be stated, if any of them
        excludes some.
        """
        if self.named is not None:
            require_licence(self.named, self.territory)
            return
        for profile in self.profiles if not self.territory else ():
            if why := refusal(profile, self.territory):
                raise Misconfigured(f"{why}; or set {SETTING}, if another model is served")


def refusal(profile: Profile, territory: str) -> str:
    """Return why a model's licence forbids its use in `territory`, an ISO 3166-1 code, "" if it does not.

    An empty `territory` is one that nobody stated.
    """
    licence = profile.licence
    where = ", ".join(licence.excluded)
    if territory and licence.excludes(territory):
        return (
            f"{profile.title} may not be used in {territory}: the {licence.name} does not apply in {where}; choose "
            f"another model (OCRBOT_ENGINE__MODEL, {SETTING}) or OCRBOT_ENGINE__KIND=rapid"
        )
    if not territory and licence.excluded:
        return (
            f"OCRBOT_TERRITORY is not set: the {licence.name} of {profile.title} does not apply in {where}, so say in "
            "which country it is used, such as OCRBOT_TERRITORY=CN (ISO 3166)"
        )
    return ""


def require_licence(profile: Profile, territory: str) -> None:
    """Raise `Misconfigured` if the model's licence does not allow its use in `territory`, or if that is not stated."""
    if why := refusal(profile, territory):
        raise Misconfigured(why)


def _listed(profiles: Iterable[Profile]) -> str:
    return ", ".join(profile.name for profile in profiles) or "there is none"
