"""What went wrong on the way to an answer."""

# ruff: noqa: D103, D401 - a sentence's function is named for what it says; a docstring tells when it is said


def bug_title() -> str:
    return "没有读出来"


def bug(task_id: str) -> str:
    """Something went wrong that is nobody's fault but the bot's."""
    return f"处理时出错，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def too_late(task_id: str) -> str:
    """The time for reading is over."""
    return f"等了太久，仍没有读出来。请稍后再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def interrupted(task_id: str) -> str:
    """The work was cut off and cannot be taken up again."""
    return f"处理中断，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def file_gone() -> str:
    return "这个文件等得太久，已从缓存中清除。请重新发一次。"


def download_code_expired() -> str:
    """DingTalk does not give out the picture or file any more."""
    return "这张图片或文件已经取不到了，请重新发一次。"


def download_too_large(most_megabytes: int) -> str:
    """Nobody knows how large it is: the download was broken off."""
    return f"文件超过 {most_megabytes} MB，请压缩后或只截取需要的部分再发。"


def content_refused_title() -> str:
    return "结果没能发出"


def content_refused(task_id: str) -> str:
    """DingTalk does not pass the answer on; this goes in its place, and holds nothing of it."""
    return f"已经读完，但钉钉没有放行读出的内容（可能有敏感词或链接）。请只截取需要的部分再发；编号 {task_id}。"


def needs_model(title: str) -> str:
    """The CPU engine reads, and no more."""
    return f"「{title}」需要 GPU 引擎，目前的 CPU 引擎只能读文字。要原文请引用原图并说「文字」；要{title}请联系管理员。"
