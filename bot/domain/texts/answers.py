"""The frame of an answer: headings, fields, lines of a table, marks and the last line."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence

from bot.domain.document import FileSignature, SignatureState
from bot.domain.texts.guidance import asking_for


# Headings, notes and the last line
def reply_title(title: str) -> str:
    return f"{title}识别结果"


def several_title(number: int) -> str:
    return f"{number} 个文件的识别结果"


def several_papers_title(number: int) -> str:
    """The same if a file holds several papers."""
    return f"{number} 张单据的识别结果"


def section(number: int, total: int, name: str) -> str:
    """The heading above the results of one of several files; pictures have no name."""
    return f"{number}/{total}　{name}" if name else f"{number}/{total}"


def shared_title(number: int) -> str:
    """The title of a message that several answers share."""
    return f"{number} 条识别结果"


SHARED_MARK = "👤"  # before each person's name in such a message


def shared_heading(number: int, total: int, name: str) -> str:
    """The heading above each of the answers; only in a group has it a name."""
    return f"{SHARED_MARK} {name}（{number}/{total}）"


def part_number(number: int, total: int) -> str:
    return f"({number}/{total})"


def legend(*, checked: bool, unchecked: bool) -> str:
    """The meaning of the marks after the values, if any value has them."""
    meanings = ("✅ 已核对" if checked else "", "无标记：未核对，请对照原件" if unchecked else "")
    return "；".join(filter(None, meanings))


def taken_for(titles: Sequence[str], whole_text_word: str, *, remembered: bool = False) -> str:
    """When the kind was recognised, not named by the person."""
    return f"按{'、'.join(titles)}识别；要全文{asking_for(whole_text_word, remembered=remembered)}。"


def taken_by_default(title: str, whole_text_word: str, *, remembered: bool = False) -> str:
    """When the kind is the conversation's default, not named by the person."""
    return f"本会话默认按{title}识别；要全文{asking_for(whole_text_word, remembered=remembered)}。"


def only_not_found(names: Sequence[str]) -> str:
    """When this kind of document has none of the fields asked for, so that all fields are shown."""
    return f"没有{'、'.join(f'「{name}」' for name in names)}这一项，以下是全部内容。"


def nothing_found(title: str) -> str:
    """When the person named a kind but the page has none of its fields."""
    return f"这上面没有找到{title}的内容，下面是读到的文字："


def fields_not_found(names: Sequence[str], *, text_follows: bool) -> str:
    """When the person named fields that are not on the page; then the whole text follows, or rows of it."""
    return f"没有找到{'、'.join(f'「{name}」' for name in names)}{'，下面是读到的文字：' if text_follows else '。'}"


def printed(rows: Sequence[str]) -> str:
    """Rows of a paper, as Markdown, that have words of a question about something that its kind has no field for."""
    return "\n".join(("图上写着：\n", *(f"- {row}" for row in rows)))


def nothing_to_read(*, explained: bool = False) -> str:
    """When a page has no text; `explained` if what follows says why."""
    return "没有读到文字。" if explained else "没有读到文字。如果图上有字，请发更清晰的原图，拍正、光线均匀。"


def left_off(characters: int) -> str:
    """When the reply is longer than may be sent."""
    return f"内容太长，后面约 {characters} 字没有发出。请分页或裁成几张再发。"


def repeat_notice() -> str:
    """Precedes a part that may have been sent already; ends with a blank line."""
    return "（若已收到，请忽略）\n\n"


def footer(titles: Sequence[str], engines: Sequence[str], seconds: float, task_id: str) -> str:
    """The last line; `titles` is empty if nothing was read."""
    if not titles:
        return f"编号 {task_id}"
    return f"{'、'.join(titles)} · {'、'.join(engines)} · {seconds:.1f} 秒 · 编号 {task_id}"


def stood_in(engine: str, away: str) -> str:
    """In the last line, when one engine read what another one, which was away, usually reads."""
    return f"{engine_name(engine)}代读（{engine_name(away)}暂时用不上，这类单据它读得一样好）"


def read_alike() -> str:
    """When a second engine read the same value by itself, which nothing else can check."""
    return "两次读数一致"


def engine_name(engine: str) -> str:
    """The engine's name in the last line."""
    known = {"rapid": "CPU 引擎", "hunyuan": "HunyuanOCR", "glm_ocr": "GLM-OCR", "embedded": "文件自带数据"}
    return {**known, "vllm": "GPU 引擎"}.get(engine, engine)


def translated(original: str, translation: str) -> str:
    """A translation followed by its original."""
    return f"{translation}\n\n【原文】\n{original}" if translation else original


# What the signatures of a file prove
def signature_intact(signature: FileSignature | None) -> str:
    """When a file is as it was signed; "" for others."""
    if signature is None or signature.state is not SignatureState.INTACT:
        return ""
    if signature.signers:
        return f"🔏 签章完好，签章人：{'、'.join(signature.signers)}"
    if signature.unknown_signer:
        return "🔏 签章完好，但签章人的证书不在信任之列，请确认是谁签的"
    return "🔏 签章完好：签章后内容没有改过（没有核对是谁签的）"


def signature_changed() -> str:
    """In a cell of a table."""
    return "内容在签章后改过"


# The fields of a document
def field_line(name: str, value: str, mark: str) -> str:
    return f"{name}：{value} {mark}" if mark else f"{name}：{value}"


def column_line(name: str, values: Sequence[tuple[str, str]]) -> str:
    """The different values of a table's column with their marks: 税率：13% ✅、9%."""
    return f"{name}：{'、'.join(f'{value} {mark}' if mark else value for value, mark in values)}"


def not_seen(names: Sequence[str]) -> str:
    return f"未见：{'、'.join(names)}"


def folded(names: Sequence[str], *, remembered: bool = False) -> str:
    """Fields that were read but are not shown."""
    return f"另有：{'、'.join(names)}（想看{asking_for(f'只要{names[0]}', remembered=remembered)}）"


def doubts_heading() -> str:
    return "⚠️ 请核对"


def doubt(name: str, reason: str) -> str:
    return f"{name}：{reason}"


def doubt_without_reason() -> str:
    return "不确定，请对照原件"


# The lines of a table
def lines_line(count: int, shown: Sequence[str], mark: str, *, more: bool, hint: str) -> str:
    """The number of a table's lines and the first of them: 明细 3 行：餐饮费 ￥49.72；… ✅."""
    first = f"：{'；'.join(shown)}{'；…' if more else ''}" if shown else ""
    return f"明细 {count} 行{first}{f' {mark}' if mark else ''}{f'（{hint}）' if hint else ''}"


def whole_table(*, remembered: bool) -> str:
    """How to get all lines; while a posting is remembered, without quoting it."""
    return f"{'' if remembered else '引用原图并'}说「导出表格」看全部"


def lines_incomplete(numbers: Sequence[int], columns: Sequence[str]) -> str:
    """Lines, from 1, without a value in columns that every line should fill."""
    named = "、".join(map(str, numbers[:5])) + (" 等" if len(numbers) > 5 else "")  # noqa: PLR2004 - enough to find them
    return f"明细第 {named} 行没有读到{'、'.join(columns)}，请对照原件"
