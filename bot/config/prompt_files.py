"""The prompt files of a folder, each checked by itself and against the others."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.config.prompt_toml import PromptSource, read_prompt
from bot.domain.problems import Problem, misconfigured
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet, clashes, shared_words


def load(directory: Path) -> PromptSet:
    """Return the prompts of `directory`/*.toml by file name; raises a single `Misconfigured`, one line per problem."""
    prompts, problems = read(directory)
    if prompts is None:
        raise misconfigured(problems)
    return prompts


def read(directory: Path) -> tuple[PromptSet | None, list[Problem]]:
    """Return the prompts of `directory`/*.toml, or None and the problems that keep them from being used."""
    sources, problems = _read_folder(directory)
    if not problems:
        problems = [_with_line(problem, sources) for problem in clashes(source.prompt for source in sources)]
    if problems:
        return None, problems
    prompts = PromptSet(
        prompts=tuple(source.prompt for source in sources),
        examples=tuple(example for source in sources for example in source.examples),
    )
    return prompts, []


def find_problems(directory: Path) -> list[Problem]:
    """Return all problems of the prompts of `directory`, in each file and between files.

    An example whose picture is missing is a problem too; its path is relative to the parent of `directory`.
    """
    sources, problems = _read_folder(directory)
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


def _read_folder(directory: Path) -> tuple[list[PromptSource], list[Problem]]:
    paths = sorted(path for path in directory.glob("*.toml") if not path.name.startswith("."))
    if not paths:
        return [], [Problem(file=str(directory), what="no prompt files (*.toml) are there")]
    sources = [_read_file(path) for path in paths]
    return sources, [problem for source in sources for problem in source.problems]


def _read_file(path: Path) -> PromptSource:
    source = read_source(path)
    return _unreadable(source) if isinstance(source, Problem) else read_prompt(source, name=path.stem)


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
