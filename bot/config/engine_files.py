"""The engine files of a folder: the models that vLLM may serve, each checked by itself and against the others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from bot.config.engine_model import EngineFile, WordingTable
from bot.config.file_types import is_key
from bot.config.file_validation import validate_strictly
from bot.config.prompt_files import read_source
from bot.config.toml_file import KeyPath, parse_toml
from bot.domain.engine_profile import Licence, Profile, RepetitionRule, Signs
from bot.domain.problems import Problem, misconfigured
from bot.domain.prompt import PromptTask

FOLDER = "engines"
_SHIPPED = Path(__file__).resolve().parents[2] / "config" / FOLDER


def load(config: Path) -> tuple[Profile, ...]:
    """Return the profiles in `config`/engines, in the order of their names.

    Without such a folder, as in configurations that are older than it, they are those of the project. Raises a single
    `Misconfigured`, one line per problem.
    """
    profiles, problems = _read_folder(_folder_in(config))
    if problems:
        raise misconfigured(problems)
    return profiles


def find_problems(config: Path) -> list[Problem]:
    """Return all problems of the engine files that `load` would read."""
    return _read_folder(_folder_in(config))[1]


def read_engine(source: str, *, name: str) -> tuple[Profile | None, list[Problem]]:
    """Return the profile in the TOML `source` of `name`.toml, or None and all problems of the file."""
    toml = parse_toml(source, name=f"{FOLDER}/{name}.toml")
    if toml.error:
        return None, [toml.error]
    file, problems = validate_strictly(EngineFile, toml)
    if not is_key(name):
        problems.append(toml.problem((), "the file's name must be lower-case letters, digits and _, a letter first"))
    if file is None:
        return None, problems
    problems += [toml.problem(path, what) for path, what in _breaches(file)]
    return (None, problems) if problems else (_converted(file, name=name), [])


def _folder_in(config: Path) -> Path:
    return config / FOLDER if (config / FOLDER).is_dir() else _SHIPPED


def _read_folder(folder: Path) -> tuple[tuple[Profile, ...], list[Problem]]:
    paths = sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))
    if not paths:
        return (), [Problem(file=str(folder), what="no engine files (*.toml) are there: copy the project's own")]
    profiles: list[Profile] = []
    problems: list[Problem] = []
    for path in paths:
        source = read_source(path)
        if isinstance(source, Problem):
            problems.append(replace(source, file=f"{FOLDER}/{source.file}"))
            continue
        profile, found = read_engine(source, name=path.stem)
        profiles += [profile] if profile else []
        problems += found
    return tuple(profiles), [*problems, *_shared_signs(profiles)]


def _shared_signs(profiles: Sequence[Profile]) -> Iterator[Problem]:
    for one, other in combinations(profiles, 2):
        for sign in sorted({*one.signs.names} & {*other.signs.names}):
            yield Problem(
                file=f"{FOLDER}/{other.name}.toml", key="signs.names", what=f'holds "{sign}", as {one.name}.toml does'
            )


def _breaches(file: EngineFile) -> Iterator[tuple[KeyPath, str]]:
    if not file.signs.names:
        yield ("signs", "names"), "must hold a part of the names under which the model is served"
    if file.pictures.least_pixels >= file.pictures.most_pixels:
        yield ("pictures", "least_pixels"), "must be less than most_pixels"
    squares = file.pictures.most_pixels // file.pictures.side_multiple**2
    if file.answers.context <= squares:
        yield ("answers", "context"), f"must be more than the {squares} tokens of the largest picture"
    repetition = file.answers.repetition
    if repetition is not None and repetition.min_pattern_size > repetition.max_pattern_size:
        yield ("answers", "repetition", "min_pattern_size"), "must not be more than max_pattern_size"


def _converted(file: EngineFile, *, name: str) -> Profile:
    pictures, answers = file.pictures, file.answers
    return Profile(
        name=name,
        title=file.title,
        version=file.version,
        engine=file.engine,
        repository=file.repository,
        signs=Signs(**dict(file.signs)),
        sampling=answers.sampling,
        stop=answers.stop,
        repetition=RepetitionRule(**dict(answers.repetition)) if answers.repetition else None,
        least_pixels=pictures.least_pixels,
        most_pixels=pictures.most_pixels,
        side_multiple=pictures.side_multiple,
        token_formula=pictures.tokens,
        extra_tokens=pictures.extra_tokens,
        limits_pixels_by_flag=pictures.limit_by_flag,
        most_tokens=answers.most_tokens,
        context=answers.context,
        system=file.prompts.system,
        own_texts=file.prompts.own_texts,
        texts=_texts(file.prompts),
        parser=file.parser,
        licence=Licence(**dict(file.licence)),
        native=file.native,
    )


def _texts(table: WordingTable) -> dict[PromptTask, str]:
    values = dict(table)
    return {task: values[task.value] for task in PromptTask if values[task.value]}
