"""The data of electronic invoices in XML: inside an OFD, and as issued by the tax bureau for fully digital invoices.

- `eInvoice`, namespace http://www.edrm.org.cn/schema/e-invoice/2019 (GB/T 36609): verified with real files.
- `EInvoice` of the fully digital invoice (数电票): derived from what public programs read from such files (Header,
  EInvoiceData, TaxSupervisionInfo); not verified with a file from the tax bureau. It has no QR text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from bot.domain.checking.money import money
from bot.domain.roles import Role
from workers.files.safe_xml import Node

NAMES: Mapping[str, Role] = {
    "发票名称": Role.INVOICE_TITLE,
    "发票代码": Role.INVOICE_CODE,
    "发票号码": Role.INVOICE_NUMBER,
    "开票日期": Role.ISSUE_DATE,
    "校验码": Role.CHECK_CODE,
    "机器编号": Role.MACHINE_NUMBER,
    "购买方名称": Role.BUYER_NAME,
    "购买方纳税人识别号": Role.BUYER_TAX_ID,
    "销售方名称": Role.SELLER_NAME,
    "销售方纳税人识别号": Role.SELLER_TAX_ID,
    "合计金额": Role.AMOUNT_WITHOUT_TAX,
    "合计税额": Role.TAX_AMOUNT,
    "价税合计": Role.TOTAL_WITH_TAX,
    "价税合计（大写）": Role.TOTAL_IN_WORDS,
    "收款人": Role.PAYEE,
    "复核": Role.REVIEWER,
    "开票人": Role.DRAWER,
    "备注": Role.REMARKS,
}
"""The roles of an invoice's values, by their names on paper and in files."""

PATHS: Mapping[Role, tuple[str, ...]] = {
    Role.INVOICE_CODE: ("InvoiceCode",),
    Role.INVOICE_NUMBER: ("InvoiceNo",),
    Role.ISSUE_DATE: ("IssueDate",),
    Role.CHECK_CODE: ("InvoiceCheckCode",),
    Role.MACHINE_NUMBER: ("MachineNo",),
    Role.BUYER_NAME: ("Buyer/BuyerName",),
    Role.BUYER_TAX_ID: ("Buyer/BuyerTaxID",),
    Role.SELLER_NAME: ("Seller/SellerName",),
    Role.SELLER_TAX_ID: ("Seller/SellerTaxID",),
    Role.AMOUNT_WITHOUT_TAX: ("TaxExclusiveTotalAmount",),
    Role.TAX_AMOUNT: ("TaxTotalAmount",),
    Role.TOTAL_WITH_TAX: ("TaxInclusiveTotalAmount",),
    Role.PAYEE: ("Payee",),
    Role.REVIEWER: ("Checker",),
    Role.DRAWER: ("InvoiceClerk",),
    Role.REMARKS: ("Note",),
}
"""The path of each value in an `eInvoice`; the tags of an OFD have the same structure."""

_BASIC = "EInvoiceData/BasicInformation"
_DIGITAL: Mapping[Role, tuple[str, ...]] = {
    Role.INVOICE_TITLE: ("Header/InherentLabel/GeneralOrSpecialVAT/LabelName",),
    Role.INVOICE_NUMBER: ("TaxSupervisionInfo/InvoiceNumber", "Header/EIid"),
    Role.ISSUE_DATE: ("TaxSupervisionInfo/IssueTime", f"{_BASIC}/RequestTime"),
    Role.BUYER_NAME: ("EInvoiceData/BuyerInformation/BuyerName",),
    Role.BUYER_TAX_ID: ("EInvoiceData/BuyerInformation/BuyerIdNum",),
    Role.SELLER_NAME: ("EInvoiceData/SellerInformation/SellerName",),
    Role.SELLER_TAX_ID: ("EInvoiceData/SellerInformation/SellerIdNum",),
    Role.AMOUNT_WITHOUT_TAX: (f"{_BASIC}/TotalAmWithoutTax",),
    Role.TAX_AMOUNT: (f"{_BASIC}/TotalTaxAm",),
    Role.TOTAL_WITH_TAX: (f"{_BASIC}/TotalTax-includedAmount",),
    Role.TOTAL_IN_WORDS: (f"{_BASIC}/TotalTax-includedAmountInChinese",),
    Role.DRAWER: (f"{_BASIC}/Drawer",),
    Role.REMARKS: ("EInvoiceData/AdditionalInformation/Remark",),
}
_GOODS: Mapping[Role, str] = {
    Role.ITEM_NAME: "Item",
    Role.SPECIFICATION: "Specification",
    Role.UNIT: "MeasurementDimension",
    Role.QUANTITY: "Quantity",
    Role.UNIT_PRICE: "Price",
    Role.AMOUNT: "Amount",
    Role.TAX_RATE: "TaxScheme",
    Role.LINE_TAX: "TaxAmount",
}
_DIGITAL_GOODS: Mapping[Role, str] = {
    Role.ITEM_NAME: "ItemName",
    Role.SPECIFICATION: "SpecMod",
    Role.UNIT: "MeaUnits",
    Role.QUANTITY: "Quantity",
    Role.UNIT_PRICE: "UnPrice",
    Role.AMOUNT: "Amount",
    Role.TAX_RATE: "TaxRate",
    Role.LINE_TAX: "ComTaxAm",
}
_FORMS = (
    (PATHS, "GraphCode", "GoodsInfo", _GOODS),
    (_DIGITAL, "", "IssuItemInformation", _DIGITAL_GOODS),
)
_MOST_GOODS = 2000  # of one invoice; with more, the sums of the lines do not match the totals
_ROOT = "einvoice"
_NEEDED = (Role.INVOICE_NUMBER, Role.TOTAL_WITH_TAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    """An invoice's values and goods by their roles, and the text of its QR code."""

    values: Mapping[Role, str]
    form: frozenset[Role]  # for which this kind of file has an element
    code: str
    goods: tuple[Mapping[Role, str], ...]

    @property
    def text(self) -> str:
        """The invoice as text for people, with a line for each value and each line of goods."""
        names = {role: name for name, role in NAMES.items()}
        lines = [f"{names[role]}：{value}" for role, value in self.values.items()]
        return "\n".join([*lines, *(" ".join(article.values()) for article in self.goods)])


def read_einvoice(root: Node) -> EInvoice | None:
    """Return the invoice under `root`, None for any other kind of XML."""
    if root.name.lower() != _ROOT:
        return None
    for paths, code, goods, columns in _FORMS:
        texts = {role: next(filter(None, map(root.text_at, of_role)), "") for role, of_role in paths.items()}
        if all(texts[role] for role in _NEEDED):
            articles = tuple(_goods_line(node, columns) for node in islice(root.all(goods), _MOST_GOODS))
            values = {role: text for role, text in texts.items() if text}
            return EInvoice(
                values=values, form=frozenset(paths), code=root.text_at(code) if code else "", goods=articles
            )
    return None


def _goods_line(node: Node, columns: Mapping[Role, str]) -> Mapping[Role, str]:
    cells = {role: " ".join(node.text_at(name).split()) for role, name in columns.items()}
    cells[Role.TAX_RATE] = _as_percent(cells[Role.TAX_RATE])
    return {role: value for role, value in cells.items() if value}


def _as_percent(raw: str) -> str:
    """Return a rate as printed: the data of a fully digital invoice may have 0.06 for 6%."""
    share = money(raw)
    return f"{(share * 100).normalize():f}%" if share is not None and 0 <= share < 1 else raw
