"""Conversations as scripts that anybody can read: what people post, and what the bot answers.

A script is a text file. A line is one of

    # 一句话说明            a comment
    群 财务群               the next lines are in this group
    单聊 张三               the next lines are in this person's own chat with the bot
    张三：@机器人 你好      a message; in a group the bot gets only those with the @
    张三：[a.png] [文件 b.ofd]      pictures and files
    张三：[文件 c.zip：a.png，b.ofd]  an archive of them; or [文件 d.pdf：a.png，b.png], a scanned PDF
    张三：[e.png：a.png，b.png]       one picture with these beside each other
    张三 #1：[a.png]        the same with a label, to be quoted later
    张三 引用 #1：@机器人   quotes it
    张三 引用 机器人：…     quotes the bot's last message
    张三（语音）：只要金额  a voice message with its recognised text
    机器人：                the bot's next message; it contains each of the indented lines below, in this order
      发票号码：33207675
      没有 收款人           but it does not contain this
    机器人 附件：*.xlsx     the bot's next message is a file whose name matches

Every message of the bot must be in the script.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MESSAGE = re.compile(
    r"(?P<who>[^\s#：（]+)(?P<voice>（语音）)?(?: #(?P<label>\w+))?(?: 引用 (?P<quotes>#\w+|机器人))?：(?P<body>.*)"
)
_FILE = re.compile(r"\[(文件 )?([^\]：]+)(?:：([^\]]+))?\]")
_AT, _BOT, _ABSENT = "@机器人", "机器人", "没有 "


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchChat:
    """The next steps are in another chat: a group, or a person's own."""

    group: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedFile:
    """A picture or a file by its name; an archive has members, a scanned PDF pages, a picture parts."""

    name: str
    as_file: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message of a person."""

    who: str
    words: str
    files: tuple[PostedFile, ...] = ()
    at_bot: bool = False
    voice: bool = False
    label: str = ""
    quotes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAnswer:
    """The bot's next message: with `words` in this order and without `absent`, or a file whose name matches."""

    words: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    file: str = ""


Step = SwitchChat | Post | ExpectedAnswer


def read_script(file: Path) -> list[tuple[int, Step]]:
    """Return the steps with their line numbers; raises `ValueError` that names a line it cannot parse."""
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
        return SwitchChat(group=line.removeprefix("群 "))
    if line.startswith("单聊 "):
        return SwitchChat(person=line.removeprefix("单聊 "))
    if line.startswith(f"{_BOT} 附件："):
        return ExpectedAnswer(file=line.partition("：")[2])
    if line.startswith(_BOT):
        absent = tuple(text.removeprefix(_ABSENT) for text in below if text.startswith(_ABSENT))
        return ExpectedAnswer(words=tuple(text for text in below if not text.startswith(_ABSENT)), absent=absent)
    message = _MESSAGE.fullmatch(line)
    if message is None:
        raise ValueError(f"line {number} makes no sense: {line}")
    files = tuple(
        PostedFile(name=name, as_file=bool(kind), members=tuple(re.split("[，,] ?", members)) if members else ())
        for kind, name, members in _FILE.findall(message["body"])
    )
    text = _FILE.sub("", message["body"])
    return Post(
        who=message["who"],
        words=text.replace(_AT, "").strip(),
        files=files,
        at_bot=_AT in text,
        voice=message["voice"] is not None,
        label=message["label"] or "",
        quotes=(message["quotes"] or "").removeprefix("#"),
    )
