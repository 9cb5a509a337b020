"""Documents with their true contents: drawn ones of every kind in every condition, and real ones if there are any."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from PIL import Image

from tests.accuracy import (
    business_documents,
    cards,
    certificates,
    daily_papers,
    delivery_notes,
    invoices,
    office_papers,
    people,
    slips,
    tickets,
    travel_papers,
    vouchers,
    writings,
)
from tests.accuracy.conditions import CONDITIONS
from tests.accuracy.sheet import Drawn

_ROOT = Path(__file__).resolve().parents[2]
_SAMPLES = _ROOT / "config" / "samples"
_REAL = _ROOT.parent / "shared" / "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file, the prompt that reads it, and what must be read: fields by name, or phrases."""

    name: str
    kind: str
    condition: str
    prompt: str
    load: Callable[[], bytes]
    truth: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    text: str = ""  # all text on it
    spoilt: bool = False  # its bar code is unreadable, and the answer must say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of document: its name in the table, the prompt that reads it, and the function that draws one."""

    name: str
    prompt: str
    draw: Callable[[Random], Drawn]


KINDS = (
    Kind(name="数电票", prompt="invoice", draw=invoices.fully_digital),
    Kind(name="电子普票", prompt="invoice", draw=invoices.older_electronic),
    Kind(name="出租车票", prompt="taxi", draw=tickets.taxi),
    Kind(name="火车票", prompt="train", draw=tickets.train),
    Kind(name="铁路电子客票", prompt="train", draw=vouchers.rail_invoice),
    Kind(name="航空行程单", prompt="air", draw=vouchers.itinerary),
    Kind(name="行程单", prompt="trip_list", draw=slips.trip_list),
    Kind(name="财政票据", prompt="fiscal_bill", draw=vouchers.fiscal_bill),
    Kind(name="银行回单", prompt="bank_receipt", draw=vouchers.bank_receipt),
    Kind(name="过路费小票", prompt="machine_invoice", draw=slips.toll_slip),
    Kind(name="汽车票", prompt="coach_ticket", draw=slips.coach_ticket),
    Kind(name="支付详情", prompt="payment", draw=slips.payment),
    Kind(name="驾驶证", prompt="driving_licence", draw=slips.driving_licence),
    Kind(name="定额发票", prompt="machine_invoice", draw=daily_papers.fixed_amount),
    Kind(name="卷票", prompt="machine_invoice", draw=daily_papers.roll_invoice),
    Kind(name="机动车发票", prompt="vehicle_invoice", draw=daily_papers.vehicle_sale),
    Kind(name="医疗门诊", prompt="medical_bill", draw=daily_papers.clinic_bill),
    Kind(name="酒店结账单", prompt="hotel", draw=daily_papers.hotel_bill),
    Kind(name="英文发票", prompt="english_invoice", draw=daily_papers.english_invoice),
    Kind(name="名片", prompt="business_card", draw=daily_papers.business_card),
    Kind(name="行驶证", prompt="vehicle_licence", draw=daily_papers.vehicle_licence),
    Kind(name="船票", prompt="coach_ticket", draw=travel_papers.ship_ticket),
    Kind(name="纸质行程单", prompt="air", draw=travel_papers.paper_itinerary),
    Kind(name="通行费发票", prompt="invoice", draw=travel_papers.toll_invoice),
    Kind(name="通行费汇总", prompt="toll_summary", draw=travel_papers.toll_summary),
    Kind(name="二手车发票", prompt="vehicle_invoice", draw=office_papers.used_car),
    Kind(name="机打发票", prompt="machine_invoice", draw=office_papers.machine_printed),
    Kind(name="医疗住院", prompt="medical_bill", draw=office_papers.hospital_stay),
    Kind(name="订单截图", prompt="payment", draw=office_papers.order_page),
    Kind(name="收款收据", prompt="payment_receipt", draw=office_papers.receipt_slip),
    Kind(name="完税证明", prompt="tax_payment", draw=office_papers.tax_certificate),
    Kind(name="送货单", prompt="delivery_note", draw=delivery_notes.delivery_note),
    Kind(name="护照", prompt="passport", draw=certificates.passport),
    Kind(name="户口本", prompt="household", draw=certificates.household),
    Kind(name="证书", prompt="certificate", draw=certificates.certificate),
    Kind(name="合同", prompt="contract", draw=business_documents.contract),
    Kind(name="身份证", prompt="id_card", draw=cards.identity),
    Kind(name="营业执照", prompt="licence", draw=business_documents.licence),
    Kind(name="快递单", prompt="waybill", draw=business_documents.waybill),
    Kind(name="设备铭牌", prompt="nameplate", draw=business_documents.nameplate),
    Kind(name="银行卡", prompt="bank_card", draw=cards.bank),
    Kind(name="白板", prompt="whiteboard", draw=writings.whiteboard),
    Kind(name="表格", prompt="table", draw=writings.table),
    Kind(name="文字", prompt="text", draw=writings.plain),
    Kind(name="文档", prompt="markdown", draw=writings.document),
    Kind(name="字幕", prompt="subtitles", draw=writings.subtitles),
)


