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
_LONGEST, _LONGEST_BARE = 120, 32  # characters, with and without names and polite phrases
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
# What people say beside a command: why, and how it looks to them.
_ASIDE = re.compile(
    r"急用|急|(?:都)?等(?:了|半天|好久|很久|半个?小时).*|都?半天了|配置.{0,6}(?:改|好|更新).*|我?(?:改|更新)(?:了|好了?|完了?).*|(?:我是)?(?:新来|新人|第一次).{0,6}|您?好|在吗"
    r"|不好意思|我?不会用?|财务.{0,6}|领导.{0,6}|老板.{0,6}|报给.{0,6}|发我.{0,3}|给我.{0,3}|我?要写?.{0,4}报|谢谢你?|麻烦.{0,3}"
)
_CLAUSES = re.compile(r"[,;!?。、…~\s]+")
_LOOSE = {
    Command.HELP: (
        r"(?:这(?:个|玩意儿?|东西)?|你|机器人)*(?:应该|该|到底|究竟)?(?:怎么|如何|咋)(?:个)?(?:使?用|操作|玩|弄|整)(?:您|你)?(?:呢|啊|呀|的|这个)*"
        r"|(?:您?你?)(?:都)?(?:能|会|可以)(?:帮我?)?(?:做|干)?(?:点|些)?(?:什么|啥|哪些)(?:事|活|呢|呀|啊)*|(?:有|看看?)?(?:使用)?(?:教程|指南)(?:吗|没有?)?"
    ),
    Command.STATUS: (
        r"(?:我?的?)?(?:那|这)?(?:几|个|些|张|份)*(?:任务|图|文件|单子|票)?(?:跑|处理|读|识别|进行|弄|排)?到(?:哪儿?|哪一?步|第几个?)了?(?:啊|呀|呢)*"
        r"|(?:我的?|那[张份个]|这[张份个]|图片?|票|文件|单子|合同|发票)*(?:弄|读|识别|处理|看|搞)?(?:好|完|出来)了?(?:没有?|吗)(?:啊|呀|呢)*|(?:怎么|咋)还(?:没|不)(?:好|出来?|完|弄好|读完|回|动|回复|结果)(?:啊|呀|呢|急用)*"
        r"|(?:还要?|得|要)(?:等|排|跑)?(?:多久|多长时间|几分钟|好久)(?:啊|呀|呢|才好)*|排(?:在)?(?:第几|几号|到第几)(?:个|位)?(?:啊|呀|了)*|前面(?:还)?有?(?:几个|多少)(?:人|任务)?(?:啊|呀|在排)*"
        r"|进度(?:到哪|多少|如何|怎么样|咋样)*了?|(?:是不是)?(?:卡住|死机|挂|卡)了(?:吗|吧|没)?|(?:有|出)?结果(?:了没|了吗|没|呢|出来没)"
    ),
    Command.CANCEL: (
        r"(?:算了){1,3}(?:吧|啦)?(?:不(?:要|弄|用|读|识别|搞|看)了?)*(?:你)?(?:停下?|停止|取消)?(?:吧|啦)*|(?:都|先)?(?:不|别)(?:要|弄|用|读|识别|搞|看|认)了?(?:吧|啦)*|(?:你|快|先|赶紧)*(?:停|停下|停下来|停一下|停止|打住)(?:吧|啊|来)*"
        r"|(?:把)?(?:刚才|排队|前面|后面|那些|那几个|所有|全部|正在跑)?的?(?:那|这)?(?:几|个|些|张)*(?:任务|识别|图|文件)?(?:都|全)?(?:取消|停|停掉|撤销)(?:掉|了)?(?:吧|啊)*"
    ),
    Command.STATISTICS: (
        r"(?:使用|用量|识别|处理)?(?:统计|用量)(?:情况|数据|报表|报告)?(?:给我|发我|看看?|拉|出|调)*(?:一?下|一份)?|(?:看看?|拉|出|调|查查?|给我|发我)+(?:一?下|一份)?(?:使用|用量|识别|处理)?的?(?:统计|用量)(?:情况|数据|报表|报告)?"
        r"|(?:今[天日]|昨天|[本这上]个?(?:周|月|星期|礼拜)|最近|到现在|目前)?(?:你)?(?:一共|总共|都)?(?:识别|读|处理|收到|看|认|跑)了?(?:多少|几)(?:张|份|个|条|件|单|次)(?:图片?|文件|单据|票据?)?(?:了|啊|呀)*|统计发我"
    ),
    Command.RELOAD: (
        r"(?:帮我?|麻烦|请)?(?:(?:重新?|再)(?:加载|载入|读取)|刷新|reload)"
        r"(?:一?下|一遍|一次)?(?:新?的?(?:配置|设置|提示词|prompt|config))?(?:文件)?(?:一?下)?(?:吧|呗)?"
    ),
}
_IN_CLAUSES = tuple((command, re.compile(words, re.IGNORECASE)) for command, words in _LOOSE.items())
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
    command = next((command for command, words in _PATTERNS if words.fullmatch(bare)), None)
    return command or _command_in_clauses(bare)


def _command_in_clauses(message: str) -> Command | None:
    """Return the command that one clause is, if all others are the same command or nothing but talk beside it."""
    clauses = [bare for part in _CLAUSES.split(message) if (bare := _stripped(part))]
    said = [_clause_command(clause) for clause in clauses]
    commands = {command for command in said if command is not None}
    aside = [clause for clause, command in zip(clauses, said, strict=True) if command is None]
    is_talk = all(_ASIDE.fullmatch(clause) for clause in aside) and (len(clauses) > 1 or not aside)
    return commands.pop() if len(commands) == 1 and is_talk else None


def _clause_command(clause: str) -> Command | None:
    return next((command for command, words in (*_PATTERNS, *_IN_CLAUSES) if words.fullmatch(clause)), None)


def _stripped(message: str) -> str:
    """Return `message` without polite phrases and punctuation at its ends, but never empty because of them."""
    bare = message.strip(_PUNCTUATION)
    while True:
        shorter = _TRAILING.sub("", _POLITE.sub("", bare)).strip(_PUNCTUATION)
        if shorter in ("", bare):
            return bare
        bare = shorter
