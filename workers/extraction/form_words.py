"""The printed words of Chinese invoices that extraction knows, besides the names and labels in the prompt files.

Each is listed once, with its meaning for the code. Words of other kinds of documents belong into the `labels` of their
fields.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.domain.roles import Role

# Labels

SUMS = "合计"  # begins the row with the sums of the columns
NAME = "名称"  # of the buyer, the seller and the goods
TAX_NUMBER = "纳税人识别号"
LABEL_VARIANTS: Mapping[str, tuple[str, ...]] = {
    "No": ("NO", "N0", "N°", "№"),
    NAME: ("称",),  # of 名　　　称, where the first half was not read
    SUMS: ("计",),  # of 合　　　计
}
"""Other forms of a label, as printed or as engines misread it."""

COLON_ONLY = frozenset({"称"})  # without a colon it is a character of a sentence
ROW_START_ONLY = frozenset({"计"})  # elsewhere it is the end of 小计, 共计 or 累计
LABELS_IN_WORDS = (NAME, "金额", "合计", "单位")  # inside a line they are usually part of a longer word

FORM_LABELS = (
    "发票代码", "发票号码", "开票日期", "校验码", "机器编号", "密码区", NAME, TAX_NUMBER,
    "统一社会信用代码/纳税人识别号", "统一社会信用代码", "地址、电话", "地址电话", "地址", "电话", "开户行及账号",
    "开户银行", "银行账号", "账号", "购买方", "购买方信息", "销售方", "销售方信息", "销售方:(章)", "销货单位",
    "购货单位", "货物或应税劳务、服务名称", "货物或应税劳务名称", "应税劳务、服务名称", "劳务、服务名称", "服务名称",
    "项目名称", "商品名称", "货物名称", "产品名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税率/征收率",
    "征收率", "税额", "合计", "价税合计", "价税合计(大写)", "(大写)", "(小写)", "小写", "备注", "收款人", "复核",
    "复核人", "开票人", "下载次数", "共", "第", "传真", "网址", "邮编",
)  # fmt: skip
"""All labels that invoices print: each ends the value before it, even if no field of the prompt has it."""

LABELS_OF_PAPERS = (
    "姓名", "旅客姓名", "乘客姓名", "患者姓名", "宾客姓名", "客人姓名", "户主姓名", "收件人姓名", "寄件人姓名", "性别",
    "民族", "国籍", "出生日期", "住址", "联系地址", "联系电话", "手机号", "手机号码", "联系人", "经办人", "证件类型",
    "证件号码", "身份证号", "身份证号码", "有效身份证件号码", "公民身份号码", "证件有效期", "签发机关", "发证机关",
    "有效期限", "有效期至", "单位名称", "公司名称", "企业名称", "商户名称", "商户全称", "酒店名称", "客户名称",
    "付款单位", "收款单位", "付款人全称", "收款人全称", "付款人账号", "收款人账号", "付款人名称", "收款人名称",
    "购买方名称", "销售方名称", "购买方纳税人识别号", "销售方纳税人识别号", "法定代表人", "注册资本", "成立日期",
    "经营范围", "营业期限", "登记机关", "编号", "证书编号", "合同编号", "订单编号", "订单号", "流水号", "交易流水号",
    "交易单号", "商户单号", "凭证号码", "票据代码", "票据号码", "电子客票号", "电子客票号码", "日期", "时间",
    "交易日期", "交易时间", "支付时间", "支付方式", "打印日期", "打印时间", "申请日期", "填开日期", "填开单位",
    "销售网点代号", "入住日期", "离店日期", "乘车日期", "开车时间", "发车时间", "出发站", "到达站", "出发地", "目的地",
    "座位号", "座位等级", "航班号", "承运人", "客票级别", "客票类别", "客票生效日期", "有效截止日期", "免费行李",
    "车牌号", "车辆类型", "车辆识别代号", "发动机号码", "票价", "总金额", "合计金额", "金额合计", "提示信息",
    "国内国际标识", "开具状态", "签注", "原凭证号", "税种", "品目名称", "税款所属时期", "税款所属期", "入(退)库日期",
    "实缴(退)金额", "Description", "Quantity", "Qty", "Unit price", "Amount", "Item",
)  # fmt: skip
"""Words that papers of many kinds print as labels and that are no value of any field."""

BUTTONS = ("复制", "查看", "添加", "更换", "展开", "去评价", "再次购买")  # what apps print behind a value

# The two parties


class FormBlock(StrEnum):
    """A part of an invoice with its own heading; the value for a party is also the section of its fields."""

    BUYER = "buyer"
    SELLER = "seller"
    PAYER = "payer"  # of a bank's receipt
    PAYEE = "payee"
    REMARKS = "remarks"
    CIPHER = "cipher"  # 密码区 of a paper invoice: encrypted characters


INVOICE_PARTIES = (FormBlock.BUYER, FormBlock.SELLER)
PARTIES = (*INVOICE_PARTIES, FormBlock.PAYER, FormBlock.PAYEE)

VERTICAL_HEADINGS: Mapping[str, FormBlock] = {
    "购买方信息": FormBlock.BUYER,
    "购货单位": FormBlock.BUYER,
    "销售方信息": FormBlock.SELLER,
    "销货单位": FormBlock.SELLER,
    "付款人": FormBlock.PAYER,
    "付款方": FormBlock.PAYER,
    "收款人": FormBlock.PAYEE,
    "收款方": FormBlock.PAYEE,
    "备注": FormBlock.REMARKS,
    "密码区": FormBlock.CIPHER,
}
"""The headings printed vertically beside their block, in their longest form: 购买方 is a part of 购买方信息."""

HEADING_CHARACTERS = frozenset("".join(VERTICAL_HEADINGS))
DISTINCTIVE_CHARACTERS: Mapping[str, FormBlock] = {
    "购": FormBlock.BUYER,
    "买": FormBlock.BUYER,
    "销": FormBlock.SELLER,
    "售": FormBlock.SELLER,
    "付": FormBlock.PAYER,
    "收": FormBlock.PAYEE,
    "备": FormBlock.REMARKS,
    "注": FormBlock.REMARKS,
    "密": FormBlock.CIPHER,
}
"""The characters that only the headings of one block have: one is enough if the others were not read."""

PARTY_HEADINGS = frozenset({"购买方", "销售方"})  # labels only with a colon; without one they head a block
PARTY_CHARACTERS = frozenset("购买销售方信息")  # may stand right before a party's label, without a space
PARTY_LABELS = frozenset({NAME, TAX_NUMBER})  # stand below an invoice's title and code
PURCHASE = "收购"  # on invoices issued by the buyer, on which the parties may be swapped

# The table of goods and its sums

GOODS_LABEL = "项目名称"  # heads the first column
HALF_SUMS = re.compile(r"[合计](?![\u4e00-\u9fff])")  # 合计 of which one half was read
IN_WORDS = re.compile("[圆元圓角分]整")  # an amount in words, which no line of goods has
GRAND_TOTAL = "价税合计"  # begins the row with the total in words and in figures
TABLE_ENDS = (SUMS, "小计", "总计", GRAND_TOTAL)  # begin the rows below the lines of a table
SUM_SIGN = "¥"  # stands before sums, never in a line of goods
CURRENCIES = ("CNY", "RMB", SUM_SIGN)  # stand before an amount
COLUMN_HEADS: Mapping[Role, str] = {Role.UNIT_PRICE: "单价", Role.AMOUNT: "金额", Role.LINE_TAX: "税额"}
COLUMN_OF_SUM: Mapping[Role, Role] = {Role.AMOUNT_WITHOUT_TAX: Role.AMOUNT, Role.TAX_AMOUNT: Role.LINE_TAX}
"""The columns with a sum in the row of 合计, by the role of the field that holds the sum."""

NOTHING = frozenset({"VOID", "XXX"})  # what tickets print where there is nothing

# Title, foot and seals

TITLE = re.compile(r"[\u4e00-\u9fff]{2,}发票|电子发票\([\u4e00-\u9fff]{2,16}\)")
NO_TITLES = (
    "统一发票",
    "增值税发票",
    "电子发票",
    "普通发票",
    "专用发票",
    "机打发票",
    "税务发票",
)  # parts of a title, or of a seal
FOOTER = ("开票人", "收款人", "复核", "复核人")
SEAL = re.compile(r"章\)?$|监制")  # in text read from a seal, not in values
SEAL_ON_REMARKS = re.compile(rf"{SEAL.pattern}|专用章")

# What people call the parts of an invoice that they ask for by name, and the labels of these parts.
OWNERS_ASKED: Mapping[str, FormBlock] = {
    **dict.fromkeys(("销售方", "销方", "卖方", "卖家", "开票方"), FormBlock.SELLER),
    **dict.fromkeys(("购买方", "购方", "买方", "买家", "抬头"), FormBlock.BUYER),
}
LABELS_ASKED: Mapping[str, tuple[str, ...]] = {  # on invoices, by what people call it
    **dict.fromkeys(("地址", "住址"), ("地址、电话", "地址电话", "地址")),
    **dict.fromkeys(("电话", "联系电话", "电话号码"), ("地址、电话", "地址电话", "电话")),
    **dict.fromkeys(("开户行", "开户银行", "银行"), ("开户行及账号", "开户银行", "开户行")),
    **dict.fromkeys(("账号", "银行账号", "卡号"), ("开户行及账号", "银行账号", "账号")),
}
