"""The sentences of `bot.domain.texts.failures`, by their functions."""

from collections.abc import Mapping
from typing import Final

_ASK_ADMIN: Final = "if that does not help, tell the administrator the number {task_id}."

SENTENCES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "bug_title": (("没有读出来", "It could not be read"),),
    "bug": (
        (
            "处理时出错，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。",
            f"Something went wrong, and it was not read. Send it again; {_ASK_ADMIN}",
        ),
    ),
    "too_late": (
        (
            "等了太久，仍没有读出来。请稍后再发一次；如仍不行，请把编号 {task_id} 告诉管理员。",
            f"It waited too long, and was not read. Send it again later; {_ASK_ADMIN}",
        ),
    ),
    "given_up": (
        (
            "等了一天，结果一直没能发出，不再等了。需要的话请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。",
            f"The result could not be sent for a day, and is given up. Send it again if you need it; {_ASK_ADMIN}",
        ),
    ),
    "interrupted": (
        (
            "处理中断，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。",
            f"The work was interrupted, and it was not read. Send it again; {_ASK_ADMIN}",
        ),
    ),
    "file_gone": (
        (
            "这个文件等得太久，已从缓存中清除。请重新发一次。",
            "The file waited so long that it is no longer kept. Send it again.",
        ),
    ),
    "download_code_expired": (
        (
            "这张图片或文件已经取不到了，请重新发一次。",
            "The picture or file can no longer be fetched: send it again.",
        ),
    ),
    "download_host_not_allowed": (
        (
            "钉钉把这个文件存在没有放行的地址上，我取不到。请联系管理员放行下载地址，再重新发一次。",
            (
                "DingTalk keeps the file at an address that is not allowed here. Ask the administrator to allow it, "
                "then send the file again."
            ),
        ),
    ),
    "download_too_large": (
        (
            "文件超过 {most} MB，请压缩后或只截取需要的部分再发。",
            "The file is larger than {most} MB: send it compressed, or only the part that you need.",
        ),
    ),
    "content_refused_title": (("结果没能发出", "The result could not be sent"),),
    "content_refused": (
        (
            "已经读完，但钉钉没有放行读出的内容（可能有敏感词或链接）。请只截取需要的部分再发；编号 {task_id}。",
            (
                "It was read, but DingTalk did not let its contents pass, maybe for a word or a link in them. Send "
                "only the part that you need; number {task_id}."
            ),
        ),
    ),
    "content_shortened": (
        (
            "钉钉没有放行完整的结果（可能有敏感词或链接），先发开头的文字，不带链接和格式；编号 {task_id}。",
            (
                "DingTalk did not let the whole result pass, maybe for a word or a link in it: this is the beginning "
                "of its text, without links and format; number {task_id}."
            ),
        ),
    ),
    "needs_other_model": (
        (
            "现在的识别模型不会「{title}」。要原文请引用原图并说「文字」；要{again}请联系管理员换模型。",
            (
                "The model that reads now cannot do “{title}”. For the text ask for “text”; for “{again}” ask the "
                "administrator for another model."
            ),
        ),
    ),
    "needs_model": (
        (
            (
                "「{title}」需要 GPU 引擎，目前的 CPU 引擎只能读文字。"
                "要原文请引用原图并说「文字」；要{again}请联系管理员。"
            ),
            (
                "“{title}” needs a GPU engine; the CPU engine that reads now only reads text. For the text ask for "
                "“text”; for “{again}” ask the administrator."
            ),
        ),
    ),
}
