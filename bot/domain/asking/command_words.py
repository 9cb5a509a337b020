"""Recognise messages that are a command and nothing else. By rules, without a model."""

import re
from collections.abc import Sequence

from bot.domain.asking.bot_names import without_bot_names
from bot.domain.task import Command

_POLITE = re.compile(
    r"^(?:请问?|麻烦你?|帮我|帮忙|给我|替我|我想要?|我要|能不能|可不可以|可以|能|想|你好|您好|hi|hello|please|现在)\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s*(?:一下下?|吧|呢|吗|嘛|呀|啊|哦|了|谢谢你?|多谢|please|thanks)$", re.IGNORECASE)
_PUNCTUATION = " \t\n,.!?~;:。、…/\\\"'“”‘’「」()<>[]【】"
_OBJECT = r"(?:我|当前|目前|正在|现在|刚才|这[个条张些]|那[个条]|上一?[条个]|全部|所有|的|任务|识别|处理|请求|排队)*"
_PAPER = "(?:这?[张份个]?(?:合同|发票|文件|图片?|单子|票|东西))?"
_LOOK = r"(?:查看|查询|查一?下?|看一?下?|看看|显示)?"
_LONGEST, _LONGEST_BARE = 120, 24  # characters, with and without names and polite phrases
_WORDS = {
    Command.HELP: (
        r"帮助|(?:使用|操作)?说明|使用(?:方法|指南|帮助)|怎么(?:使?用|操作|玩|弄)你?|如何使?用|功能(?:介绍|列表)?|菜单"
        r"|你?(?:会|能)(?:做|干|帮我做?)?(?:什么|啥|嘛|些什么|些啥|哪些事?)|你能?干(?:嘛|啥)?|你?有(?:什么|哪些)功能|help|usage|menu"
    ),
    Command.STATUS: (
        rf"{_LOOK}{_OBJECT}(?:状态|进度|任务(?:列表|状态|进度)?|排队情况|排队|队列)(?:如何|怎么样|怎样)?"
        r"|我?(?:还)?(?:排|轮)?到(?:哪儿?|第几|几号|我)|还?要?(?:等|排)?多久|我?(?:的|那张|那个)?(?:好|读完|处理完|识别完)了?没有?"
        rf"|{_PAPER}(?:弄|读|识别|处理|看)(?:好|完|出来)了?没有?|{_PAPER}(?:弄|读|识别|处理|看|搞)(?:好|完)了?"
        r"|怎么还没(?:有)?(?:好|出来?|结果|回|弄完|读完|识别完)|还没(?:弄|读|识别|处理|看)?(?:好|完|出来)|有?结果了(?:没有?)?"
        r"|怎么(?:这么|那么|还)慢|[太好真]慢了?|快一?点儿?|催一?下?|(?:还要?等?|要)?多久(?:能)?(?:好|出来|读完)"
        r"|什么时候(?:能)?(?:好|出来|读完|有结果)|(?:结果)?出来了?(?:没有?)?|(?:是不是)?卡[住死]?了|还在(?:读|识别|处理)"
        r"|(?:读|处理|识别)得?(?:怎么样|咋样)了?|到哪一?步了?"
        r"|status|queue|my tasks"
    ),
    Command.CANCEL: (
        rf"(?:(?:不用|不要|不需要|算)了?[,、 ]*)?(?:取消|撤销|中止|终止){_OBJECT}(?:掉|它们?|全部|识别|处理)*"
        rf"|停止{_OBJECT}|(?:不用|不要|别|不需要)(?:再)?(?:识别|处理|读|弄|做)"
        r"|(?:算|不要|不用|不需要)|cancel(?: all| it)?|stop|abort"
    ),
    Command.STATISTICS: (
        rf"{_LOOK}(?:今[天日]|昨天|本周|最近|近[七7]天|使用|用量|运行|服务)*的?(?:统计|用量)(?:数据|信息|情况|结果|报告)?"
        r"|(?:今[天日]|昨天|[本这上]个?(?:周|月|星期)|最近|到现在|目前)?(?:一共|总共|都)?(?:识别|读|处理|收到)了?(?:多少|几)(?:张|份|个|条|件)(?:图片?|文件|单据|票据?)?"
        r"|stats|statistics"
    ),
    Command.RELOAD: (
        r"(?:重载|重新(?:加载|载入|读取)|刷新)(?:全部|一下)?(?:配置|设置|提示词)?(?:文件)?"
        r"|reload(?: config(?:uration)?)?"
    ),
}
_PATTERNS = tuple((command, re.compile(words, re.IGNORECASE)) for command, words in _WORDS.items())


def command_in(text: str, bot_names: Sequence[str] = ()) -> Command | None:
    """Return the command that `text` is, None if it is none; names, polite phrases and punctuation do not matter.

    Any further word makes it no command: 发票状态 and 统计发票金额 ask for something on a document.
    """
    if len(text) > _LONGEST:
        return None
    bare = _stripped(without_bot_names(text, bot_names))
    if len(bare) > _LONGEST_BARE:
        return None
    return next((command for command, words in _PATTERNS if words.fullmatch(bare)), None)


def _stripped(message: str) -> str:
    """Return `message` without polite phrases and punctuation at its ends, but never empty because of them."""
    bare = message.strip(_PUNCTUATION)
    while True:
        shorter = _TRAILING.sub("", _POLITE.sub("", bare)).strip(_PUNCTUATION)
        if shorter in ("", bare):
            return bare
        bare = shorter
