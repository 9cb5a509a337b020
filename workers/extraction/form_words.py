"""The printed words that extraction reacts to, besides the names and labels that a prompt file gives its fields.

They are the words of Chinese invoices. Each is here once, with what it means to the code; what other kinds of documents
print goes into the `labels` of their fields.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.domain.roles import Role

# Labels

NAME = "名称"  # of the buyer, of the seller, and of what is sold
TAX_NUMBER = "纳税人识别号"
LABEL_VARIANTS: Mapping[str, tuple[str, ...]] = {
    "No": ("NO", "N0", "N°", "№"),
    NAME: ("称",),  # of 名　　　称, where the first half was not read
}
"""What engines read, or forms print, for a label."""

COLON_ONLY = frozenset({"称"})  # without a colon it is a character of a sentence
LABELS_IN_WORDS = (NAME, "金额", "合计", "单位")  # inside a line they are mostly a part of something else

FORM_LABELS = (
    "发票代码", "发票号码", "开票日期", "校验码", "机器编号", "密码区", NAME, TAX_NUMBER,
    "统一社会信用代码/纳税人识别号", "统一社会信用代码", "地址、电话", "地址电话", "地址", "电话", "开户行及账号",
    "开户银行", "银行账号", "账号", "购买方", "购买方信息", "销售方", "销售方信息", "销售方:(章)", "销货单位",
    "购货单位", "货物或应税劳务、服务名称", "货物或应税劳务名称", "应税劳务、服务名称", "劳务、服务名称", "服务名称",
    "项目名称", "商品名称", "货物名称", "产品名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税率/征收率",
    "征收率", "税额", "合计", "价税合计", "价税合计(大写)", "(大写)", "(小写)", "小写", "备注", "收款人", "复核",
    "复核人", "开票人", "下载次数", "共", "第",
)  # fmt: skip
"""All that an invoice prints as a label: it ends the value before it, whether or not a field of the prompt has it."""

# The two parties


class FormBlock(StrEnum):
    """A part of an invoice with a heading of its own; a party's name is the section of its fields' roles."""

    BUYER = "buyer"
    SELLER = "seller"
    REMARKS = "remarks"
    CIPHER = "cipher"  # 密码区 of a paper invoice: characters that say nothing to people


PARTIES = (FormBlock.BUYER, FormBlock.SELLER)

VERTICAL_HEADINGS: Mapping[str, FormBlock] = {
    "购买方信息": FormBlock.BUYER,
    "购货单位": FormBlock.BUYER,
    "销售方信息": FormBlock.SELLER,
    "销货单位": FormBlock.SELLER,
    "备注": FormBlock.REMARKS,
    "密码区": FormBlock.CIPHER,
}
"""The headings printed downwards beside their block, in their fullest form: 购买方 is a part of 购买方信息."""

HEADING_CHARACTERS = frozenset("".join(VERTICAL_HEADINGS))
DISTINCTIVE_CHARACTERS: Mapping[str, FormBlock] = {
    "购": FormBlock.BUYER,
    "买": FormBlock.BUYER,
    "销": FormBlock.SELLER,
    "售": FormBlock.SELLER,
    "备": FormBlock.REMARKS,
    "注": FormBlock.REMARKS,
    "密": FormBlock.CIPHER,
}
"""The characters that only one of these headings has: one of them is enough where the others were not read."""

PARTY_HEADINGS = frozenset({"购买方", "销售方"})  # a label only with a colon: alone they head a block
PARTY_CHARACTERS = frozenset("购买销售方信息")  # what may stand before a party's label without a space
PARTY_LABELS = frozenset({NAME, TAX_NUMBER})  # stand below an invoice's title and code
PURCHASE = "收购"  # on an invoice that the buyer issues, where the parties may change places

# The table of goods and its sums

GOODS_LABEL = "项目名称"  # the head of the table's first column
SUMS = "合计"  # begins the row with the sums of the columns
GRAND_TOTAL = "价税合计"  # begins the row with the total in words and in figures
TABLE_ENDS = (SUMS, "小计", "总计", GRAND_TOTAL)  # how a row begins that is below the lines of a table
SUM_SIGN = "¥"  # stands before sums; no line of goods has one
COLUMN_HEADS: Mapping[Role, str] = {Role.UNIT_PRICE: "单价", Role.AMOUNT: "金额", Role.LINE_TAX: "税额"}
COLUMN_OF_SUM: Mapping[Role, Role] = {Role.AMOUNT_WITHOUT_TAX: Role.AMOUNT, Role.TAX_AMOUNT: Role.LINE_TAX}
"""The columns whose sums stand in the row of 合计, by the roles of the fields that hold these sums."""

# Title, foot and seals

TITLE = re.compile(r"[\u4e00-\u9fff]{2,}发票|电子发票\([\u4e00-\u9fff]{2,16}\)")
NO_TITLES = ("增值税发票", "电子发票", "普通发票", "专用发票", "机打发票", "税务发票")  # parts of a title, or of a seal
FOOTER = ("开票人", "收款人", "复核", "复核人")
SEAL = re.compile(r"章\)?$|监制")  # in what was read of a seal: no value ends like that
SEAL_ON_REMARKS = re.compile(rf"{SEAL.pattern}|专用章")
