"""All sentences of `ocrbot prompts` about readings, examples and accepted sets."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence

# Trying


def tried_head(file: str, name: str, title: str, engine: str, seconds: float) -> str:
    return f"{file} ← {name}（{title}），引擎 {engine}，{seconds:.2f} 秒"


def tried_call(number: int, width: int, height: int, seconds: float, stop: str) -> str:
    """The heading of one question to the engine; `stop` is why reading ended early, "" if it did not."""
    ended = f"，提前停止：{stop}" if stop else ""
    return f"第 {number} 次问引擎：{width}×{height} 像素，{seconds:.2f} 秒{ended}"


def tried_prompt(text: str) -> str:
    return f"  提示词：{text}"


def tried_raw() -> str:
    return "  原样输出："


def tried_nothing() -> str:
    return "  （什么也没有读到）"


def tried_fields(checks: Sequence[str]) -> str:
    return f"字段（核对：{'、'.join(checks) if checks else '无'}）："


def tried_lines(count: int) -> str:
    return f"明细 {count} 行（✅ 已核对，⚠️ 存疑）："


def tried_status(status: str) -> str:
    """A field's status in words."""
    words = {"checked": "✅ 已核对", "doubtful": "⚠️ 存疑", "unchecked": "未核对", "missing": "未见"}
    return words[status]


def tried_source(source: str) -> str:
    return {"embedded": "文件自带", "qr": "二维码", "model": "模型", "cpu": "CPU 引擎", "none": "—"}[source]


def tried_doubts() -> str:
    return "对整份的疑问："


def tried_reply() -> str:
    return "回复（单聊里的样子）："


def input_needed(name: str) -> str:
    return f"{name} 要知道找什么：用 --input 说明，如 --input 金额、日期。"


# Examples


def recognised_item() -> str:
    """The name of the item that a page is recognised as the right kind."""
    return "认出"


def contains_item(words: str) -> str:
    return f"含「{words}」"


def examples_head() -> tuple[str, ...]:
    return ("例子", "图片", "对/共", "上次", "秒", "")


_COMPARED = {
    "right": "✓",
    "wrong": "✗ 不对",
    "known": "✗ 上次也不对",
    "worse": "✗ 变差",
    "better": "✓ 变好",
    "skipped": "— 跳过",
}
NEVER_ACCEPTED = "—"


def example_compared(comparison: str) -> str:
    """How an example's result compares with the one before."""
    return _COMPARED[comparison]


def example_needs_model() -> str:
    return "要用 GPU 上的模型"


def example_needs_input() -> str:
    return "要说明找什么，例子里说不了"


def example_item_wrong(what: str, expected: str, got: str, *, checked: bool, was_right: bool) -> str:
    """One item of an example that is wrong."""
    value = f"得到「{got}」" if got else "没有得到"
    mark = "，还标了 ✅" if checked else ""
    before = "（上次是对的）" if was_right else ""
    return f"    {what}：应为「{expected}」，{value}{mark}{before}"


def example_failed(reason: str) -> str:
    return f"    读不了：{reason}"


def example_skipped(reason: str) -> str:
    return f"    {reason}"


def no_examples(name: str) -> str:
    where = f"{name}.toml" if name else "这些文件"
    return f"{where} 里没有 [[examples]]。写上一张图和结果里必须有的内容，才能试。"


def reading_examples(number: int) -> str:
    return f"正在读 {number} 个例子……"


def examples_summary(number: int, right: int, seconds: float) -> str:
    return f"{number} 个例子，{right} 个全对，共 {seconds:.1f} 秒。"


def examples_worse(names: Sequence[str]) -> str:
    return f"变差了：{'、'.join(names)}。改回去（ocrbot prompts rollback），或确认无妨后用 test --accept 接受。"


def examples_new_and_wrong(names: Sequence[str]) -> str:
    return f"不对、且没有接受过：{'、'.join(names)}。改好提示词或例子；确认无妨可用 test --accept 接受。"


def compared_with(identity: str, at: str, by: str) -> str:
    return f"对比的是 {identity}（{by}，{at}）。"


def compared_with_nothing() -> str:
    return "还没有接受过，没有可对比的。满意后用 ocrbot prompts test --accept 接受这一份。"


# Accepted sets


def accepted(identity: str, folder: str) -> str:
    return f"已接受，记为 {identity}（在 {folder}，可以提交到 Git）。"


def history_head() -> tuple[str, ...]:
    return ("编号", "时间", "谁", "怎么来的", "例子", "改了什么")


def history_kind(kind: str, restored: str) -> str:
    return {"accepted": "接受", "rollback": f"退回到 {restored}", "saved": "退回前的存底"}[kind]


def history_examples(right: int, number: int) -> str:
    return f"{right}/{number}" if number else "—"


def history_empty() -> str:
    return "还没有接受过任何一份。满意后用 ocrbot prompts test --accept 接受。"


def history_current(identity: str) -> str:
    return f"现在的文件就是 {identity}。"


def history_differs(identity: str, changes: Sequence[str]) -> str:
    return f"现在的文件和 {identity} 不同：{'、'.join(changes)}。"


def change_made(kind: str, name: str) -> str:
    return {"came": "新增 ", "went": "去掉 ", "changed": "改了 "}[kind] + name


def no_such_set(wanted: str) -> str:
    return f"没有编号以「{wanted}」开头的一份，或不止一份。用 ocrbot prompts history 看有哪些。"


def no_older_set() -> str:
    return "没有更早的一份可以退回。用 ocrbot prompts history 看有哪些。"


def same_set_already(identity: str) -> str:
    return f"现在的文件就是 {identity} 那一份，不用退回。"


def rolled_back(identity: str, changes: Sequence[str]) -> str:
    return f"已退回到 {identity}：{'、'.join(changes)}。正在运行的机器人几秒内换上。"


def saved_first(identity: str) -> str:
    return f"退回前的文件没有接受过，存为 {identity}；要找回就退回到它。"


def record_broken(path: str) -> str:
    return f"{path} 读不懂，可能被改过。请从 Git 恢复，或把这个文件夹移走。"