def drawn_cases(each: int, cache: Path) -> Iterator[Case]:
    """Yield `each` documents of every kind, in alternating conditions; their pictures are cached in `cache`."""
    folder = cache / fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    names = tuple(CONDITIONS)
    for kind in KINDS:
        for number in range(each):
            condition = names[number % len(names)]
            seed = f"{kind.name} {number}"
            drawn = kind.draw(people.seeded_random(seed))
            yield Case(
                name=f"{seed} {condition}",
                kind=kind.name,
                condition=condition,
                prompt=kind.prompt,
                load=_Picture(file=folder / f"{kind.prompt}-{kind.name}-{number}", drawn=drawn, condition=condition),
                truth=drawn.truth,
                rows=drawn.rows,
                text=drawn.text,
                spoilt=drawn.spoilt,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    file: Path
    drawn: Drawn
    condition: str

    def __call__(self) -> bytes:
        if not self.file.exists():
            rng = people.seeded_random(f"{self.file.name} {self.condition}")
            self.file.write_bytes(CONDITIONS[self.condition](self.drawn.picture, rng))
        return self.file.read_bytes()


def fingerprint() -> str:
    """Return what identifies the code that draws."""
    sources = [*_ROOT.glob("tests/samples/*.py"), *_ROOT.glob("tests/accuracy/*.py")]
    drawing = [
        file
        for file in sorted(sources)
        if file.stem not in {"run", "table", "scoring", "spelling", "cached_engine", "cases", "sheet_scoring"}
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in drawing)).hexdigest()[:16]


def sample_cases() -> Iterator[Case]:
    """Yield the project's own samples: invoices by their fields, the rest by phrases."""
    for name, known in json.loads((_SAMPLES / "truth.json").read_text(encoding="utf-8")).items():
        yield Case(
            name=name,
            kind="samples",
            condition="invoice" if "fields" in known else "text",
            prompt="invoice" if "fields" in known else "text",
            load=(_SAMPLES / name).read_bytes,
            truth=known.get("fields", {}),
            phrases=tuple(known.get("phrases", ())),
        )


_NAMES = {  # names in the labels of the real documents that differ from those of the prompts
    "销售方税号": "销售方纳税人识别号",
    "价税合计小写": "价税合计",
    "价税合计大写": "价税合计（大写）",
    "里程数": "里程",
}
_FREE = {"税率", "日期"}  # labelled, but not a field of the shipped prompt
_EMBEDDED = {
    "InvoiceCode": "发票代码",
    "InvoiceNo": "发票号码",
    "IssueDate": "开票日期",
    "InvoiceCheckCode": "校验码",
    "MachineNo": "机器编号",
    "BuyerName": "购买方名称",
    "BuyerTaxID": "购买方纳税人识别号",
    "SellerName": "销售方名称",
    "SellerTaxID": "销售方纳税人识别号",
    "TaxExclusiveTotalAmount": "合计金额",
    "TaxTotalAmount": "合计税额",
    "TaxInclusiveTotalAmount": "价税合计",
    "Payee": "收款人",
    "Checker": "复核",
    "InvoiceClerk": "开票人",
}


def real_cases() -> Iterator[Case]:
    """Yield the real documents beside the checkout, none if they are missing."""
    if not _REAL.is_dir():
        return
    yield _labelled("vat_e_general_with_qr.png", "invoice")
    yield _labelled("taxi_receipt.jpg", "taxi")
    for name in ("1.ofd", "999.ofd"):
        known = json.loads((_REAL / name).with_suffix(".gt.json").read_text(encoding="utf-8"))["embedded_xml"]
        truth = {field: known[key] for key, field in _EMBEDDED.items() if key in known}
        truth["开票日期"] = truth["开票日期"].translate(str.maketrans("年月", "--", "日"))
        yield Case(
            name=name, kind="real", condition="OFD", prompt="invoice", load=(_REAL / name).read_bytes, truth=truth
        )
    for name in ("000.jpg", "004.jpg", "012.jpg"):
        known = json.loads((_REAL / name).with_suffix(".key.json").read_text(encoding="utf-8"))
        truth = {"交易日期": known["date"], "总金额": known["total"]}
        load = (_REAL / name).read_bytes
        yield Case(name=name, kind="real", condition="SROIE", prompt="receipt", load=load, truth=truth)
    board = json.loads((_REAL / "git_jupyter_diagram.gt.json").read_text(encoding="utf-8"))
    yield Case(
        name="git_jupyter_diagram.jpg",
        kind="real",
        condition="whiteboard",
        prompt="text",
        load=_left_half,
        phrases=tuple(board["present"]),
    )


def _labelled(name: str, prompt: str) -> Case:
    fields = json.loads((_REAL / name).with_suffix(".gt.json").read_text(encoding="utf-8"))["fields"]
    truth = {_NAMES.get(key, key): _as_printed(value) for key, value in fields.items() if key not in _FREE}
    return Case(name=name, kind="real", condition=prompt, prompt=prompt, load=(_REAL / name).read_bytes, truth=truth)


def _as_printed(value: str) -> str:
    return value.removeprefix("￥").removesuffix("元") if value.startswith("￥") else value


def _left_half() -> bytes:
    """Return the left half of the picture: the right half is a drawn copy of the whiteboard."""
    picture = Image.open(_REAL / "git_jupyter_diagram.jpg")
    stream = io.BytesIO()
    picture.crop((0, 0, picture.width // 2, picture.height)).save(stream, "PNG")
    return stream.getvalue()
