"""Long texts, files that go with an answer, and what stands in these files."""

# ruff: noqa: D103, D401 - a sentence's function is named for what it says; a docstring tells when it is said

from collections.abc import Sequence


# Long texts, and files that go with an answer
def whole_in_file(title: str, pages: int, characters: int) -> str:
    """Stands above the beginning of a long document."""
    return f"{title}　共 {pages} 页，约 {characters} 字，全文见附件"


def goes_on(*, named_more: bool) -> str:
    """Stands above the headings of what is not shown."""
    return f"……后面还有{'（只列前几个标题）' if named_more else ''}："


def files_follow(names: Sequence[str]) -> str:
    return f"📎 全部内容见随后的附件：{'、'.join(names)}"


def no_file_outside() -> str:
    """DingTalk sends files only to people of the company, or to groups."""
    return "附件发不到企业外的单聊，内容都在上面。需要文件，请在群里 @我。"


def files_refused_title() -> str:
    return "附件没有发出"


def file_refused(name: str) -> str:
    """DingTalk does not take a file; what it holds follows as messages."""
    return f"附件「{name}」没能发出（钉钉没有接受），内容改为直接发在这里。"


def file_too_large_to_send(name: str, megabytes: int, most: int) -> str:
    why = f"有 {megabytes} MB，超过钉钉的上限 {most} MB"
    return f"附件「{name}」{why}，没有发出，内容改为直接发在这里。要文件请分几次发来。"


def rest_failed(task_id: str) -> str:
    """The answer is there; something went wrong with what was to follow."""
    return f"内容已经读好，但后面的部分（如附件）没能做出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def file_title() -> str:
    """How a file is called that holds several kinds."""
    return "识别结果"


def file_count(number: int) -> str:
    return f"{number}张"


def picture_number(number: int) -> str:
    """A picture has no name of its own."""
    return f"图片{number}"


# In the files
def column_number() -> str:
    return "序号"


def column_counts() -> str:
    """Whether a paper is in the sum; a person may change it, and the sum follows."""
    return "计入合计"


def column_paper() -> str:
    return "单据"


def columns_about() -> tuple[str, ...]:
    """What follows a paper's fields."""
    return ("核对", "存疑", "重复", "文件", "编号")


def columns_text() -> tuple[str, ...]:
    return ("文件", "文字")


def columns_failed() -> tuple[str, ...]:
    return ("文件", "原因")


def columns_fields() -> tuple[str, ...]:
    """Above the fields of one paper, a line each."""
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
