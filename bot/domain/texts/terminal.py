"""The output of `ocrbot read` and `ocrbot demo`."""

# ruff: noqa: D103 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence


# On the command line
def engine_unavailable(reason: str) -> str:
    return f"识别引擎连不上（{reason}）。请确认 ocrbot engine 已启动，再试一次。"


def file_unreadable(reason: str) -> str:
    return f"打不开这个文件（{reason}）。请检查路径和权限。"


def read_head(file: str, title: str, engine: str, seconds: float) -> str:
    return f"{file}（{title}，{engine}，{seconds:.1f} 秒）"


def read_field(name: str, value: str, mark: str, doubts: Sequence[str]) -> str:
    why = f"（{'；'.join(doubts)}）" if doubts else ""
    return f"  {name}：{value or '—'}{mark}{why}"


def read_line(number: int, cells: Sequence[tuple[str, str, str]], doubts: Sequence[str]) -> str:
    """Line `number` of a table, from 1: the name, value and mark of each cell."""
    why = f"（{'；'.join(doubts)}）" if doubts else ""
    return f"  第 {number} 行：{'，'.join(f'{name} {value}{mark}' for name, value, mark in cells)}{why}"


def read_doubt(doubt: str) -> str:
    return f"  ⚠️ {doubt}"


def read_failed(file: str, reason: str) -> str:
    return f"{file}：{reason}"


def read_nothing() -> str:
    return "  （没有读到文字）"


# In the demo
DEMO_GROUP = "报销群"
DEMO_MEMBER = "小王"


def demo_starting(redis: str, folder: str) -> str:
    return f"正在启动：Redis（{redis}）、识别引擎、工作进程、机器人，以及本机的钉钉替身……\n日志在 {folder}\n"


def demo_question(group: str, member: str, picture: str, *, quoted: bool) -> str:
    how = f"引用 {picture} 并 @机器人" if quoted else f"@机器人 {picture}"
    return f"【{group}】{member}：{how}"


def demo_reply(picture: str, seconds: float, text: str) -> str:
    head = f"【{DEMO_GROUP}】机器人回复 {picture}（{seconds:.1f} 秒）：" if picture else f"【{DEMO_GROUP}】机器人："
    body = "\n".join(f"    {line.rstrip()}" for line in text.splitlines())
    return f"\n{head}\n{body}\n"


def demo_unanswered(pictures: Sequence[str]) -> str:
    return f"这些图片没有等到回复：{'、'.join(pictures)}"


def demo_waiting(url: str) -> str:
    return f"演示还开着：在浏览器打开 {url} 可以继续发图；按 Ctrl-C 结束。"


def demo_api(url: str, picture: str) -> str:
    """Where the API of the demo is, and a line that tries it."""
    tried = f"curl -H 'Prefer: wait=60' -F file=@{picture} {url}/v1/documents"
    return f"程序接口在 {url}（本机不用令牌），可以这样试：\n  {tried}"
