"""The names people use for fields that have other names in the prompt files, as data."""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.domain.asking.words import ways, ways_unlisted
from bot.domain.asking.words.word_products import each

_BUYERS = "购买方 购方 买方 我们 我方 我司 我们公司 咱们 咱们公司 本公司"
_SELLERS = "销售方 销方 卖方 卖家 对方 对方公司 开票方 商家 店家"
_RECEIVERS = "收件人 收货人 收件 收货 收方"
_SENDERS = "寄件人 发货人 寄件 发件人 发件 寄方"
_TAX_IDS = "税号 识别号 税务登记号"
_NAMES = "名称 名字 全称 公司 公司名 公司名称 公司名字"
_PHONES = "电话 手机 手机号 手机号码 电话号码 联系方式 联系电话"
_ADDRESSES = "地址 住址"
_BUYER, _SELLER = "购买方名称 甲方 收件人", "销售方名称 乙方 寄件人"

_SUM = "价税合计 总金额 合同金额 合同金额（小写） 合计 票价 合计金额 金额"
_SUMS = each("含税 价税 票面 发票 开票 总共 全部 单子", "总额 金额 总价 总金额 总数 合计 价格 价款 价 总计 数额")

# From the fields' names in the prompt files, the likeliest first, to what people write for them.
_WRITTEN: Final[Mapping[str, str]] = {
    "价税合计 总金额 合同金额 合同金额（小写） 合计 票价 合计金额 金额": """
        总额 总价 总计 总价格 总款 合计数 总费用 总共金额 totalprice grandtotal totalamount
    """,
    "价税合计 总金额 合同金额 合同金额（小写） 票价 合计金额 金额": """
        总金额 合计 金额 价格 价钱 多少钱 小写 小写金额 票面金额 含税 含税金额 含税价 含税总价 含税合计
        开票金额 发票金额 打款金额 付款金额 支付金额 应付 应付金额 实付 实付金额 实付款 实收 实收金额 消费金额
        报销金额 交易金额 总数 钱数 金额数 数额 费用 车费 车钱 打车费 打车钱 打车费用 车票钱 票款
        票钱 餐费 总合同额 合同总额 合同价 合同价格 合同价款 合同总金额 标的额 标的金额 价款 票面价 票面
        总消费 消费总额 价税总额 钱 sumtotal cost fare ticketprice total amount price sum
    """,
    "价税合计（大写） 合同金额（大写）": "大写 大写金额 金额大写 大写数字 中文大写 汉字金额 大写的",
    "购买方名称 甲方 收件人": """
        抬头 发票抬头 购方 买方 购买方 买家 购货方 购货单位 付款方 付款单位 受票方 开票抬头 公司抬头 抬头名称 抬头名字
        抬头公司 单位抬头 title buyername customername buyer customer billto
    """,
    "销售方名称 乙方 寄件人": """
        销方 卖方 商家 销售方 开票公司 开票单位 销货方 销货单位 收款方 收款单位 供应商 供货商 店名 商户 商户名 店铺
        店铺名 出票方 出票单位 开票商家 开票企业 issuer sellername vendorname shop store seller vendor supplier
        merchant 对方 开票方 卖家 店家
    """,
    "合计金额": """
        不含税金额 税前金额 不含税 未税金额 未税 未税价 不含税价 不含税价格 不含税总额 不含税合计 税前 税前价 除税金额
        去税金额 净额
    """,
    "合计税额": """
        税额 税金 税 税款 税钱 税费 增值税 增值税额 总税额 税总额 进项税 进项税额 可抵扣税额 tax vat taxamount
    """,
    "公民身份号码 身份证号": "身份证号 身份证号码 身份证 证件号 证件号码 证号 idnumber idno",
    "出生": "生日 出生日期 出生年月 年龄 岁数 出生年份 生辰 出生时间 birthday dateofbirth",
    "姓名 寄件人姓名 收件人姓名 持卡人 合同名称 名称": "名字 人名",
    "运单号": """
        快递单号 运单 运单号码 快递号 物流单号 物流号 面单号 运单编号 tracking trackingnumber trackingno trackingid
    """,
    "统一社会信用代码": """
        信用代码 税号 社会信用代码 统一信用代码 统一社会代码 社会代码 机构代码 信用代码证号 执照号 营业执照号 注册号
        统一代码
    """,
    "法定代表人": "法人 法人代表 法人姓名 法人名字 法定代表 老板名字 企业法人",
    "卡号": "银行卡号 卡号码",
    "电子客票号码 发票号码 票据号码": "票号",
    "发票号码 票据号码 合同编号 编号 运单号 卡号": """
        号码 编号 号 票据号 票据号码 流水号 单据号 invoicenumber invoiceno invoiceno. number
    """,
    "开票日期 日期 签订日期 乘车日期 成立日期": "date invoicedate issuedate",
    "名称 购买方名称 甲方 收件人": """
        公司全称 企业名称 公司名称 公司名字 公司名 公司全名 企业全称 单位名称 companyname company
    """,
    "合同编号": "合同号 协议号 合同号码",
    "发票号码": "发票号 发票编号",
    "付款方式": "付款条件 付款条款 结算方式 付款方法 支付方式 账期 怎么付款 付款周期",
    "名称": """
        品名 货物名称 项目名称 商品名称 商品 项目 开票内容 发票内容 项目内容 明细 货品 货物 物品 开票项目 服务名称
        商品明细 商品名
    """,
    "住址 住所 寄件人地址 收件人地址": "地址",
    "运单号 发票号码 合同编号 编号 运单号 卡号": "单号",
    "税号": "taxid taxnumber taxno taxpayerid vatnumber",
    "税率": "税点 点数 税点数 taxrate",
    "发票代码": "代码 票代码 票据代码",
    "单价": "单价 unitprice",
    "数量": "件数 个数 qty quantity",
    "型号 规格型号": "型号 规格 model",
    "开票日期 日期": "开票时间 出票日期 出票时间 发票日期 填开日期 开具日期 开票日",
    "交易日期 日期 开票日期": """
        消费日期 消费时间 交易时间 购买日期 购买时间 下单日期 下单时间 付款日期 付款时间 小票日期
    """,
    "签订日期": "签约日期 签约时间 签署日期 签署时间 签订时间 签字日期 合同日期",
    "生效日期": "生效时间 生效日 开始日期 起始日期 起始日",
    "到期日期 有效期限 有效期": "到期日期 到期日 到期时间 截止日期 截止日 截止时间 结束日期 终止日期 失效日期",
    "有效期限 有效期 到期日期": "有效期 有效期限 有效日期 有效时间 合同期限 期限 合同期 合同有效期 expiry expirydate",
    "违约责任": "违约金 违约条款 罚则",
    "争议解决": "管辖 管辖法院 争议条款 争议解决方式 仲裁地 仲裁机构",
    "币种": "货币 currency",
    "收件人姓名": "收货人 收货方 收货人姓名 receiver recipient 收件人名字 收件人姓名 收件名字 收货人名字",
    "寄件人姓名": "发货人 发件人 发货方 寄件方 sender 寄件人名字 寄件名字 发件人名字",
    "出发站": "始发站 上车站 出发地 起点 起始站 始发地 起点站",
    "到达站": "终点站 目的地 终点 下车站 到站 抵达站",
    "开车时间": "发车时间 出发时间 发车日期 开车时刻 几点的车 几点的票 departuretime",
    "乘车日期 日期": "乘车时间 出行日期 出发日期 坐车日期 车票日期",
    "座位号": "座位 座号 座位号码 车厢 车厢号 铺位 座 seat seatnumber",
    "席别": "座位等级 座席 坐席 座位类型 席位 舱位",
    "车号 车牌号 号牌号码 车牌照号": "车牌 车牌号 车牌号码 牌照 牌照号",
    "车次": "车号 列车号 车次号 火车号 trainnumber",
    "票价 价税合计 总金额 合同金额 合同金额（小写） 票价 合计金额 金额": "车票价格 票价 车票价 票价钱 票面价格",
    "姓名": "乘客 乘车人 旅客 乘客姓名 乘车人姓名 旅客姓名",
    "里程": "公里数 公里 路程 行程 距离 里程数 mileage distance",
    "上车时间": "上车点时间 上车时刻",
    "下车时间": "下车时刻",
    "银行": "开户行 银行名称 银行名字 发卡银行 所属银行 bank",
    "卡类型": "卡种 卡片类型 卡的类型",
    "持卡人": "户名 卡主 卡主人 卡主名字 开户人 开户名 持卡人姓名 持卡人名字",
    "注册资本": "注册资金 注册资本金 资本金 注册金额",
    "成立日期": "注册时间 成立时间 注册日期 成立年份",
    "住所 地址": "注册地址 注册地 公司地址 企业地址 经营地址 办公地址 营业地址",
    "经营范围": "经营内容 经营项目 主营业务 业务范围 营业范围",
    "类型": "公司类型 企业类型 主体类型 企业性质 公司性质",
    "住址": "户籍地址 家庭住址 家庭地址 户籍 身份证地址 户口地址",
    "民族": "族 哪个族 什么族 哪族 什么民族 哪个民族",
    "签发机关": "发证机关 发证单位 签发单位 发证地 发证的机关 颁发机关",
    "制造商": "厂家 生产商 厂商 制造厂家 生产厂商 品牌 制造厂商 厂家名称 厂名 maker manufacturer",
    "出厂日期": "出厂时间 生产时间 制造时间 生产年份 制造年份",
    "编号": "序列号 出厂号 机身号 产品号 设备号 serialnumber serialno",
    "压力等级": "压力 额定压力 最大压力 压力级别 耐压",
    "材质": "材质是什么 料子",
    "复核": "复核人 审核人",
    "开票人": "开票员 开票人员",
    "收款人": "收款人姓名 收款员",
    "备注": "备注信息 备注内容 附注 remark remarks note notes",
    "校验码": "校验码后六位 校验码后6位",
    "甲方": "甲方名称 甲方公司 甲方名字 甲方单位 partya",
    "乙方": "乙方名称 乙方公司 乙方名字 乙方单位 partyb",
    "合同名称": "合同名 合同名字 合同标题 协议名",
    "发票名称": "发票类型 票种 发票种类 票据类型 发票名字",
}
# The same for what each of the two sides of a paper has: 买方税号, 买方的税号.
_OWNED: Final = (
    (_BUYERS, _TAX_IDS, "购买方纳税人识别号"),
    (_SELLERS, _TAX_IDS, "销售方纳税人识别号"),
    ("购买方 购方 买方 我们", _NAMES, _BUYER),
    (_SELLERS, _NAMES, _SELLER),
    (_RECEIVERS, _PHONES, "收件人电话"),
    (_SENDERS, _PHONES, "寄件人电话"),
    (_RECEIVERS, _ADDRESSES, "收件人地址"),
    (_SENDERS, _ADDRESSES, "寄件人地址"),
)


