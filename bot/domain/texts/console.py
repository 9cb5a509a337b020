"""All sentences of `ocrbot prompts`, for the people who tune prompts."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Mapping, Sequence

# Checking


def set_is_well(folder: str, number: int) -> str:
    return f"{folder}：{number} 份，没有问题。"


def set_head() -> tuple[str, ...]:
    return ("文件", "标题", "结果", "字段", "核对", "认出靠", "例子", "叫法")


def set_fields(fields: int, columns: int) -> str:
    """The number of a kind's fields, and of its table's columns."""
    return f"{fields}，表 {columns} 列" if columns else str(fields or "—")


def set_recognised(words: int, codes: int) -> str:
    """What a page is recognised by as one kind."""
    return "、".join(filter(None, (f"{words} 个词" if words else "", f"{codes} 种码" if codes else ""))) or "—"


def set_words(words: Sequence[str]) -> str:
    """The words that call a prompt besides its title; if there are many, the first of them."""
    most = 6
    more = f" 等 {len(words)} 个" if len(words) > most else ""
    return "、".join(words[:most]) + more if words else "—"


def organisation_is_well(file: str) -> str:
    return f"{file}：没有问题。"


def engines_are_well(names: Sequence[str]) -> str:
    """The names of the engine files."""
    return f"引擎文件 {'、'.join(names)}：没有问题。"


def problems_found(number: int, files: int) -> str:
    return f"{files} 个文件里有 {number} 处问题。正在运行的程序仍用上一份好的；改好后请再检查一次。"


def engine_takes_no_prompts(names: Sequence[str]) -> str:
    """A note on valid prompts that this installation's engine cannot follow."""
    return (
        f"说明：{'、'.join(names)} 要用 GPU 上的模型，而 OCRBOT_ENGINE__KIND 现在是 rapid（CPU 引擎），"
        "有人要这几种时会如实告知做不了。"
    )


def role_lost(title: str, role: str, term: str, uses: Sequence[str], field: tuple[str, str] | None) -> str:
    """A note on a role that no field of a prompt has; `field` is the name and key of the one that probably should."""
    lost = "、".join(_WITHOUT_ROLE[use] for use in uses)
    if field is None:
        advice = f'给改名的字段加上 role = "{role}"；本来就没有这一项的，写上 without = ["{role}"]'
    else:
        name, key = field
        advice = f'给“{name}”（key = "{key}"）加上 role = "{role}"'
    return f"{title}：没有字段承担 {role}（{term}）的角色：{lost}。{advice}。"


_WITHOUT_ROLE = {
    "words": "大写与小写不对比",
    "sum": "金额、税额与价税合计不核对",
    "tax_number": "税号的位数和校验位不核对",
    "number": "号码不核对",
    "digital": "认不出电子发票，号码位数核对得宽",
    "length": "位数不核对",
    "date": "日期不核对，税额不按当天的税率核对",
    "qr": "不与二维码核对",
    "embedded": "取不到 OFD、XML 里的值",
    "place": "前面没有名称时找不到值",
    "party": "双方都有的名称（如“名称”“电话”）分不清归谁",
    "yuan": "外币也按人民币显示和合计",
}


def folder_missing(folder: str) -> str:
    return f"没有 {folder} 这个文件夹。请检查路径，或设置 OCRBOT_CONFIG_DIR。"


def no_such_file(file: str, reason: str) -> str:
    return f"打不开 {file}（{reason}）。请检查路径和权限。"


# Finding the prompt for a message


def no_such_prompt(name: str, near: str, names: Sequence[str]) -> str:
    return f"没有「{name}」。" + (f"是不是 {near}？" if near else f"现有：{'、'.join(names)}。")


_COMMANDS = {"status": "状态", "cancel": "取消", "statistics": "统计", "reload": "重载", "help": "帮助"}


def message_is_command(message: str, command: str) -> str:
    """When the message does not ask for anything to be read."""
    return f"「{message}」→ 命令「{_COMMANDS[command]}」"


def message_wants(message: str, formats: Sequence[str], *, certain_pages: bool) -> str:
    """The files to be sent with the answer, and whether the message is about certain pages."""
    wanted = [*(f"附 {name} 文件" for name in formats), *(["只读指明的页"] if certain_pages else [])]
    return f"「{message}」→ {'，'.join(wanted)}"


