"""What people ask about what was done, and so do not name, as data: 哪天签的 asks for the 签订日期."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.asking.words.word_products import each

DATE, SELLER, BUYER, SUM = "日期", "销售方", "抬头", "金额"
_MONEY = (PartOfSpeech.MONEY, PartOfSpeech.MUCH)
_DAY = (PartOfSpeech.DAY, PartOfSpeech.WHEN)
_TIME = (PartOfSpeech.TIME, PartOfSpeech.WHEN)
_WHO = (PartOfSpeech.WHO, PartOfSpeech.COMPANY)
_WHAT = (PartOfSpeech.WHAT,)
_WHERE = (PartOfSpeech.WHERE,)
_HOW = (PartOfSpeech.HOW, PartOfSpeech.WHEN, PartOfSpeech.WHAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A verb in its forms, and the names of the fields that the question words beside it ask for.

    `to` is the field for 给谁. A verb that `writes` says nothing beside the name of a field: 税率开的是多少.
    """

    words: str
    asks: Mapping[PartOfSpeech, tuple[str, ...]]
    to: tuple[str, ...] = ()
    writes: bool = False


def _asks(*questions: tuple[tuple[PartOfSpeech, ...], str]) -> dict[PartOfSpeech, tuple[str, ...]]:
    return {part: tuple(fields.split()) for parts, fields in questions for part in parts}


