"""Conversations as scripts that anybody can read: who says what, and what comes back.

A script is a text file. A line is one of

    # 一句话说明            a remark
    群 财务群               what follows is said in this group
    单聊 张三               what follows is said in this person's own chat with the bot
    张三：@机器人 你好      somebody speaks; in a group the bot hears only what has the @
    张三：[a.png] [文件 b.ofd]      pictures and files
    张三：[文件 c.zip：a.png，b.ofd]  an archive of some; or [文件 d.pdf：a.png，b.png], a PDF that was scanned
    张三 #1：[a.png]        the same, to be quoted later on
    张三 引用 #1：@机器人   quotes it
    张三 引用 机器人：…     quotes what the bot said last
    张三（语音）：只要金额  speaks it: a voice message with its recognised text
    机器人：                the bot's next message; each indented line below stands in it, in this order
      发票号码：33207675
      没有 收款人           but this does not
    机器人 附件：*.xlsx     the bot's next message is a file of such a name

Everything that the bot says must be in the script.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SPEAKS = re.compile(
    r"(?P<who>[^\s#：（]+)(?P<voice>（语音）)?(?: #(?P<label>\w+))?(?: 引用 (?P<quotes>#\w+|机器人))?：(?P<said>.*)"
)
_THING = re.compile(r"\[(文件 )?([^\]：]+)(?:：([^\]]+))?\]")
_AT, _BOT, _ABSENT = "@机器人", "机器人", "没有 "


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where what follows is said."""

    group: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A picture or a file by its name; an archive has members, and a scanned PDF pages."""

    name: str
    as_file: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Somebody says something."""

    who: str
    words: str
    things: tuple[Thing, ...] = ()
    at_bot: bool = False
    voice: bool = False
    label: str = ""
    quotes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot says: these words in this order, and not those; or a file of such a name."""

    words: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    file: str = ""


Step = Place | Saying | Answer


def read_script(file: Path) -> list[tuple[int, Step]]:
    """Return the steps with the numbers of their lines; ValueError names a line that makes no sense."""
    lines = [
        (number, line)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    return list(_steps(lines))


def _steps(lines: list[tuple[int, str]]) -> Iterator[tuple[int, Step]]:
    rest = lines
    while rest:
        (number, line), *rest = rest
        below = [text.strip() for _, text in rest[: _indented(rest)]]
        rest = rest[len(below) :]
        yield number, _step(number, line.strip(), below)


def _indented(lines: list[tuple[int, str]]) -> int:
    return next((place for place, (_, line) in enumerate(lines) if not line.startswith(" ")), len(lines))


def _step(number: int, line: str, below: list[str]) -> Step:
    if line.startswith("群 "):
        return Place(group=line.removeprefix("群 "))
    if line.startswith("单聊 "):
        return Place(person=line.removeprefix("单聊 "))
    if line.startswith(f"{_BOT} 附件："):
        return Answer(file=line.partition("：")[2])
    if line.startswith(_BOT):
        absent = tuple(one.removeprefix(_ABSENT) for one in below if one.startswith(_ABSENT))
        return Answer(words=tuple(one for one in below if not one.startswith(_ABSENT)), absent=absent)
    spoken = _SPEAKS.fullmatch(line)
    if spoken is None:
        raise ValueError(f"line {number} makes no sense: {line}")
    things = tuple(
        Thing(name=name, as_file=bool(kind), members=tuple(re.split("[，,] ?", members)) if members else ())
        for kind, name, members in _THING.findall(spoken["said"])
    )
    said = _THING.sub("", spoken["said"])
    return Saying(
        who=spoken["who"],
        words=said.replace(_AT, "").strip(),
        things=things,
        at_bot=_AT in said,
        voice=spoken["voice"] is not None,
        label=spoken["label"] or "",
        quotes=(spoken["quotes"] or "").removeprefix("#"),
    )