def message_takes(message: str, name: str, title: str) -> str:
    return f"「{message}」→ {name}（{title}）"


def message_leaves_to_page(message: str) -> str:
    return f"「{message}」→ 由图上的内容决定"


def called_by_title(word: str, at: int) -> str:
    return f"  原因：第 {at} 个字起的「{word}」是它的标题"


def called_by_command(word: str, at: int) -> str:
    return f"  原因：第 {at} 个字起的「{word}」是它的叫法（commands）"


def called_by_hint(word: str, at: int) -> str:
    return f"  原因：第 {at} 个字起的「{word}」是它的提示词（hints）；图上认出别的，就按别的读"


def called_by_names() -> str:
    return "  原因：消息里列出了要找的字段名"


def called_by_nothing(name: str, title: str) -> str:
    return f"  原因：没有叫到任何一种；图上也认不出时，用 {name}（{title}）"


def taken_by_default(conversation: str) -> str:
    return f"  原因：没有叫到任何一种，它是会话 {conversation} 的默认（ocrbot.toml 的 defaults）"


def other_calls(words: Mapping[str, Sequence[str]]) -> str:
    """Words in the message that call other prompts, by prompt: a stronger word won."""
    listed = "；".join(f"{name}「{'」「'.join(found)}」" for name, found in words.items())
    return f"  也叫到了：{listed}（长的优先，一样长的后说的优先）"


def page_decides_first(title: str) -> str:
    return f"  图上认出某一种、且有这些字段时只列这些；认不出就按「{title}」找"


def fields_asked(names: Sequence[str]) -> str:
    return f"  要找：{'、'.join(names)}"


def field_meant(said: str, names: Sequence[str]) -> str:
    return f"  只要：{said} → {'、'.join(names) if names else '这种单据没有这一项'}"


def input_missing() -> str:
    return "  还缺：没有说要找什么，机器人会请对方补上"


def page_is_not_asked() -> str:
    return "  消息已经点名，图上的内容不改变选择"


def page_recognised(name: str, title: str) -> str:
    return f"图上认出 {name}（{title}）"


def page_not_recognised(name: str, title: str) -> str:
    return f"图上没有认出哪一种，用 {name}（{title}）"


def page_recognised_by_code() -> str:
    return "  靠二维码或条码"


def words_seen(name: str, seen: Sequence[str], number: int) -> str:
    """The words of one kind that are on the page, out of `number`."""
    return f"  {name}：看到 {len(seen)}/{number} 个词「{'」「'.join(seen)}」"


# What is sent


def request_head(name: str, title: str) -> str:
    return f"{name}（{title}）发给模型的内容："


def request_beyond_cpu() -> str:
    return "说明：OCRBOT_ENGINE__KIND 现在是 rapid，CPU 引擎做不了这一种，有人要时会如实告知。"


def request_for_table(text: str) -> str:
    """The second prompt sent with the same picture if a kind has columns."""
    return f"同时另问一次明细：同一张图，文字是「{text}」，从表头认出各列（[[columns]]）。"


def request_for_cpu() -> str:
    return "说明：OCRBOT_ENGINE__KIND 现在是 rapid，CPU 引擎不看提示词，字段按 labels 在读出的行里找。"


def request_without_input(placeholder: str) -> str:
    return f"说明：{placeholder} 处是对方说的内容；用 --input 填上看实际的样子。"


def request_system(text: str | None) -> str:
    """`text` is None where the model gets no system message."""
    return f"系统消息：{'无' if text is None else text or '（空）'}"


def request_picture() -> str:
    return "图片：读的那一页"


def request_text(text: str) -> str:
    return f"文字：\n{text}"


def request_sampling(values: Mapping[str, object]) -> str:
    return f"采样：{'，'.join(f'{name}={value}' for name, value in values.items())}"


def request_schema(schema: str) -> str:
    return f"限定格式（JSON schema）：{schema or '无'}"


# The schema for editors


def schema_written(file: str) -> str:
    return f"已写入 {file}。编辑器（如 VS Code 的 Even Better TOML）按每个文件首行的 #:schema 用它补全和检查。"


def schema_current(file: str) -> str:
    return f"{file} 已是最新，没有改动。"


def cannot_write(path: str, reason: str) -> str:
    return f"写不了 {path}（{reason}）。请检查权限，或换一个可写的 OCRBOT_CONFIG_DIR。"
