"""Prompt files as they are edited: read with what tells one state of a file from another, checked, written."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.config import folder as config_folder
from bot.config.atomic_write import replace_bytes
from bot.config.file_types import is_key
from bot.config.prompt_toml import read_prompt
from bot.domain.checking.role_uses import LostRole, lost_roles
from bot.domain.errors import Misconfigured
from bot.domain.problems import Problem
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet

MOST_BYTES = 256 * 1024  # of a prompt file; the longest that comes with the bot has 6 KB


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """The text of a prompt file; `tag` differs where its bytes do."""

    text: str
    tag: str


class ChangedMeanwhile(Exception):  # noqa: N818 - says what happened
    """The file is not as it was when the editor read it; `tag` is the one of now, "" if it is gone."""

    def __init__(self, tag: str) -> None:
        super().__init__("the file was changed meanwhile")
        self.tag = tag


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCheck:
    """What is wrong with a draft. `elsewhere` are problems in other files that it causes: it cannot be used either."""

    problems: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    prompt: Prompt | None = None  # as it would be used; None if anything is wrong in it
    prompts: PromptSet | None = None  # the whole set with it; None if anything is wrong in any file
    lost: tuple[LostRole, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it may be written."""
        return not self.problems and not self.elsewhere


class PromptFolder:
    """The folder `prompts` of a configuration folder, for those who edit it."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self._folder = config / "prompts"

    @property
    def is_writable(self) -> bool:
        """Whether files may be written there: not where the folder is mounted to be read only."""
        return os.access(self._folder, os.W_OK | os.X_OK)

    def names(self) -> list[str]:
        """Return the names of all prompt files, faulty ones too, without their ending."""
        return sorted(path.stem for path in self._folder.glob("*.toml") if not path.name.startswith("."))

    def source(self, name: str) -> SourceFile | None:
        """Return a file's text, None if there is no such file; bytes that are no UTF-8 are replaced."""
        data = self._bytes(name)
        if data is None:
            return None
        return SourceFile(text=data.decode("utf-8-sig", errors="replace"), tag=_tag(data))

    def check(self, name: str, text: str) -> DraftCheck:
        """Return what is wrong with `text` as the file `name`, by itself and among the others."""
        file = f"{name}.toml"
        found = config_folder.find_problems(self.config, {file: text})
        before = {str(problem) for problem in config_folder.find_problems(self.config)}
        own = tuple(sorted((one for one in found if one.file == file), key=lambda one: one.line))
        elsewhere = tuple(one for one in found if one.file != file and str(one) not in before)
        if own:
            return DraftCheck(problems=own, elsewhere=elsewhere)
        config, _ = config_folder.read(self.config, {file: text})
        prompt = read_prompt(text, name=name).prompt
        prompts = config.prompts if config is not None else None
        return DraftCheck(elsewhere=elsewhere, prompt=prompt, prompts=prompts, lost=lost_roles(prompt))

    def check_without(self, name: str) -> DraftCheck:
        """Return what would be wrong with the others if the file `name` were gone."""
        found = config_folder.find_problems(self.config, {f"{name}.toml": None})
        before = {str(problem) for problem in config_folder.find_problems(self.config)}
        return DraftCheck(elsewhere=tuple(one for one in found if str(one) not in before))

    def remove(self, name: str, *, tag: str) -> None:
        """Remove a file, which stays in the accepted sets that have it.

        Raises `ChangedMeanwhile` if the file has another tag, `Misconfigured` if it cannot be removed.
        """
        with _alone(self._folder):
            before = self._bytes(name)
            found = "" if before is None else _tag(before)
            if before is None or found != tag:
                raise ChangedMeanwhile(found)
            try:
                (self._folder / f"{name}.toml").unlink()
            except OSError as error:
                raise Misconfigured(f"{name}.toml cannot be removed: {error.strerror}") from error

    def write(self, name: str, text: str, *, tag: str) -> str:
        """Write a checked text and return its tag.

        `tag` is that of the file which it replaces, "" if it is to be new. Raises `ChangedMeanwhile` if the file has
        another one, `Misconfigured` if it cannot be written.
        """
        data = text.encode()
        with _alone(self._folder):
            before = self._bytes(name)
            found = "" if before is None else _tag(before)
            if found != tag:
                raise ChangedMeanwhile(found)
            replace_bytes(self._folder / f"{name}.toml", data)
        return _tag(data)

    def _bytes(self, name: str) -> bytes | None:
        if not is_key(name):  # also what keeps a name from leaving the folder
            return None
        try:
            return (self._folder / f"{name}.toml").read_bytes()
        except FileNotFoundError:
            return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one at a time write: two who edit a file at once must not both find it as they know it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
