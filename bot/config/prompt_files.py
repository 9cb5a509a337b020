"""The prompt files of a folder, each checked by itself and against the others.

Drafts are texts by file names (`invoice.toml`), which stand in the place of files that may not exist
yet; None stands for a file that is to be gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bot.config.prompt_toml import PromptSource, read_prompt
from bot.domain.problems import Problem, misconfigured
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet, clashes, shared_words

Drafts = Mapping[str, str | None]
_NO_DRAFTS: Drafts = MappingProxyType({})


def load(directory: Path) -> PromptSet:
    """Return the prompts of `directory`/*.toml by file name; raises a single `Misconfigured`, one line per problem."""
    prompts, problems = read(directory)
    if prompts is None:
        raise misconfigured(problems)
    return prompts


def read(directory: Path, drafts: Drafts = _NO_DRAFTS) -> tuple[PromptSet | None, list[Problem]]:
    """Return the prompts of `directory`/*.toml, or None and the problems that keep them from being used."""
    sources, problems = _read_folder(directory, drafts)
    if not problems:
        problems = [_with_line(problem, sources) for problem in clashes(source.prompt for source in sources)]
    if problems:
        return None, problems
    prompts = PromptSet(
        prompts=tuple(source.prompt for source in sources),
        examples=tuple(example for source in sources for example in source.examples),
    )
    return prompts, []


def find_problems(directory: Path, drafts: Drafts = _NO_DRAFTS) -> list[Problem]:
    """Return all problems of the prompts of `directory`, in each file and between files.

    An example whose picture is missing is a problem too; its path is relative to the parent of `directory`.
    """
    sources, problems = _read_folder(directory, drafts)
    good = [source for source in sources if not source.problems]
    is_complete = len(good) == len(sources) and not problems
    # The default prompt is not missing if its file has problems.
    between = [
        problem for problem in clashes(source.prompt for source in good) if is_complete or "missing" not in problem.what
    ]
    words = shared_words(source.prompt for source in sources)
    problems += [_with_line(problem, sources) for problem in dict.fromkeys((*between, *words))]
    for example in (example for source in good for example in source.examples):
        if not (directory.parent / example.image).is_file():
            what = f'"{example.image}" is not there, in {directory.parent}'
            problems.append(Problem(file=f"{example.prompt}.toml", key="examples.image", what=what))
    return problems


def _with_line(problem: Problem, sources: Sequence[PromptSource]) -> Problem:
    """Return a problem between files with the line of its key."""
    lines = next((source.lines for source in sources if f"{source.prompt.name}.toml" == problem.file), {})
    return replace(problem, line=lines.get(problem.key, 0))


def _read_folder(directory: Path, drafts: Drafts) -> tuple[list[PromptSource], list[Problem]]:
    there = {path for path in directory.glob("*.toml") if not path.name.startswith(".")}
    removed = {directory / name for name, text in drafts.items() if text is None}
    paths = sorted((there | {directory / name for name in drafts}) - removed)
    if not paths:
        return [], [Problem(file=str(directory), what="no prompt files (*.toml) are there")]
    sources = [_read_file(path, drafts.get(path.name)) for path in paths]
    return sources, [problem for source in sources for problem in source.problems]


def _read_file(path: Path, draft: str | None) -> PromptSource:
    source = read_source(path) if draft is None else draft
    return _unreadable(source) if isinstance(source, Problem) else _read_text(source, path.stem)


@lru_cache(maxsize=256)  # who writes in one file has the others read again with each pause
def _read_text(source: str, name: str) -> PromptSource:
    return read_prompt(source, name=name)


def read_source(path: Path) -> str | Problem:
    """Return the text of a file, or the problem that keeps it from being read."""
    try:
        return path.read_bytes().decode("utf-8-sig")  # some editors write a byte order mark
    except OSError as error:
        return Problem(file=path.name, what=f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return Problem(file=path.name, what=f"not UTF-8 at byte {error.start}")


def _unreadable(problem: Problem) -> PromptSource:
    empty = Prompt(name=problem.file.removesuffix(".toml"), title="", text="")
    return PromptSource(prompt=empty, examples=(), problems=(problem,))
