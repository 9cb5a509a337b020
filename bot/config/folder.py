"""The configuration folder: ocrbot.toml and prompts/*.toml, which are used together or not at all."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.config import engine_files, prompt_files
from bot.config.organisation_toml import read_organisation
from bot.config.prompt_files import Drafts
from bot.domain.organisation import FILE, Organisation, misfits
from bot.domain.problems import Problem, misconfigured
from bot.domain.prompt_set import PromptSet

Signature = tuple[tuple[str, int, int], ...]  # for each file: name, time of the last change in ns, size in bytes
_NO_DRAFTS: Final[Drafts] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The contents of a folder in which nothing is wrong."""

    prompts: PromptSet
    organisation: Organisation


def load(directory: Path) -> Config:
    """Return the configuration in `directory`; raises a single `Misconfigured` with one line per problem."""
    config, problems = read(directory)
    if config is None:
        raise misconfigured(problems)
    return config


def read(directory: Path, drafts: Drafts = _NO_DRAFTS) -> tuple[Config | None, list[Problem]]:
    """Return the configuration in `directory`, or None and the problems that keep it from being used.

    Drafts of prompt files, by their names, are used in their place.
    """
    prompts, problems = prompt_files.read(directory / "prompts", drafts)
    organisation, organisation_problems = _read_organisation_file(directory / FILE)
    problems = [*organisation_problems, *problems]
    if prompts is not None:
        problems += misfits(organisation, prompts)
    if problems or prompts is None:
        return None, problems
    return Config(prompts=prompts, organisation=organisation), []


def find_problems(directory: Path, drafts: Drafts = _NO_DRAFTS) -> list[Problem]:
    """Return all problems in `directory`, with drafts of prompt files in their place.

    Those of the engine files and missing pictures of examples do not keep the bot from using the rest.
    """
    _, problems = read(directory, drafts)
    more = [*prompt_files.find_problems(directory / "prompts", drafts), *engine_files.find_problems(directory)]
    return list(dict.fromkeys([*problems, *more]))


def signature(directory: Path) -> Signature:
    """Return a value that differs once a file was changed, added or removed."""
    return tuple(_file_stamps(directory))


def digest(directory: Path) -> str:
    """Return the hexadecimal SHA-256 of the names and contents of the files."""
    hashed = hashlib.sha256()
    for path in _configuration_files(directory):
        source = prompt_files.read_source(path)
        hashed.update(f"{path.name}\0{source}\0".encode())
    return hashed.hexdigest()


def _read_organisation_file(path: Path) -> tuple[Organisation, list[Problem]]:
    if not path.exists():
        return Organisation(), []
    source = prompt_files.read_source(path)
    return (Organisation(), [source]) if isinstance(source, Problem) else read_organisation(source)


def _configuration_files(directory: Path) -> list[Path]:
    prompts = (path for path in (directory / "prompts").glob("*.toml") if not path.name.startswith("."))
    return [directory / FILE, *sorted(prompts)]


def _file_stamps(directory: Path) -> Iterator[tuple[str, int, int]]:
    for path in _configuration_files(directory):
        try:
            stat = path.stat()
        except OSError:  # removed since it was listed, or never there
            continue
        yield path.name, stat.st_mtime_ns, stat.st_size