VERBS: Final[tuple[Verb, ...]] = (
    Verb(
        words="""
            开 开的 开了 开出 开出的 开具 开具的 开票 开的票 开过来的 开来的 出票 出的票 开过来 开立 开发票 开的发票
        """,
        asks=_asks(
            (_DAY, DATE),
            ((PartOfSpeech.TIME,), "开车时间"),
            (_WHO, SELLER),
            (_WHERE, SELLER),
            (_MONEY, SUM),
            (_WHAT, "品名"),
        ),
        to=(BUYER,),
        writes=True,
    ),
    Verb(words="开给 开给的 开到 抬头给 开票给", asks=_asks((_WHO, BUYER), (_WHERE, BUYER)), to=(BUYER,)),
    Verb(
        words="买 买的 买了 购买 购买的 采购 采购的 消费 消费的 消费了 购的 刷的 刷卡 付的款",
        asks=_asks(
            ((*_DAY, PartOfSpeech.TIME), DATE),
            (_WHO[:1], BUYER),
            ((PartOfSpeech.COMPANY, *_WHERE), SELLER),
            (_MONEY, SUM),
            (_WHAT, "品名"),
        ),
    ),
    Verb(
        words="卖 卖的 卖了 出的 出售",
        asks=_asks((_DAY, DATE), (_WHO, SELLER), (_MONEY, SUM), (_WHAT, "品名")),
        to=(BUYER,),
    ),
    Verb(
        words=each("- 要 要给 能 可以 应该 应 该 得 实际 实 总共", "付 支付 交 交费 收 报 报销 花 花费 给", "- 了 的")
        + " 值 "
        + each("打车 吃饭 住宿 坐车 买东西 这趟 一共", "花了 付了 用了 花"),
        asks=_asks((_MONEY, SUM), (_HOW[:1], "付款方式")),
    ),
    Verb(
        words="打来 打来的 打过来 打过来的 汇来 汇来的 汇过来 汇过来的 转来 转来的 转过来 转过来的",
        asks=_asks((_WHO, "付款人全称"), (_MONEY, SUM), (_DAY, DATE)),
    ),
    Verb(words="付款 付款的 结款 结算 付钱 给钱 打款 回款", asks=_asks((_HOW, "付款方式"))),
    Verb(words="交税 上税 扣税 交了税 的税", asks=_asks((_MONEY, "税额"))),
    Verb(
        words="签 签的 签了 签订 签订的 签署 签署的 签约 签字 签的字 签的合同 订 订的 订立 signed",
        asks=_asks((_DAY, "签订日期"), (_WHO, "甲方 乙方"), (_MONEY, SUM), (_WHAT, "合同名称")),
        to=("甲方", "乙方"),
        writes=True,
    ),
    Verb(words="生效 起效 开始 起算 开始生效 执行 起", asks=_asks((_DAY, "生效日期"))),
    Verb(
        words="到期 结束 终止 届满 截止 期满 失效 过期 到 止 作废 有效 有效到 expire expires",
        asks=_asks(((*_DAY, PartOfSpeech.MUCH), "到期日期"), (_WHERE, "到达站")),
    ),
    Verb(
        words="赔 要赔 赔偿 要赔偿 罚 要罚 罚款 违约 违约了 毁约 逾期 逾期了 迟付 延期 违约金 晚交 拖欠",
        asks=_asks(((*_HOW, *_MONEY), "违约责任")),
    ),
    Verb(
        words=each("- 有争议 有纠纷 争议 纠纷 出了争议 闹纠纷", "- 去 到 在 找", "仲裁 打官司 起诉 诉讼 解决")
        + " 有争议 有纠纷 争议 纠纷 解决争议",
        asks=_asks(((*_WHERE, *_HOW, *_WHO), "争议解决")),
    ),
    Verb(words="成立 注册 设立 开办 成立的 注册的 创立 创办", asks=_asks((_DAY, "成立日期"), (_MONEY, "注册资本"))),
    Verb(
        words="出厂 出厂的 生产 生产的 制造 制造的 造 造的 做的 产的 出品",
        asks=_asks((_DAY, "出厂日期"), (_WHO, "制造商"), (_WHERE, "制造商")),
    ),
    Verb(words="出生 出生的 生 生的 born", asks=_asks((_DAY, "出生"), (_MONEY, "出生"))),
    Verb(words="岁", asks=_asks(((PartOfSpeech.MUCH,), "出生"))),
    Verb(words="住 住在 家住 家在 户籍 户口在", asks=_asks((_WHERE, "住址"))),
    Verb(
        words="签发 签发的 颁发 颁发的 发的证 办的证 发证 办的",
        asks=_asks((_DAY, "有效期限"), (_WHERE, "签发机关"), (_WHO, "签发机关")),
    ),
    Verb(
        words="寄 寄的 寄出 寄出的 寄来的 寄过来的 发货 发的货 寄件 发件",
        asks=_asks((_WHO, "寄件人姓名"), (_WHERE, "寄件人地址")),
        to=("收件人姓名",),
    ),
    Verb(
        words="寄给 寄给的 发给 送给 收货 收件 收的 收 收的件 收的货",
        asks=_asks((_WHO, "收件人姓名"), (_WHERE, "收件人地址")),
    ),
    Verb(words="寄到 寄去 送到 发到 发往 寄往 送去", asks=_asks((_WHERE, "收件人地址"))),
    Verb(words="上车 上的车 上车的", asks=_asks((_TIME, "上车时间"), (_WHERE, "出发站"))),
    Verb(words="下车 下的车 下车的", asks=_asks((_TIME, "下车时间"), (_WHERE, "到达站"))),
    Verb(
        words="出发 走 走的 坐车 坐 坐的 坐的车 乘车 乘 乘坐 始发 上路",
        asks=_asks(
            (_DAY, "乘车日期"),
            ((PartOfSpeech.TIME,), "开车时间"),
            (_WHERE, "出发站"),
            (_WHAT, "车次"),
            ((PartOfSpeech.MUCH,), "座位号"),
        ),
    ),
    Verb(words="开车 发车 开车的 开的车 发车的", asks=_asks((_TIME, "开车时间"), (_DAY[:1], "乘车日期"))),
    Verb(words="到达 开往 去 去的 终点 到的 到站", asks=_asks((_WHERE, "到达站"), ((PartOfSpeech.TIME,), "到达时间"))),
    Verb(words="打的车 打的的 打车的 打的 叫的车", asks=_asks((_DAY, DATE), (_TIME[:1], "上车时间"), (_MONEY, SUM))),
    Verb(words="经营 主营 经营的 做", asks=_asks((_WHAT, "经营范围"))),
    Verb(words="叫 叫做", asks=_asks(((*_WHAT, *_WHO), "名字")), writes=True),
    Verb(
        words="填 填的 印 打印 标 标的 标注 注明 记 记的 记着 显示 写 写的 约定 约定的 说的 定 定的 写明",
        asks={},
        writes=True,
    ),
)

