"""Answers to what people say that asks for nothing on a paper, and to what the bot cannot do: one line each."""

# ruff: noqa: D103 - each function is named for its sentence; a docstring says when it is used


def not_understood() -> str:
    return "没看懂这句话。怎么用，请说「帮助」。"


def thanked() -> str:
    return "不客气。"


def agreed() -> str:
    return "好的。"


def greeted() -> str:
    return "在。把图片或文件发给我就行；怎么用，请说「帮助」。"


def who_i_am() -> str:
    return "我是读单据的机器人：发来图片或文件，我读出内容并核对。怎么用，请说「帮助」。"


def no_human(contact: str) -> str:
    return f"这里只有机器人。需要人处理请联系{contact or '管理员'}；怎么用，请说「帮助」。"


def cannot_withdraw() -> str:
    return "发出的消息我撤不回、删不掉。还没答复的说「取消」，就不读了。"


def what_is_wrong(name: str = "") -> str:
    """When a person says that a value, or something, is wrong."""
    which = "应该是多少" if name else "哪一项不对"
    return f"{which}？说「{name or '金额'}应该是 …」我就改；要我再读一遍，说「重试」。"


def cannot_verify() -> str:
    """When a person asks whether an invoice is registered with the tax office."""
    return "真伪我查不了，只核对票面（号码、金额、二维码）。请到国家税务总局查验平台 inv-veri.chinatax.gov.cn 查。"


def no_archive() -> str:
    """When a person asks for all papers of some time."""
    return "一段时间的我拿不出：读过的不留存。把它们一起发来（或打成 zip），说「导出表格」就有汇总。"


def only_own() -> str:
    """When a person asks for somebody else's paper without quoting it."""
    return "别人发的要引用那条消息再问我；不引用，我只看你自己发的。"


def no_such_language(language: str) -> str:
    return f"不会译成{language}，只会译成中文或英文：说「翻译成中文」或「翻译成英文」。"


def nobodys_use() -> str:
    return "每个人用了多少不统计；总数管理员说「统计」就有。"


def corrected(old: str) -> str:
    """Beside a value that the person gave; `old` is what was read, "" if nothing was."""
    return f"按你说的改的，读到的是 {old}" if old else "按你说的补的，没有读到"


def no_field_to_correct(names: str) -> str:
    """When a person corrects a field that no paper of theirs has."""
    return f"上一份里没有「{names}」这一项，没法改。有哪些项，说「全部字段」。"


def never_posted_before() -> str:
    """When a person asks whether a paper was handed in before and it was not."""
    return "没有重复：没查到以前提交过同一张。"


def duplicates_unknown() -> str:
    """When a person asks whether a paper was handed in before, and this is not looked up."""
    return "这一份查不了重复：只有带号码的票据会查，而且要管理员开着查重。"
