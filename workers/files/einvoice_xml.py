"""The data of electronic invoices in XML: inside an OFD, and as the tax bureau hands it out for fully digital ones.

- `eInvoice`, namespace http://www.edrm.org.cn/schema/e-invoice/2019 (GB/T 36609): held against real files.
- `EInvoice` of the fully digital invoice (数电票): put together from what public programs read out of such files
  (Header, EInvoiceData, TaxSupervisionInfo); not held against a file from the tax bureau. It carries no QR text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from bot.domain.checking.money import money
from workers.files.safe_xml import Node

NAMES: Mapping[str, str] = {
    "发票名称": "invoice_title",
    "发票代码": "invoice_code",
    "发票号码": "invoice_number",
    "开票日期": "issue_date",
    "校验码": "check_code",
    "机器编号": "machine_number",
    "购买方名称": "buyer_name",
    "购买方纳税人识别号": "buyer_tax_id",
    "销售方名称": "seller_name",
    "销售方纳税人识别号": "seller_tax_id",
    "合计金额": "amount_without_tax",
    "合计税额": "tax_amount",
    "价税合计": "total_with_tax",
    "价税合计（大写）": "total_in_words",
    "收款人": "payee",
    "复核": "reviewer",
    "开票人": "drawer",
    "备注": "remarks",
}
"""The names for people, and the keys in code, of an invoice's values."""

PATHS: Mapping[str, tuple[str, ...]] = {
    "invoice_code": ("InvoiceCode",),
    "invoice_number": ("InvoiceNo",),
    "issue_date": ("IssueDate",),
    "check_code": ("InvoiceCheckCode",),
    "machine_number": ("MachineNo",),
    "buyer_name": ("Buyer/BuyerName",),
    "buyer_tax_id": ("Buyer/BuyerTaxID",),
    "seller_name": ("Seller/SellerName",),
    "seller_tax_id": ("Seller/SellerTaxID",),
    "amount_without_tax": ("TaxExclusiveTotalAmount",),
    "tax_amount": ("TaxTotalAmount",),
    "total_with_tax": ("TaxInclusiveTotalAmount",),
    "payee": ("Payee",),
    "reviewer": ("Checker",),
    "drawer": ("InvoiceClerk",),
    "remarks": ("Note",),
}
"""Where each value stands in an `eInvoice`; the tags of an OFD have the same form."""

_BASIC = "EInvoiceData/BasicInformation"
_DIGITAL: Mapping[str, tuple[str, ...]] = {
    "invoice_title": ("Header/InherentLabel/GeneralOrSpecialVAT/LabelName",),
    "invoice_number": ("TaxSupervisionInfo/InvoiceNumber", "Header/EIid"),
    "issue_date": ("TaxSupervisionInfo/IssueTime", f"{_BASIC}/RequestTime"),
    "buyer_name": ("EInvoiceData/BuyerInformation/BuyerName",),
    "buyer_tax_id": ("EInvoiceData/BuyerInformation/BuyerIdNum",),
    "seller_name": ("EInvoiceData/SellerInformation/SellerName",),
    "seller_tax_id": ("EInvoiceData/SellerInformation/SellerIdNum",),
    "amount_without_tax": (f"{_BASIC}/TotalAmWithoutTax",),
    "tax_amount": (f"{_BASIC}/TotalTaxAm",),
    "total_with_tax": (f"{_BASIC}/TotalTax-includedAmount",),
    "total_in_words": (f"{_BASIC}/TotalTax-includedAmountInChinese",),
    "drawer": (f"{_BASIC}/Drawer",),
    "remarks": ("EInvoiceData/AdditionalInformation/Remark",),
}
_GOODS: Mapping[str, str] = {
    "item_name": "Item",
    "specification": "Specification",
    "unit": "MeasurementDimension",
    "quantity": "Quantity",
    "unit_price": "Price",
    "amount": "Amount",
    "tax_rate": "TaxScheme",
    "line_tax": "TaxAmount",
}
_DIGITAL_GOODS: Mapping[str, str] = {
    "item_name": "ItemName",
    "specification": "SpecMod",
    "unit": "MeaUnits",
    "quantity": "Quantity",
    "unit_price": "UnPrice",
    "amount": "Amount",
    "tax_rate": "TaxRate",
    "line_tax": "ComTaxAm",
}
_FORMS = (
    (PATHS, "GraphCode", "GoodsInfo", _GOODS),
    (_DIGITAL, "", "IssuItemInformation", _DIGITAL_GOODS),
)
_MOST_GOODS = 2000  # of one invoice; more are left out, and then their sums do not fit the totals
_ROOT = "einvoice"
_NEEDED = ("invoice_number", "total_with_tax")


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    """An invoice's values by their keys, the text of its QR code, and its goods, each by the columns' keys."""

    values: Mapping[str, str]
    form: frozenset[str]  # the keys that this kind of file has a place for
    code: str
    goods: tuple[Mapping[str, str], ...]

    @property
    def text(self) -> str:
        """The invoice as text for people, a value or a line of goods a line."""
        known = {key: name for name, key in NAMES.items()}
        lines = [f"{known[key]}：{value}" for key, value in self.values.items()]
        return "\n".join([*lines, *(" ".join(article.values()) for article in self.goods)])


def read_einvoice(root: Node) -> EInvoice | None:
    """Return the invoice under `root`, None where it is another kind of XML."""
    if root.name.lower() != _ROOT:
        return None
    for paths, code, goods, columns in _FORMS:
        found = {key: next(filter(None, map(root.text_at, ways)), "") for key, ways in paths.items()}
        if all(found[key] for key in _NEEDED):
            articles = tuple(_goods_line(one, columns) for one in islice(root.all(goods), _MOST_GOODS))
            values = {key: value for key, value in found.items() if value}
            return EInvoice(
                values=values, form=frozenset(paths), code=root.text_at(code) if code else "", goods=articles
            )
    return None


def _goods_line(node: Node, columns: Mapping[str, str]) -> Mapping[str, str]:
    cells = {key: " ".join(node.text_at(name).split()) for key, name in columns.items()}
    cells["tax_rate"] = _as_percent(cells["tax_rate"])
    return {key: value for key, value in cells.items() if value}


def _as_percent(raw: str) -> str:
    """Return a rate as it is printed: a fully digital invoice's data may have 0.06 for 6%."""
    share = money(raw)
    return f"{(share * 100).normalize():f}%" if share is not None and 0 <= share < 1 else raw