# Phrases that stand for a field, question words and all. A kind of paper without the field is not asked for it.
PHRASES: Final[Mapping[str, str]] = {
    "税率": " ".join(
        (
            each("几个 多少个 几 多少", "点 税点", "- 的"),
            each("专票 普票", "几个点"),
            "税点几个 税率几个 税率几个点 百分之几的税 几个税点 多少税点",
        )
    ),
    "日期": "何年何月 哪年哪月哪日 whatdate whendate",
    "开票日期": "whenwasitissued whenwasitmade whenissued",
    "签订日期": "whenwasitsigned",
    "到期日期": each("- 有没有 快 是不是 还没 已经", "到期", "了 了没 了没有 没 没有") + " whendoesitexpire 有效期多久",
    "有效期": each("- 有没有 还 是不是 已经", "过期 有效 失效", "- 了 没 了没 了没有 没有 不有效")
    + " 能用到什么时候 用到什么时候 能用到哪天",
    "名字": each("谁 哪位 哪个人 什么人", "的", "证件 证 卡 身份证 车票 名片"),
    "生效日期 到期日期": each(
        "从 自 -", "哪天 几号 什么时候 哪年 啥时候", "到 至", "哪天 几号 什么时候 哪年 啥时候", "- 的 止"
    ),
    "寄件人地址 收件人地址": each("从", "哪 哪里 哪儿", "寄 发", "到 去 往", "哪 哪里 哪儿", "- 的"),
    "出生": "多大年纪 几岁 多大了 多大岁数 多大年龄 多少岁 哪年的人",
    "签发机关": each(
        "哪个 哪家 哪里的 哪里 哪 什么", "公安局 派出所 公安 机关 部门", "- 发 签发 办 发的 签发的 办的 发的证"
    ),
    "经营范围": "做什么的 干什么的 干嘛的 是干嘛的 做什么业务 做什么生意 主要做什么 经营什么 卖什么的 做啥的 干啥的",
    "发票名称": """
        专票还是普票 普票还是专票 是专票 是普票 什么票 啥票 哪种票 什么发票 哪种发票 是不是专票 是不是普票
        是不是电子票 是专票还是普票
    """
    " 是普票还是专票 增值税专用发票还是普通发票 专用还是普通 专用发票还是普通发票 是专用发票 是普通发票 是不是专用发票",
    "金额 大写金额": """
        大小写一致 大小写对得上 大小写是否一致 大小写一不一致 大小写对不对 大小写金额一致 大小写金额对得上 大小写金额
        大小写
    """,
    "上车时间 下车时间": "上下车时间 上车下车时间 上下车",
    "数量": "几个 多少个 几件 几个东西 多少件 几样 买了几个 买了多少个 买了几件 几瓶 几箱 几台",
    "性别": each("男 男的 男生 是男", "- 还是", "女 女的 女生 是女") + " 男是女 男或女",
    "出发站 到达站": each("从", "哪 哪里 哪儿 哪站", "- 坐 出发 开", "到 去 往", "哪 哪里 哪儿 哪站", "- 的"),
    "席别": each("- 是 是不是", "一等座 二等座 商务座 硬座 软座 硬卧 软卧 无座 几等座 什么座 什么席别 啥座")
    + " 几等 什么席位 一等还是二等 一等座还是二等座 二等座还是一等座",
    "座位号": "坐几号 坐哪个位 坐哪节 坐第几 坐几车 "
    + each("- 坐 座位在 在 坐在", "几号 哪个 哪 几", "座 座位 车厢 排 号座 号位")
    + " 坐哪 坐哪里 坐哪儿 座位在哪 座位在哪里",
    "车次": each("哪 哪一 什么 几", "趟 次 班", "- 车 列车 高铁 动车 火车 的车")
    + " 什么车 哪个车次 什么车次 坐什么车 坐的什么车",
    "乘车日期": each("哪天 哪一天 什么时候 啥时候 几号 几月几号", "的", "车 火车 高铁 动车"),
    "开车时间": each("几点 几点几分 什么时间", "的", "车 火车 高铁 动车"),
    "里程": each("- 跑了 走了 开了 坐了 有 多少", "多少 几 多少个", "公里 里 里路 千米"),
    "银行": each("- 是", "哪个 哪家 什么 哪 啥", "银行 行", "- 的 的卡 卡 发的"),
    "卡类型": "信用卡还是储蓄卡 储蓄卡还是信用卡 是信用卡 是储蓄卡 是不是信用卡 什么卡 哪种卡",
    "制造商": "什么厂家 哪个厂家 哪个品牌 什么牌子 啥牌子 什么品牌",
    "材质": each("- 是", "什么 啥", "材质 材料 料子 料", "- 的 做的"),
    "币种": each("用 以 按", "什么币种 什么币 什么货币 哪种货币", "- 结算 付 付款 计价")
    + " "
    + each("- 是 是不是", "人民币 美元 美金 欧元 港币 日元 什么币 哪种货币 什么币种", "- 还是美元 还是人民币"),
    "甲方 乙方": "甲乙双方 甲乙方 双方 甲方乙方 签约双方 合同双方 两方 两家 跟谁签 跟谁签的 和谁签 和谁签的",
    "争议解决": each(
        "打官司 仲裁 起诉 诉讼 有争议 有纠纷 争议 纠纷",
        "- 去 到 在 找 归 由",
        "哪个法院 哪家法院 什么法院 哪里 哪儿 哪 谁",
        "- 管 管辖 解决 仲裁",
    )
    + " "
    + each(
        "- 有争议 有纠纷 出了争议 出了纠纷 出现争议 发生争议 发生纠纷 闹纠纷 打官司",
        "去 到 在 找",
        "哪 哪里 哪儿 谁 什么地方",
        "仲裁 打官司 起诉 诉讼 解决",
    ),
    "不含税": each("去掉 扣掉 除去 扣 除 刨去 刨掉 不算 不带 减去 抛开", "税 税额 税钱 税款", "- 后 之后 的 以后")
    + " 税前多少 净价",
    "付款方式": each("款 钱 款项 货款 尾款", "怎么 如何 怎么个", "付 给 结 支付 打"),
    "名称": each("公司 这家公司 企业 单位", "叫", "什么 啥", "- 名 名字 全称 名称")
    + " 公司叫什么 公司叫啥 公司是哪家 企业叫什么",
    "品名": each("- 买的 开的 卖的", "什么 啥 哪些", "项目 商品 货 服务 品类 货物"),
    "税额": each("- 交了 含 含了 扣了 要交 包含 包含了 缴了 缴 里有 有", "多少 多少钱", "税 税钱 税款 的税"),
    "重量": "多重 几公斤 多少斤 几斤",
    SELLER: "哪家店 哪家店的 哪个商家 什么店 商家是哪家 哪家的 谁家的 哪里买的 哪买的 在哪买的 whoissuedit",
    BUYER: "抬头给的谁 给谁的发票",
    "收件人地址": each("寄 发 送 寄到 发到 送到", "哪 哪里 哪儿 什么地方", "- 去 去的 的")
    + " 收件人住哪 收件人住哪里 收件人在哪 收件人在哪里",
    "法定代表人": "老板是谁 老板叫什么 老板叫啥 谁是老板",
    "收件人姓名": "给谁寄的",
    SUM: each("打车 吃饭 住宿 坐车 买东西", "- 花了 付了 用了 花 一共 总共 一共花了", "多少 多少钱 几块钱")
    + " 是多少钱来着 多少钱来 thetotal totalplease howmuchintotal",
}
