"""How people say things to the bot, as data: the shapes of sentences, made of the classes in `phrase_words`.

`bot.domain.asking.phrases` finds the shape of a message. A shape is a list of tokens: `word` stands for one word of the
class `word`, `word?` for one or none, `word*` for any number. `FIELDS`, `FIELD`, `VALUE`, `NUMBER`, `NOT` (a value
that is denied), `NAME`, `LANGUAGE` and `REST` take what a person writes there. `QUESTION` stands alone for a question
that `bot.domain.asking.questions` finds. Messages are compared without white space, punctuation between tokens, polite
phrases and the particles at their end. Each shape has examples, which the tests hold it to.
"""

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
        act=Act.REREAD,
        tokens=f"failed? please? ba? {_PAPER} anew ba? {_PAPER} read_verb times? {_PAPER}",
        examples=("没读对 再读一次吧", "麻烦重新扫一遍", "再认认这张", "重新把这张发票读一下"),
    ),
    Shape(
        act=Act.READ,
        tokens=f"{_SEEN} right_asked",
        examples=("对吗", "这张没问题吧", "帮我核对一下有没有错"),
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
    Shape(
        act=Act.REPEAT,
        tokens="lost? please? anew ba? result? send_verb times? result?",
        examples=("再把结果发我看下", "麻烦再贴一遍结果", "重新发我一次"),
    ),
    Shape(act=Act.REPEAT, tokens="lost result?", examples=("没收到", "没看到结果")),
    Shape(
        act=Act.DUPLICATE,
        tokens=f"{_SEEN} asks_ever? report_verb ever",
        examples=("这张报过没有", "之前交过吗", "有没有人报销过"),
    ),
    Shape(act=Act.DUPLICATE, tokens=f"{_SEEN} is_it? twice", examples=("是不是重复提交了", "报重了吗")),
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
        tokens=f"ba? {_PAPER} translate LANGUAGE can?",
        examples=("把这个翻译成日语", "翻译成法语", "translate it into Japanese"),
    ),
    Shape(
        act=Act.LANGUAGE,
        tokens=f"ba? {_PAPER} translate LANGUAGE use_it_to_say",
        examples=("用日语说", "用韩语翻译一下"),
    ),
    Shape(
        act=Act.PERIOD,
        tokens="please? gather ba? period every? noun?",
        examples=("导出本月发票", "汇总这个月的发票", "查一下上个月的票据"),
    ),
    Shape(
        act=Act.PERIOD,
        tokens="please? ba? period every? noun? all? please? gather",
        examples=("本月的发票导出来", "把上个月的所有发票整理一下", "这个月发票一共多少钱"),
    ),
    Shape(act=Act.USERS, tokens="please? period? users", examples=("谁用得最多", "这个月谁用得最多")),
    Shape(
        act=Act.OTHERS,
        tokens="please? please? NAME sent that_one? measure? noun?",
        examples=("张三刚才发的那张", "看看李四发的发票"),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? please? third sent that_one? measure? noun?",
        examples=("他刚才发的那张", "看看别人发的"),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? please? third sent that_one? measure? noun? of? all? how_much",
        examples=("她发的那张多少钱",),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? please? NAME sent? that_one measure REST",
        examples=("李姐那张发票多少钱", "小李昨天发的那张发票抬头是啥", "王经理那份合同"),
    ),
    Shape(
        act=Act.OTHERS,
        tokens="please? please? NAME sent noun REST",
        examples=("老王发的发票多少钱", "看看小王上传的发票"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? {_PAPER} denied NOT {_PAPER} FIELD is_now VALUE",
        known=True,
        examples=("不是58，总金额是85",),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? {_PAPER} FIELD denied NOT is_now VALUE",
        known=True,
        examples=("金额不是58，是85", "发票号码不是这个，是25992000000001234567"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? {_PAPER} FIELD is_now VALUE denied NOT",
        known=True,
        examples=("金额是85不是58", "抬头是海岚贸易，不是海风贸易"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? {_PAPER} FIELD is_now? NUMBER denied NOT",
        known=True,
        examples=("金额85不是58",),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? {_PAPER} FIELD is_now VALUE is_right",
        known=True,
        examples=("金额是52.7才对", "抬头是海岚贸易才对"),
    ),
    Shape(act=Act.CORRECT, tokens=f"wrong? {_PAPER} FIELD NUMBER is_right", known=True, examples=("日期3月18日才对",)),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? right_one {_PAPER} FIELD is_now VALUE",
        known=True,
        examples=("正确的金额是52.7", "不对，实际日期是3月18日"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? change {_PAPER} FIELD should_be? NUMBER",
        known=True,
        examples=("改一下金额 52.7", "更正日期：2024年3月18日"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? {_PAPER} FIELD change should_be? NUMBER",
        known=True,
        examples=("金额改一下，52.7",),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong {_PAPER} FIELD NUMBER",
        known=True,
        examples=("不对，金额52.7",),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"{_PAPER} FIELD wrong NUMBER",
        known=True,
        examples=("票价读错了，553.5",),
    ),
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
    Shape(
        act=Act.CORRECT,
        tokens=f"{_PAPER} FIELD wrong is_now VALUE",
        known=True,
        examples=("金额不对，是52.7", "抬头名字打错了，是青禾样例科技有限公司"),
    ),
    Shape(
        act=Act.CORRECT,
        tokens=f"wrong? ba? {_PAPER} FIELD misread NOT should_be VALUE",
        known=True,
        examples=("金额识别成3172了 应该是3712", "把抬头读成海风贸易了，应该是海岚贸易"),
    ),
    Shape(act=Act.WRONG, tokens=f"{_PAPER} FIELD denied NOT", known=True, examples=("金额不是58",)),
    Shape(act=Act.WRONG, tokens="wrong? should_be NUMBER", examples=("应该是52.7", "不对，应该是3月18日")),
    Shape(act=Act.WRONG, tokens="wrong? denied NOT is_now NUMBER wrong?", examples=("不是58，是85",)),
    Shape(act=Act.WRONG, tokens="wrong? misread NUMBER", examples=("读成58了",)),
    Shape(
        act=Act.ASK,
        tokens="QUESTION",
        examples=(
            "合计是多少？",
            "多少钱",
            "税率多少",
            "开票日期是哪天",
            "甲方是谁",
            "金额和日期分别是多少",
            "帮我看看这张多少钱",
            "how much is it",
            "哪天签的",
            "合同什么时候到期",
            "这是谁的身份证",
            "寄到哪里",
            "是二等座吗",
            "什么时候开的",
            "这张发票是哪家公司开的",
            "抬头是不是我们公司",
            "是不是我们公司的",
            "抬头对吗",
            "金额是100块吗",
            "税号发我一下",
            "谁是甲方",
            "刚才那张的税号",
            "what's the total",
            "谢谢，金额呢",
            "多少钱谁开的",
        ),
    ),
    Shape(
        act=Act.ASK, tokens=f"{_SEEN} FIELDS is_it VALUE", known=True, examples=("甲方是海岚贸易吗", "抬头是不是青禾")
    ),
    Shape(act=Act.ASK, tokens=f"{_SEEN} FIELDS is what", examples=("保修期是多久", "出厂编号是多少", "审批人是谁")),
    Shape(
        act=Act.WRONG,
        tokens=f"{_SEEN} each* FIELD some? wrong",
        known=True,
        examples=("金额不对", "抬头错了", "税号有个数字读错了"),
    ),
    Shape(
        act=Act.WRONG,
        tokens=f"{_PAPER} result? some? wrong wrong?",
        examples=("不对", "你识别错了", "有个字识别错了", "错了"),
    ),
    Shape(
        act=Act.THANK, tokens="fine? hello? thanks thanks? fine?", examples=("谢谢", "好的，谢谢", "多谢！", "thanks")
    ),
    Shape(act=Act.AGREE, tokens="fine fine? fine?", examples=("好的", "👍", "OK", "嗯，知道了", "好")),
    Shape(act=Act.WHO, tokens="hello? who_are_you", examples=("你是谁", "你好，你是谁", "who are you")),
    Shape(act=Act.HUMAN, tokens="hello? please? person", examples=("有人工客服吗", "转人工", "有问题找谁")),
    Shape(
        act=Act.WITHDRAW,
        tokens="wrong? sent_wrong? please? ba? which? measure? noun? withdraw which? measure? noun?",
        examples=("撤回", "删掉", "删掉刚才那张", "发错了 撤回一下", "把刚才那张删了"),
    ),
    Shape(act=Act.WITHDRAW, tokens="which? measure? noun? sent_wrong", examples=("刚才那张发错了", "发错图了")),
    Shape(act=Act.GREET, tokens="hello hello?", examples=("在吗", "你好", "hi", "你好，在吗")),
)
"""In the order in which they are tried: the first shape that fits decides."""
