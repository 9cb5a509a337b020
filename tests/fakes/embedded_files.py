"""Small OFDs, e-invoices and PDFs with invented contents."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NUMBER, CODE, CHECK = "12345678", "011002000111", "12345678901234567890"
QR = f"01,10,{CODE},{NUMBER},100.00,20240528,{CHECK},"
VALUES: Mapping[str, str] = {
    "InvoiceCode": CODE,
    "InvoiceNo": NUMBER,
    "IssueDate": "2024年05月28日",
    "InvoiceCheckCode": CHECK,
    "MachineNo": "123456789012",
    "BuyerName": "青禾样例科技有限公司",
    "BuyerTaxID": "91990000MA0A1B2C3A",
    "SellerName": "云州示例办公用品有限公司",
    "SellerTaxID": "91990000MA7K5H8D4D",
    "TaxExclusiveTotalAmount": "100.00",
    "TaxTotalAmount": "6.00",
    "TaxInclusiveTotalAmount": "106.00",
    "Payee": "王小样",
    "Checker": "李小样",
    "InvoiceClerk": "赵小样",
}
_PARTIES = {"Buyer": ("BuyerName", "BuyerTaxID"), "Seller": ("SellerName", "SellerTaxID")}
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def zipped(members: Mapping[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def invoice_xml(values: Mapping[str, str] = VALUES, *, code: str = "", head: str = '<?xml version="1.0"?>') -> str:
    elements = {key: f"<fp:{key}>{escape(value)}</fp:{key}>" for key, value in values.items()}
    parties = "".join(
        f"<fp:{party}>{''.join(elements.pop(key, '') for key in keys)}</fp:{party}>" for party, keys in _PARTIES.items()
    )
    article = "<fp:Item>*文具*钢笔</fp:Item><fp:Amount>100.00</fp:Amount>"
    inside = f"{''.join(elements.values())}{parties}"
    goods = f"<fp:GoodsInfos><fp:GoodsInfo>{article}</fp:GoodsInfo></fp:GoodsInfos>"
    graph = f"<fp:GraphCode>{code}</fp:GraphCode>" if code else ""
    return f'{head}<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019">{inside}{graph}{goods}</eInvoice>'


def ofd(
    *,
    attached: str | None = None,
    properties: Mapping[str, str] | None = None,
    printed: Sequence[Sequence[tuple[str, str]]] = ((("title", "青州增值税电子普通发票"),),),
    tags: str | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return an OFD whose pages show `printed`, lines of an id and a text; `more` adds or replaces members."""
    custom = "".join(
        f'<ofd:CustomData Name="{name}">{text}</ofd:CustomData>' for name, text in (properties or {}).items()
    )
    pages = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(printed)))
    members: dict[str, str | bytes] = {
        "OFD.xml": f"\ufeff<ofd:OFD {_NAMESPACE}><ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>{custom}</ofd:CustomDatas>"
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NAMESPACE}><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
    }
    for number, texts in enumerate(printed):
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(texts)
    if attached is not None:
        members["Doc_0/Attachs/original_invoice.xml"] = "\ufeff" + attached
    if tags is not None:
        members["Doc_0/Tags/CustomTag.xml"] = tags
    return zipped(members | dict(more or {}))


def _page(texts: Sequence[tuple[str, str]]) -> str:
    objects = "".join(
        f'<ofd:TextObject ID="{name}" Boundary="20 {10 + 8 * row} 150 5" Size="4">'
        f'<ofd:TextCode X="0" Y="4" DeltaX="g {len(text) - 1} 4">{escape(text)}</ofd:TextCode></ofd:TextObject>'
        for row, (name, text) in enumerate(texts)
    )
    return f"<ofd:Page {_NAMESPACE}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"


def digital_xml(**changes: str) -> str:
    """Return a fully digital invoice in the XML of the tax bureau; `changes` replaces values."""
    values = {
        "InvoiceNumber": "24992000000001234567",
        "IssueTime": "2024-05-28 10:11:12",
        "TotalAmWithoutTax": "100",
        "TotalTaxAm": "6.0",
        "TotalTax": "106.00",
        "Amount": "100",
        "TaxRate": "0.06",
    } | changes
    return (
        '<?xml version="1.0" encoding="UTF-8"?><EInvoice><Header><EIid>24992000000001234567</EIid><InherentLabel>'
        "<GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT>"
        "</InherentLabel></Header><EInvoiceData><SellerInformation><SellerIdNum>91990000MA7K5H8D4D</SellerIdNum>"
        "<SellerName>云州示例办公用品有限公司</SellerName></SellerInformation><BuyerInformation>"
        "<BuyerIdNum>91990000MA0A1B2C3A</BuyerIdNum><BuyerName>青禾样例科技有限公司</BuyerName></BuyerInformation>"
        f"<BasicInformation><TotalAmWithoutTax>{values['TotalAmWithoutTax']}</TotalAmWithoutTax>"
        f"<TotalTaxAm>{values['TotalTaxAm']}</TotalTaxAm><TotalTax-includedAmount>{values['TotalTax']}"
        "</TotalTax-includedAmount><TotalTax-includedAmountInChinese>壹佰零陆圆整</TotalTax-includedAmountInChinese>"
        "<Drawer>赵小样</Drawer></BasicInformation><IssuItemInformation><ItemName>*文具*钢笔</ItemName>"
        f"<Amount>{values['Amount']}</Amount><TaxRate>{values['TaxRate']}</TaxRate></IssuItemInformation></EInvoiceData><TaxSupervisionInfo>"
        f"<InvoiceNumber>{values['InvoiceNumber']}</InvoiceNumber><IssueTime>{values['IssueTime']}</IssueTime>"
        "</TaxSupervisionInfo></EInvoice>"
    )


_TURNS = {0: "1 0 0 1 {x} {up}", 90: "0 1 -1 0 {y} {x}", 180: "-1 0 0 -1 {back} {y}", 270: "0 -1 1 0 {up} {back}"}


SIMPLIFIED, TRADITIONAL = ("GB1", "UniGB-UCS2-H"), ("CNS1", "UniCNS-UCS2-H")


def pdf(
    *pages: Sequence[tuple[int, int, str]],
    turned: int = 0,
    face: str = "STSong-Light",
    characters: tuple[str, str] = SIMPLIFIED,
) -> bytes:
    """Return a PDF whose pages, 600 × 400 points, show texts at (x, y) from the top left, in a font of the viewer.

    With `turned`, the pages are stored rotated by that many degrees and displayed upright.
    """
    ordering, encoding = characters
    font = f"<</Type/Font/Subtype/Type0/BaseFont/{face}/Encoding/{encoding}/DescendantFonts[4 0 R]>>"
    system = f"/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 2>>"
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    size = "0 0 600 400" if turned in {0, 180} else "0 0 400 600"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        font,
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{face}{system}/DW 1000>>",
    ]
    for number, texts in enumerate(pages):
        stream = "\n".join(
            f"BT /F 10 Tf {_TURNS[turned].format(x=x, y=y, up=400 - y, back=600 - x)} Tm "
            f"<{text.encode('utf-16-be').hex()}> Tj ET"
            for x, y, text in texts
        )
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{size}]/Rotate {turned}/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {6 + 2 * number} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    return _pdf_file(objects)


def _pdf_file(objects: Sequence[str]) -> bytes:
    body, offsets = "%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + f"xref\n0 {count}\n0000000000 65535 f \n{table}" + end).encode("ascii")
