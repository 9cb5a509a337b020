"""The answers to the commands 状态, 取消, 统计 and 重载."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections import Counter
from collections.abc import Sequence


def no_open_tasks() -> str:
    return "这里没有你在等的任务，发过的都已答复。"


def open_tasks(number: int, lines: Sequence[str]) -> str:
    """The person's open tasks: their number and the first of them."""
    more = f"\n\n另有 {number - len(lines)} 项" if number > len(lines) else ""
    listed = "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
    return f"你有 {number} 项在处理：\n\n{listed}{more}\n\n全部不要了请说「取消」；只取消一项，请引用那条消息再说。"


def open_task(*, what: str, seconds: float, ahead: int, read: int, files: int) -> str:
    """The state of one task: `ahead` earlier ones are still open, `read` of its `files` are done."""
    if files and read == files:
        where = "已读完，正在回复"
    elif read:
        where = f"已读 {read}/{files}"
    else:
        where = f"前面还有 {ahead} 项" if ahead else "正在处理"
    return f"{what}，已等 {waited(seconds)}，{where}"


def what_is_read(name: str, files: int, kind: str) -> str:
    """A task as its owner knows it: the name of its first file, the number of files, the kind they are read as.

    A question about an earlier task has no files of its own until that task is found.
    """
    if not files:
        return f"追问（{kind}）" if kind else "追问"
    first = (f"{name} 等 {files} 个文件" if files > 1 else name) if name else f"{files} 个文件"
    return f"{first}（{kind}）" if kind else first


def waited(seconds: float) -> str:
    minute = 60
    return f"{seconds:.0f} 秒" if seconds < minute else f"{seconds / minute:.0f} 分钟"


def cancelled(number: int, sending: int, *, quoted: bool) -> str:
    """When `number` tasks were cancelled and `sending` could not be, because their answers are being sent."""
    late = f"有 {sending} 项正在发送，来不及取消。" if sending else ""
    if number:
        return f"已取消 {number} 项，不再答复。{late}"
    if late:
        return late
    return "引用的这一项不在等待中：已经答复，或不是你发的。" if quoted else "没有等待中的任务，不用取消。"


def cancel_which() -> str:
    return "看不出要取消哪一项：请引用你发的那条消息说「取消」，或不引用直接说「取消」，把等待中的都取消。"


def statistics(*, today: str, week: str, waiting: int) -> str:
    return f"**今天**\n\n{today}\n\n**最近 7 天**\n\n{week}\n\n现在等待：{waiting} 项"


def statistics_period(  # noqa: PLR0913 - a report has this many numbers
    *,
    messages: int,
    kinds: Sequence[tuple[str, int]],
    failures: Sequence[tuple[str, int]],
    cancelled: int,
    mean: float,
    slowest: float,
) -> str:
    """The work of some days: documents by kind, failures by reason, seconds from message to answer."""
    read = "、".join(f"{name} {count}" for name, count in kinds)
    by_reason: Counter[str] = Counter()
    for name, count in failures:
        by_reason[_reason(name)] += count
    failed = "、".join(f"{reason} {count}" for reason, count in by_reason.most_common())
    lines = [
        f"消息 {messages} 条" + (f"，取消 {cancelled} 项" if cancelled else ""),
        f"读出：{read}" if read else "",
        f"未读出：{failed}" if failed else "",
        f"从收到到答复平均 {mean:.1f} 秒，最慢 {slowest:.1f} 秒" if slowest else "",
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def _reason(name: str) -> str:
    return _REASONS.get(name) or ("文件类型不支持" if name.startswith("kind_") else name)


_REASONS = {
    "code_expired": "文件已过期",
    "too_large": "文件太大",
    "file_too_large": "文件太大",
    "host_not_allowed": "下载地址没有放行",
    "file_gone": "等太久已清除",
    "needs_model": "需要 GPU 引擎",
    "needs_other_model": "现在的模型不会",
    "no_such_page": "没有那一页",
    "picture_only": "只能读图片",
    "picture_too_small": "图片太小",
    "picture_too_thin": "图片太细长",
    "picture_too_large": "图片太大",
    "picture_broken": "图片损坏",
    "picture_complex": "图片太复杂",
    "picture_not_taken": "引擎不收这张图片",
    "too_many_pixels": "像素太多",
    "pdf_broken": "PDF 损坏",
    "pdf_locked": "PDF 有密码",
    "file_too_heavy": "文件太复杂",
    "pdf_heavy": "PDF 太复杂",
    "pdf_page_heavy": "PDF 太复杂",
    "ofd_broken": "OFD 损坏",
    "ofd_too_large": "OFD 太大",
    "ofd_without_text": "OFD 是空的",
    "ofd_page_heavy": "OFD 太复杂",
    "docx_broken": "Word 损坏",
    "docx_too_large": "Word 太大",
    "docx_without_text": "Word 没有文字",
    "xml_broken": "XML 损坏",
    "xml_encoding": "XML 编码不认识",
    "archive_broken": "压缩包损坏",
    "archive_empty": "压缩包里没有能读的",
    "archive_locked": "压缩包有密码",
    "archive_kind": "不是 zip 压缩包",
    "archive_over": "压缩包里文件太多",
    "archive_member_gone": "压缩包损坏",
    "late": "超时",
    "interrupted": "中断",
    "undeliverable": "发不出去",
    "given_up": "一直发不出去",
    "bug": "程序出错",
}
