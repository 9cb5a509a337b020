"""How people say things to the bot, as data: classes of words, and the shapes of sentences made of them.

`bot.domain.asking.phrases` finds the shape of a message. A shape is a list of tokens: `word` stands for one word of the
class `word`, `word?` for one or none, `word*` for any number. `FIELDS`, `FIELD`, `VALUE`, `NAME` and `LANGUAGE` take
what a person writes there. Messages are compared without white space, punctuation between tokens, polite phrases and
the particles at their end. Each shape has examples, which the tests hold it to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What a person does by saying something."""

    ASK = "ask"  # ask for the values of fields
    READ = "read"  # ask to read, without saying anything about what
    REPEAT = "repeat"  # ask for the same answer once more
    REREAD = "reread"  # ask to read the same paper once more
    CORRECT = "correct"  # say what a value should be
    DUPLICATE = "duplicate"  # ask whether a paper was handed in before
    WRONG = "wrong"  # say that something is wrong, but not what
    THANK = "thank"
    AGREE = "agree"
    GREET = "greet"
    WHO = "who"  # ask who the bot is
    HUMAN = "human"  # ask for a person
    WITHDRAW = "withdraw"  # ask to take messages back
    VERIFY = "verify"  # ask whether an invoice is registered with the tax office
    PERIOD = "period"  # ask for all papers of some time
    OTHERS = "others"  # ask for somebody else's paper
    LANGUAGE = "language"  # ask for a translation into a language other than Chinese and English
    USERS = "users"  # ask who uses the bot how much


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape of sentence. `fields` are those it asks for without naming them; `known` lets only known names pass."""

    act: Act
    tokens: str
    examples: tuple[str, ...]
    fields: tuple[str, ...] = ()
    known: bool = False


WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(words.split())
    for name, words in {
        "please": """
            看 看看 看下 看一下 瞧瞧 查 查查 查下 查一下 告诉我 说说 说一下 说下 我想知道 想知道 想问 问一下
            问下 确认 确认一下 确认下 核对 核对一下 核实一下 要 只要 给我 发我 报一下 念一下 念下 tellme showme
            giveme whatabout
        """,
        "which": """
            这 那 此 它 它的 该 刚才 刚才的 刚刚 刚刚的 刚才那 刚才这 刚刚那 刚发的 刚发的那 刚才发的 刚才发的那
            刚刚发的 刚刚发的那 我刚发的 我刚发的那 我发的 我发的那 我发的这 我刚才发的 我刚才发的那 我刚刚发的
            我刚刚发的那 上 上一 前一 最后 最后一 最近 最近一 最新 最新的 上面 上面的 上面那 上面这 前面 前面的
            前面那 上次的 这三 这两 这几 那三 那两 那几 这些 那些 这一 那一 the this that its thelast my
            thislast
        """,
        "measure": "张 份 个 页 条 次 笔 些 种",
        "noun": """
            图 图片 照片 图像 截图 单据 单子 票 票据 票子 文件 文档 扫描件 纸 东西 回单 材料 picture photo
            document paper bill file
        """,
        "of": "的 上 上的 里 里的 上面 上面的 里面 里面的 中 中的 上写的 上面写的 所写的 显示的 上显示的",
        "all": "一共 总共 共 合计 总计 加起来 全部 总的 一起 到底 大概 究竟",
        "each": "分别 各 各自 到底 究竟 具体 都 上面 写的 上写的 显示 印的",
        "is": "是 为 叫 写的是 写的 有 等于 显示 显示的是 开的是 在 is are",
        "what": """
            多少 几 多少钱 什么 啥 谁 哪 哪个 哪家 哪位 哪天 哪一天 哪日 哪年 几号 几月几号 几点 什么时候 何时
            哪里 哪儿 在哪 怎么写 怎么写的 什么名字 什么公司 哪个公司 哪家公司 哪家单位 哪个单位 多大 多高
            几个点 百分之几 有多少 什么内容 些什么 哪些 多久 多长 多长时间 几年 几个 何 几个人
        """,
        "whats": "what's whatis whats whatare whois who's whenis whenwas whichis whatwas show get find",
        "right": """
            对 对不对 是否正确 是不是对的 是对的 正确 正不正确 准确 准不准 准不准确 有没有错 有没有问题 没问题
            有问题 有错 没错 是否有误 有没有误 没写错 写对了 写错了没有 写对没有 一致 是否一致 可信 靠谱 correct
            right ok
        """,
        "how_much": """
            多少钱 多少 是多少钱 是多少 花了多少 花了多少钱 花费多少 要多少钱 多少金额 多少元 多少块 多少块钱
            是多少元 几块钱 几多钱 有多少钱 价格是多少 得多少钱 howmuch howmuchisit howmuchisthis howmuchisthat
            howmuchwasit howmuchintotal howmuchdoesitcost howmuchmoney whatdoesitcost thetotal totalplease
        """,
        "when": "哪天 哪一天 什么时候 几号 几月几号 何时 哪年 哪个月",
        "of_day": "的 开的 买的 签的 消费的",
        "issued": """
            谁开的 哪家开的 哪个公司开的 哪家公司开的 谁卖的 哪家店的 哪家店 是谁家的 哪里买的 哪儿买的 在哪买的
            谁开出的 哪家单位开的 谁家开的 哪家的
        """,
        "ours": """
            是不是我们公司的 是我们公司的 是不是开给我们的 是开给我们公司的 是不是我们公司抬头 是不是我们的抬头
            抬头是不是我们公司 抬头是不是我们 抬头是我们公司 是给谁的 开给谁的 是开给谁的 开给谁 给谁开的
            是不是本公司的 是本公司的 是我们公司抬头 是我们单位的 是不是我们单位的 抬头开对了 抬头开对没有
            是我们家的 是不是咱们公司的 是咱们公司的 抬头是咱们公司 抬头开的谁 抬头开的是谁
        """,
        "failed": """
            识别失败了 识别失败 失败了 失败 没识别出来 没读出来 没认出来 没成功 没读到 没识别到 结果不对
            读得不对 识别错了 读错了 不对 错了 好像不对 识别得不对 没看清 报错了 出错了
        """,
        "again": """
            重试 重试一次 再试 再试试 再试一次 再试一遍 重新试 重新识别 重新识别一次 重新识别一遍 再识别一次
            再识别一遍 重新读 重新读一遍 重新读一次 再读一遍 再读一次 重读 重读一遍 再来一次 再来一遍 重来
            重来一遍 重新来 重新来一遍 重新看 再看一遍 再认一遍 重新认 重识别 再跑一遍 重新处理 再处理一次
            再识别 再读 retry tryagain readitagain readagain oncemore onemoretime again
        """,
        "resend": """
            再发一遍 再发一次 再发 再发我一遍 再发我一次 再发给我 重发 重发一遍 重发一次 重新发 重新发一遍
            重新发一次 再说一遍 再说一次 再给我一遍 再给我一次 再贴一遍 再回复一遍 重新发给我 sendagain
            senditagain resend repeat sayagain sayitagain
        """,
        "read": """
            识别 识别识别 读 读读 读取 看 看看 看下 瞧瞧 识图 解析 分析 处理 提取 认认 ocr recognize recognise read
            readit readthis
        """,
        "result": "结果 答案 答复 回复 内容 刚才的结果 刚才的 上面的 识别结果 刚才的内容 上一条",
        "lost": "没收到 没看到 没看见 找不到了 没看到结果 没收到结果 消息没了 被刷掉了 刷没了",
        "wrong": """
            不对 不对吧 错了 有错 有误 不正确 不准 不准确 识别错了 你识别错了 读错了 你读错了 认错了 你认错了
            看错了 你看错了 弄错了 你弄错了 搞错了 你搞错了 识别有误 识别不对 识别得不对 结果不对 结果错了
            结果有误 这不对 这个不对 不是这个 不是这样的 好像不对 你错了 识别的不对 有问题 有个地方不对
            有地方不对 数字不对 wrong that'swrong it'swrong thisiswrong thatiswrong incorrect notright
            notcorrect no
        """,
        "ba": "把 将 请把",
        "should_be": """
            应该是 应该为 应当是 应当为 应为 应是 应该 其实是 实际是 实际上是 实际为 正确的是 正确是 改成 改为
            更正为 更正成 修改为 修改成 改一下是 写成 shouldbe mustbe oughttobe isactually
        """,
        "is_now": "是 为 等于 才对是 is",
        "thanks": """
            谢谢 谢谢你 谢谢您 谢谢啊 谢啦 谢了 谢 多谢 多谢了 感谢 感谢你 非常感谢 十分感谢 太感谢了 辛苦了
            辛苦 辛苦啦 麻烦了 麻烦你 thx thanks thankyou manythanks thanksalot thankyouverymuch 3q 🙏 [感谢]
            [谢谢] [抱拳]
        """,
        "fine": """
            好 好的 好滴 好哒 好嘞 好吧 嗯 嗯嗯 嗯呢 哦 哦哦 噢 行 可以 ok okay okk okok 收到 知道 知道了 明白
            明白了 了解 懂了 没事 没事了 没问题 棒 真棒 厉害 牛 不错 很好 很棒 太好了 太棒了 赞 对 对的 对了 是
            是的 没错 可以的 可以了 好了 完美 正确 good great nice fine perfect gotit cool yes allright alright
            welldone 👍 👌 💯 😄 😀 😊 🆗 [强] [赞] [ok] [好的] [微笑] [鼓掌] [玫瑰] [得意]
        """,
        "hello": """
            在 在不在 在不 在么 你在 你在不在 你好 您好 hi hello hey 早 早上好 上午好 中午好 下午好 晚上好
            大家好 哈喽 嗨 喂 有人 有人在 你好呀 hithere areyouthere goodmorning goodafternoon 机器人 小助手
            test 测试 测试一下
        """,
        "who_are_you": """
            你是谁 你叫什么 你叫什么名字 你是什么 你是什么东西 你是机器人 你是真人 你是人 你是ai 你是干什么的
            你是干嘛的 你是做什么的 你是啥 介绍一下你自己 介绍一下自己 自我介绍 自我介绍一下 谁在说话 你是人工
            你是什么模型 你是机器人还是人 whoareyou whatareyou areyouabot whatisthis
        """,
        "person": """
            人工 人工客服 转人工 有人工客服 有人工 找人工 找客服 客服 有客服 客服在 联系客服 联系谁 找谁
            有问题找谁 出问题找谁 谁负责 管理员是谁 谁是管理员 怎么联系你们 怎么联系管理员 我要找人 找真人
            有真人 human talktoahuman customerservice support
        """,
        "withdraw": """
            撤回 撤回消息 撤回一下 撤回这条 撤回这条消息 撤回刚才的消息 撤回刚才那条 撤回上一条 撤消息 删除 删掉
            删了 删除这条 删除消息 把它删了 删除刚才的 删掉刚才的 recall delete deleteit undo
        """,
        "authentic": """
            真伪 真伪查一下 真伪查询 查真伪 查一下真伪 查下真伪 验真 验一下真伪 验下真伪 验真伪 辨真伪 真假
            查真假 是真的 是真的还是假的 是真是假 是真还是假 是不是真的 是假的 是不是假的 真的假的 真不真
            能不能验真 可以验真 查验 查验一下 去税务局查一下 在税务局查得到 税务局能查到 有没有问题去税务局查
            isitgenuine isitfake isthisfake genuine verifyit
        """,
        "period": """
            本月 这个月 这月 当月 上个月 上月 今天 今日 昨天 本周 这周 这个星期 上周 今年 去年 本季度 这个季度
            上季度 最近一个月 最近一周 最近几天 近一个月 近七天 一个月内 这几天 历史 以前 之前 以往 往期 全年
            本年度 上半年 下半年 我所有 我全部 一月份 九月份 十月份 十一月份 十二月份 10月 11月 12月 thismonth's
            lastmonth's
        """,
        "gather": """
            导出 导出来 汇总 汇总一下 统计 统计一下 列出 列出来 整理 整理一下 给我 发给我 发我 查询 查一下 查 看
            看一下 下载 有多少 有哪些 一共多少 一共多少钱 多少钱 合计 要 打包 打包给我 export list show
        """,
        "every": "的 所有 所有的 全部 全部的 的所有 的全部 收到的 开的 发过的 的那些 发的 识别的 识别过的 报销的 交的",
        "sent": "刚才发的 刚刚发的 刚发的 发的 之前发的 昨天发的 上传的 刚才传的 传的 交的 的那 贴的",
        "that_one": "那 这 那一 这一",
        "third": "他 她 他们 别人 其他人 同事 大家 领导 老板 人家",
        "repeated": """
            有没有重复 有重复 是否重复 重复 是不是重复 是不是重复了 重复了 重复没有 查重 查一下重复 报过 报销过
            有没有报过 有没有报销过 是不是报过 是不是报过了 以前报过 之前报过 以前发过 之前发过 有没有发过
            有没有人发过 有没有人报过 有没有人报销过 交过 有没有交过 用过没有 以前有没有报过 之前有没有报过
            是不是发过 提交过 有没有提交过 duplicate isitaduplicate isthisaduplicate anyduplicates
        """,
        "translate": """
            翻译成 翻译为 译成 译为 翻成 翻译到 转成 用 translateto translateinto translateitinto translateitto
            translatethisinto
        """,
        "language": """
            日语 日文 韩语 韩文 法语 法文 德语 德文 俄语 俄文 西班牙语 西班牙文 葡萄牙语 意大利语 阿拉伯语 泰语
            泰文 越南语 越南文 印尼语 马来语 粤语 繁体 繁体字 繁体中文 文言文 藏语 维语 蒙古语 荷兰语 波兰语
            土耳其语 印地语 拉丁语 japanese korean french german russian spanish italian arabic thai vietnamese
            portuguese
        """,
        "use_it_to_say": "说 怎么说 写一遍 翻译 翻译一下",
        "users": """
            谁用得最多 谁用的最多 谁发得最多 谁发的最多 哪个人用得最多 哪个部门用得最多 谁在用 都有谁在用 谁用过
            谁最常用 排行榜 使用排行 谁发了多少 每个人发了多少 每个人用了多少
        """,
    }.items()
}

_PAPER = "which? measure? noun? of?"
_SEEN = f"please? {_PAPER}"

SHAPES: Final[tuple[Shape, ...]] = (
    Shape(
        act=Act.REREAD,
        tokens=f"failed? please? ba? {_PAPER} again",
        examples=("重试", "识别失败了，重试", "再读一遍", "刚才那张重新识别一下", "把这张再识别一次", "try again"),
    ),
    Shape(
        act=Act.REREAD,
        tokens=f"again {_PAPER}",
        examples=("重新识别这张", "重新识别一下刚才那张图片", "再读一遍这份文件"),
    ),
    Shape(
        act=Act.READ,
        tokens=f"ba? {_PAPER} read",
        examples=("识别", "读一下", "帮我看看", "这个识别一下"),
    ),
    Shape(act=Act.READ, tokens=f"read {_PAPER}", examples=("识别这张图片", "帮我看看这个", "识别一下图片里的")),
    Shape(
        act=Act.REPEAT,
        tokens="lost? ba? result? resend result?",
        examples=("再发一遍", "没收到，再发一次", "把结果再发我一遍", "重新发一遍结果", "send it again"),
    ),
    Shape(act=Act.REPEAT, tokens="lost result?", examples=("没收到", "没看到结果")),
    Shape(
        act=Act.DUPLICATE,
        tokens=f"{_SEEN} repeated",
        examples=("看下有没有重复", "这张发票报销过吗", "查重", "这张之前有没有报过"),
    ),
    Shape(
        act=Act.VERIFY,
        tokens=f"{_SEEN} authentic please?",
        examples=("发票真伪查一下", "这张发票是真的吗", "验真", "帮我查一下这张票的真伪"),
    ),
    Shape(
        act=Act.LANGUAGE,
        tokens=f"ba? {_PAPER} translate LANGUAGE",
        examples=("把这个翻译成日语", "翻译成法语", "translate it into Japanese"),
    ),
    Shape(
        act=Act.LANGUAGE,
        tokens=f"ba? {_PAPER} translate LANGUAGE use_it_to_say",
        examples=("用日语说", "用韩语翻译一下"),
    ),
    Shape(
        act=Act.PERIOD,
        tokens="gather ba? period every? noun?",
        examples=("导出本月发票", "汇总这个月的发票", "查一下上个月的票据"),
    ),
    Shape(
        act=Act.PERIOD,
        tokens="ba? period every? noun? all? gather",
        examples=("本月的发票导出来", "把上个月的所有发票整理一下", "这个月发票一共多少钱"),
    ),
    Shape(act=Act.USERS, tokens="please? period? users", examples=("谁用得最多", "这个月谁用得最多")),
    Shape(
        act=Act.OTHERS,
        tokens="please? NAME sent that_one? measure? noun?",
        examples=("张三刚才发的那张", "看看李四发的发票"),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? third sent that_one? measure? noun?",
        examples=("他刚才发的那张", "看看别人发的"),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? NAME sent that_one? measure? noun? of? all? how_much",
        examples=("张三刚才发的那张多少钱",),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? third sent that_one? measure? noun? of? all? how_much",
        examples=("她发的那张多少钱",),
    ),
    Shape(
        act=Act.ASK,
        tokens=f"{_SEEN} all? how_much",
        fields=("金额",),
        examples=(
            "多少钱",
            "一共多少钱",
            "帮我看看这张多少钱",
            "这三张一共多少",
            "how much is it",
            "这张发票总共花了多少",
        ),
    ),
    Shape(
        act=Act.ASK,
        tokens=f"{_SEEN} is? when of_day?",
        fields=("日期",),
        examples=("哪天的", "这张是几号的", "什么时候开的"),
    ),
    Shape(act=Act.ASK, tokens=f"{_SEEN} is? issued", fields=("销售方",), examples=("谁开的", "这张发票是哪家公司开的")),
    Shape(
        act=Act.ASK,
        tokens=f"{_SEEN} ours",
        fields=("抬头",),
        examples=("是不是我们公司的", "这张票开给谁的", "抬头是不是我们公司"),
    ),
    Shape(
        act=Act.ASK,
        tokens=f"{_SEEN} FIELDS each* is? what",
        known=True,
        examples=(
            "合计是多少？",
            "税率多少",
            "开票日期是哪天",
            "甲方是谁",
            "刚才那张的税号是多少",
            "金额和日期分别是多少",
        ),
    ),
    Shape(
        act=Act.ASK,
        tokens=f"{_SEEN} FIELDS each* is? right",
        known=True,
        examples=("抬头对吗", "金额对不对", "帮我核对一下税号有没有错"),
    ),
    Shape(act=Act.ASK, tokens=f"{_SEEN} FIELDS is", known=True, examples=("金额是", "税号是")),
    Shape(act=Act.ASK, tokens=f"{_SEEN} what is FIELDS", known=True, examples=("谁是甲方", "哪个是税号")),
    Shape(act=Act.ASK, tokens=f"what is? {_PAPER} FIELDS", known=True, examples=("谁是销售方",)),
    Shape(
        act=Act.ASK,
        tokens=f"{_SEEN} FIELDS",
        known=True,
        examples=("金额呢", "刚才那张的税号", "金额、日期", "查一下开票日期", "total?"),
    ),
    Shape(
        act=Act.ASK,
        tokens="please? whats which? FIELDS",
        known=True,
        examples=("what's the total", "who is the seller"),
    ),
    Shape(act=Act.ASK, tokens=f"{_SEEN} FIELDS is what", examples=("保修期是多久", "出厂编号是多少", "审批人是谁")),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? ba? {_PAPER} FIELD wrong? should_be VALUE",
        known=True,
        examples=("不对，金额应该是 52.7", "把金额改成 52.70", "金额错了，应该是52.7", "日期应为2019-05-08"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong {_PAPER} FIELD is_now VALUE",
        known=True,
        examples=("不对，金额是52.7", "错了，抬头是天津公司"),
    ),
    Shape(act=Act.CORRECT, tokens=f"{_PAPER} FIELD wrong is_now VALUE", known=True, examples=("金额不对，是52.7",)),
    Shape(act=Act.WRONG, tokens=f"{_SEEN} each* FIELD wrong", known=True, examples=("金额不对", "抬头错了")),
    Shape(act=Act.WRONG, tokens=f"{_PAPER} wrong", examples=("不对", "你识别错了", "这张不对", "错了")),
    Shape(
        act=Act.THANK, tokens="fine? hello? thanks thanks? fine?", examples=("谢谢", "好的，谢谢", "多谢！", "thanks")
    ),
    Shape(act=Act.AGREE, tokens="fine fine? fine?", examples=("好的", "👍", "OK", "嗯，知道了", "好")),
    Shape(act=Act.WHO, tokens="hello? who_are_you", examples=("你是谁", "你好，你是谁", "who are you")),
    Shape(act=Act.HUMAN, tokens="hello? please? person", examples=("有人工客服吗", "转人工", "有问题找谁")),
    Shape(act=Act.WITHDRAW, tokens="please? withdraw", examples=("撤回", "删掉")),
    Shape(act=Act.GREET, tokens="hello hello?", examples=("在吗", "你好", "hi", "你好，在吗")),
)
"""In the order in which they are tried: the first shape that fits decides."""
