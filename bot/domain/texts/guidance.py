"""The help, whom the bot serves, and answers to messages without anything to read."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence


# Help, and messages without anything to read
def help_text(
    kinds: Sequence[str], whole_text_word: str, others: Sequence[str] = (), provider: str = "", *, minutes: int = 0
) -> str:
    """The help.

    `kinds` are the titles of the documents it recognises, `others` what else it can do, `whole_text_word` asks for
    plain text, `provider` names who provides the service, and for `minutes` a posting need not be repeated.
    """
    more = f"\n\n还可以：{'、'.join(others)}。" if others else ""
    known = f"- {'、'.join(kinds)}：逐项列出，并核对号码和金额\n" if kinds else ""
    lately = f"{minutes} 分钟内发过的不用重发，直接说；更早的" if minutes else ""
    other = kinds[1] if len(kinds) > 1 else whole_text_word
    return (
        "把图片、PDF、Word（.docx）、电子发票（OFD、XML）或装着这些的 zip 发给我，我读出上面的内容。\n\n"
        "**怎么发**\n\n"
        "- 群里：回复（引用）那张图片并 @我，或在 @我 的同一条消息里附上图片\n"
        "- 单聊：直接发图片或文件\n\n"
        "**读什么**\n\n"
        f"{known}"
        "- 其他图片：按顺序读出全部文字\n\n"
        f"想要哪一种就在消息里写明，如「{'」「'.join([*kinds[:1], whole_text_word])}」；不写我会自己判断。"
        f"{more}\n\n"
        "**接着问**\n\n"
        f"{lately}请引用我的答复再说：「只要金额」「换成{other}」「导出表格」（或 Word、JSON）「继续」\n\n"
        "**命令**：状态、取消、帮助" + (f"\n\n{provider}" if provider else "")
    )


def asking_for(words: str, *, remembered: bool) -> str:
    """How to ask for something else about the same document; while it is remembered, without quoting it."""
    return f"直接说「{words}」" if remembered else f"请引用原图并说「{words}」"


def nothing_to_refer_to(minutes: int) -> str:
    """When a person asks for something without any picture it could be about."""
    lately = f"最近 {minutes} 分钟里你没有发过图片或文件" if minutes else "这条消息没有图片或文件"
    return (
        f"{lately}，我不知道要读哪一份。请先发来：群里回复（引用）那张图片并 @我，或在 @我 的同一条消息里附上；"
        "单聊直接发。要求写在同一条消息里就行。"
    )


def nothing_further() -> str:
    """When a person asks for further pages and there are none."""
    return "上一份已经读到最后一页，没有后面的页了。要重读某几页请说「第 3 到 5 页」。"


def quote_without_code() -> str:
    return "引用的消息里取不到图片或文件。请重新发一次原图：群里在 @我 的同一条消息里附上，或单独发给我。"


def quoted_text(text: str) -> str:
    """When a person quotes a text, of which `text` is the beginning, and asks for something on a paper."""
    return f"引用的是文字「{text}」，里面没有图片或文件。请引用那张图片，或把它重新发来。"


def forwarded_without_files() -> str:
    return "转发的聊天记录里取不到图片或文件（合并转发常常不带）。请把图片一张张转发，或直接发来。"


def input_missing(title: str) -> str:
    """When a prompt needs to know what to find and the message does not say."""
    return f"{title}：请写明要找哪几项，如「提取 金额、日期、甲方」，并附上或引用图片。"


def unknown_type() -> str:
    return "这类消息我收不到内容，请改发图片或图片文件。"


def audio() -> str:
    return "我听不了语音，请发图片；想要什么可以用文字写明。"


def video() -> str:
    return "我看不了视频，请截图后发图片。"


def over_quota() -> str:
    return "本月机器人能收的消息数已用完，这条消息的内容没有收到。请联系管理员增加额度，或下月再发。"


def too_many_attachments(number: int, most: int) -> str:
    return f"一条消息最多读 {most} 个文件，这条有 {number} 个：只读了前 {most} 个，其余请另发一条。"


# Whom the bot serves, and its configuration
def not_served(conversation_id: str, contact: str) -> str:
    """When the organisation does not allow this conversation; an admin needs the id to allow it."""
    whom = contact or "管理员"
    where = f"，并告知会话编号 {conversation_id}" if conversation_id else ""
    return f"这里还没有开通识别服务。需要使用请联系{whom}{where}。"


def person_not_served(contact: str) -> str:
    """When the organisation does not allow this person."""
    return f"你还没有开通识别服务。需要使用请联系{contact or '管理员'}。"


def admins_only(contact: str) -> str:
    return f"这个命令只有管理员能用。如需使用，请联系{contact or '管理员'}。"


def config_refused(problems: Sequence[str]) -> str:
    """For admins, when a changed configuration is rejected; each problem is `file:line: what`, in English."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    return f"配置有误，改动没有生效，仍用上一份。请修正后保存：\n\n{listed}"


def config_refused_more(number: int) -> str:
    return f"另有 {number} 处"


def webhook_given_up(webhook: str, events: int, said: str) -> str:
    """For admins, when a client's server took events for a day in vain; `said` is in English, as in the log."""
    return (
        f"接口客户的 webhook「{webhook}」一天内没有收下 {events} 条完成通知，不再重试；最后一次：{said}。\n\n"
        "结果仍可用接口按编号查询。请检查对方服务，修好后可在服务器上运行 ocrbot api webhooks test 试发一条。"
    )


def reloaded(kinds: int, *, changed: bool) -> str:
    """For the admin who asked to reload, when the configuration is valid and in use."""
    return f"已重新读取配置：{'改动已生效' if changed else '没有变化'}，共 {kinds} 种提示词。"


def held_back(command: str) -> str:
    """When the configuration is valid but the prompts' examples have not passed."""
    return f"提示词有改动，样例还没有通过，仍用上一份。请在服务器上运行 {command}，通过后自动生效。"


def words_cut(most_characters: int) -> str:
    """When a message is too long to be understood whole."""
    return f"这条消息太长，我只看了前 {most_characters} 个字。要问的请写短一些再发。"