def _synonyms() -> Iterable[tuple[str, tuple[str, ...]]]:
    yield from ((word, tuple(_SUM.split())) for word in _SUMS.split())
    for fields, words in _WRITTEN.items():
        yield from ((word, tuple(fields.split())) for word in words.split())
    for owners, things, fields in _OWNED:
        names = (f"{owner}{of}{thing}" for owner in owners.split() for of in ("", "的") for thing in things.split())
        yield from ((name, tuple(fields.split())) for name in names)


def _all_names() -> dict[str, tuple[str, ...]]:
    names = dict(_synonyms())
    for word, fields in ways.names().items():
        names[word] = (*names.get(word, ()), *fields)
    return names


SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = _all_names()
"""From what people write, squeezed, to the names of the fields they mean."""

EXTRA_FIELDS: Final = ways_unlisted.FIELDS
"""Names of what kinds of documents without such a field may show; it is looked for in the text."""
NAMES: Final = frozenset(f"{_NAMES} 姓名".split())
"""What an owner is asked for by the owner's name alone: 乙方名字 is the 乙方."""
PARTIES: Final = frozenset(
    f"{_BUYERS} {_SELLERS} {_RECEIVERS} {_SENDERS} 甲方 乙方 丙方 供应商 买家 收款方 付款方 收款人 付款人 "
    "收款单位 付款单位 受益人".split()
)
"""The people and companies of a paper."""
ATTRIBUTES: Final = frozenset(
    f"""
    {_TAX_IDS} {_NAMES} {_PHONES} {_ADDRESSES} 姓名 账号 帐号 账户 银行账号 开户行 开户银行 联系人 代表 法人 法定代表人
    邮箱 信用代码 统一社会信用代码 纳税人识别号 单位 签字人 户名 账户名 银行
    """.split()
)
"""What each of them has."""
