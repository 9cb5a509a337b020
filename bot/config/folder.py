"""The configuration folder as a whole: ocrbot.toml and prompts/*.toml, which hold together or not at all."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config import prompt_files
from bot.config.organisation_toml import read_organisation
from bot.domain.organisation import FILE, Organisation, misfits
from bot.domain.problems import Problem, misconfigured
from bot.domain.prompt_set import PromptSet

Signature = tuple[tuple[str, int, int], ...]  # of each file its name, when it was changed (ns) and its bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an admin edits, good to be used."""

    prompts: PromptSet
    organisation: Organisation


def load(directory: Path) -> Config:
    """Return the configuration in `directory`; raises one `Misconfigured` with a line a problem."""
    config, problems = read(directory)
    if config is None:
        raise misconfigured(problems)
    return config


def read(directory: Path) -> tuple[Config | None, list[Problem]]:
    """Return the configuration in `directory`, or None and what keeps it from being used."""
    prompts, problems = prompt_files.read(directory / "prompts")
    organisation, own = _organisation(directory / FILE)
    problems = [*own, *problems]
    if prompts is not None:
        problems += misfits(organisation, prompts)
    if problems or prompts is None:
        return None, problems
    return Config(prompts=prompts, organisation=organisation), []


def find_problems(directory: Path) -> list[Problem]:
    """Return all that is wrong in `directory`: what keeps it from being used, and examples without their pictures."""
    _, problems = read(directory)
    return [*problems, *(one for one in prompt_files.find_problems(directory / "prompts") if one not in problems)]


def signature(directory: Path) -> Signature:
    """Return what changes when a file is changed, comes or goes."""
    return tuple(_stamps(directory))


def digest(directory: Path) -> str:
    """Return a hash of all that the files hold, the same on every host with the same files."""
    hashed = hashlib.sha256()
    for path in _paths(directory):
        source = prompt_files.read_source(path)
        hashed.update(f"{path.name}\0{source}\0".encode())
    return hashed.hexdigest()


def _organisation(path: Path) -> tuple[Organisation, list[Problem]]:
    if not path.exists():
        return Organisation(), []
    source = prompt_files.read_source(path)
    return (Organisation(), [source]) if isinstance(source, Problem) else read_organisation(source)


def _paths(directory: Path) -> list[Path]:
    prompts = (path for path in (directory / "prompts").glob("*.toml") if not path.name.startswith("."))
    return [directory / FILE, *sorted(prompts)]


def _stamps(directory: Path) -> Iterator[tuple[str, int, int]]:
    for path in _paths(directory):
        try:
            found = path.stat()
        except OSError:  # gone since it was listed, or never there
            continue
        yield path.name, found.st_mtime_ns, found.st_size
