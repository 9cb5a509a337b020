"""Long texts, the files sent with an answer, and the headings inside these files."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence


# Long texts, and files sent with an answer
def whole_in_file(title: str, pages: int, characters: int) -> str:
    """The heading above the beginning of a long document."""
    return f"{title}　共 {pages} 页，约 {characters} 字，全文见附件"


def goes_on(*, named_more: bool) -> str:
    """Precedes the headings of the part that is not shown."""
    return f"……后面还有{'（只列前几个标题）' if named_more else ''}："


def files_follow(names: Sequence[str]) -> str:
    return f"📎 全部内容见随后的附件：{'、'.join(names)}"


def no_file_outside() -> str:
    """When the recipient cannot get files: DingTalk delivers them only to members of the company and to groups."""
    return "附件发不到企业外的单聊，内容都在上面。需要文件，请在群里 @我。"


def files_refused_title() -> str:
    return "附件没有发出"


def file_refused(name: str) -> str:
    """When DingTalk refuses a file; its contents follow as messages."""
    return f"附件「{name}」没能发出（钉钉没有接受），内容改为直接发在这里。"


def file_too_large_to_send(name: str, megabytes: int, most: int) -> str:
    why = f"有 {megabytes} MB，超过钉钉的上限 {most} MB"
    return f"附件「{name}」{why}，没有发出，内容改为直接发在这里。要文件请分几次发来。"


def rest_failed(task_id: str) -> str:
    """When the answer was sent but the rest, such as a file, could not be made."""
    return f"内容已经读好，但后面的部分（如附件）没能做出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def file_title() -> str:
    """The name of a file with several kinds of documents."""
    return "识别结果"


def whose_output(model: str, notice: str, terms: str) -> str:
    """In a file: what made its contents, and what the licence wants its readers to know."""
    return f"内容出自{model}{f'（{notice}）' if notice else ''}{f'；{terms}' if terms else ''}。"


def sheet_credits() -> str:
    """The last sheet of a workbook whose contents a licensed model made."""
    return "说明"


def columns_credits() -> tuple[str, ...]:
    return ("内容出自", "声明", "许可条件")


def file_count(number: int) -> str:
    return f"{number}张"


def picture_number(number: int) -> str:
    """The name for a picture, which has none of its own."""
    return f"图片{number}"


# Inside the files
def column_number() -> str:
    return "序号"


def column_counts() -> str:
    """Whether a document counts in the total; a person may change it, and the total follows."""
    return "计入合计"


def column_paper() -> str:
    return "单据"


def columns_about(*, signed: bool, alike: bool = False) -> tuple[str, ...]:
    """The columns after a document's fields: `signed` if there is anything to say of signatures.

    `alike` if there are fields that a second engine read the same.
    """
    return (
        "核对",
        "存疑",
        *(("两次读数一致",) if alike else ()),
        *(("签章",) if signed else ()),
        "重复",
        "文件",
        "编号",
    )


def names_listed(names: Sequence[str]) -> str:
    """Names of fields in a cell."""
    return "、".join(names)


def columns_text() -> tuple[str, ...]:
    return ("文件", "文字")


def columns_failed() -> tuple[str, ...]:
    return ("文件", "原因")


def columns_fields() -> tuple[str, ...]:
    """The header above the fields of one document, a row each."""
    return ("项目", "内容", "核对")


def yes() -> str:
    return "是"


def no() -> str:
    return "否"


def checked() -> str:
    return "已核对"


def doubtful() -> str:
    return "存疑"


def unchecked() -> str:
    return "未核对"


def row_total() -> str:
    return "合计"


def sheet_lines(title: str) -> str:
    return f"{title}明细"


def sheet_table(number: int) -> str:
    return f"表格{number}"


def sheet_text() -> str:
    return "文字"


def sheet_failed() -> str:
    return "没有读出来"
