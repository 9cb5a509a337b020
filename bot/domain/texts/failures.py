"""Failures on the way to an answer."""

# ruff: noqa: D103 - each function is named for its sentence; a docstring says when it is used


def bug_title() -> str:
    return "没有读出来"


def bug(task_id: str) -> str:
    """When a bug in the bot kept it from answering."""
    return f"处理时出错，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def too_late(task_id: str) -> str:
    """When reading took too long."""
    return f"等了太久，仍没有读出来。请稍后再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def given_up(task_id: str) -> str:
    """When an answer could not be sent for a day."""
    return f"等了一天，结果一直没能发出，不再等了。需要的话请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def interrupted(task_id: str) -> str:
    """When the work was interrupted and cannot be resumed."""
    return f"处理中断，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def file_gone() -> str:
    return "这个文件等得太久，已从缓存中清除。请重新发一次。"


def download_code_expired() -> str:
    """When DingTalk no longer lets the picture or file be downloaded."""
    return "这张图片或文件已经取不到了，请重新发一次。"


def download_host_not_allowed() -> str:
    """When DingTalk keeps the file on a host that the settings do not allow."""
    return "钉钉把这个文件存在没有放行的地址上，我取不到。请联系管理员放行下载地址，再重新发一次。"


def download_too_large(most_megabytes: int) -> str:
    """When a file exceeds the limit; its size is unknown, because the download was stopped."""
    return f"文件超过 {most_megabytes} MB，请压缩后或只截取需要的部分再发。"


def content_refused_title() -> str:
    return "结果没能发出"


def content_refused(task_id: str) -> str:
    """When DingTalk refuses to deliver the answer; sent instead, without any of its contents."""
    return f"已经读完，但钉钉没有放行读出的内容（可能有敏感词或链接）。请只截取需要的部分再发；编号 {task_id}。"


def content_shortened(task_id: str) -> str:
    """When DingTalk refuses to deliver the answer, above its beginning as plain text."""
    return f"钉钉没有放行完整的结果（可能有敏感词或链接），先发开头的文字，不带链接和格式；编号 {task_id}。"


def needs_other_model(title: str) -> str:
    """When the model that reads has no words for what a prompt asks."""
    return f"现在的识别模型不会「{title}」。要原文请引用原图并说「文字」；要{title}请联系管理员换模型。"


def needs_model(title: str) -> str:
    """When a prompt needs the model and only the CPU engine runs."""
    return f"「{title}」需要 GPU 引擎，目前的 CPU 引擎只能读文字。要原文请引用原图并说「文字」；要{title}请联系管理员。"
