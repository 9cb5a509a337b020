"""The names people use for fields, and which of a document's fields they mean by them."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.prompt import FieldSpec, Prompt, squeezed_word

_SUM = ("价税合计", "总金额", "合同金额", "合同金额（小写）", "票价", "合计金额", "金额")
_NUMBER = ("发票号码", "合同编号", "编号", "运单号", "卡号")
_BUYER, _SELLER = ("购买方名称", "甲方", "收件人"), ("销售方名称", "乙方", "寄件人")
_BUYERS = ("购买方", "购方", "买方", "我们", "我方", "我司", "我们公司", "咱们", "咱们公司", "本公司")
_SELLERS = ("销售方", "销方", "卖方", "卖家", "对方", "对方公司", "开票方", "商家", "店家")
_RECEIVERS = ("收件人", "收货人", "收件", "收货", "收方")
_SENDERS = ("寄件人", "发货人", "寄件", "发件人", "发件", "寄方")
_TAX_IDS, _NAMES = ("税号", "识别号", "税务登记号"), ("名称", "名字", "全称", "公司", "公司名", "公司名称", "公司名字")
_PHONES, _ADDRESSES = ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系电话"), ("地址", "住址")


def _of(owners: Iterable[str], things: Iterable[str], *fields: str) -> dict[str, tuple[str, ...]]:
    """Return the names 买方税号 and 买方的税号, of each thing of each owner, for `fields`."""
    return {f"{owner}{of}{thing}": fields for owner in owners for of in ("", "的") for thing in things}


# From what people write to the fields' names in the prompt files, the likeliest first.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("总金额", "总额", "总价", "总计", "合计", "金额", "价格", "价钱", "多少钱", "小写", "小写金额"), _SUM
    ),
    **dict.fromkeys(("大写", "大写金额", "金额大写"), ("价税合计（大写）", "合同金额（大写）")),
    **dict.fromkeys(("抬头", "发票抬头", "购方", "买方", "购买方"), _BUYER),
    **dict.fromkeys(("销方", "卖方", "商家", "销售方", "开票公司", "开票单位"), _SELLER),
    **dict.fromkeys(("不含税金额", "税前金额"), ("合计金额",)),
    **dict.fromkeys(("税额", "税金", "税"), ("合计税额",)),
    **dict.fromkeys(("身份证号", "身份证号码", "身份证", "证件号", "证件号码"), ("公民身份号码", "身份证号")),
    **dict.fromkeys(("生日", "出生日期", "出生年月"), ("出生",)),
    **dict.fromkeys(("名字", "人名"), ("姓名", "寄件人姓名", "收件人姓名", "持卡人", "合同名称", "名称")),
    **dict.fromkeys(("单号", "快递单号", "运单", "运单号码"), ("运单号",)),
    **dict.fromkeys(("信用代码", "税号"), ("统一社会信用代码",)),
    **dict.fromkeys(("法人", "法人代表"), ("法定代表人",)),
    **dict.fromkeys(("银行卡号", "卡号码"), ("卡号",)),
    **dict.fromkeys(("号码", "编号", "票号", "invoicenumber", "invoiceno", "invoiceno.", "number"), _NUMBER),
    **dict.fromkeys(("total", "amount", "price", "sum", "grandtotal", "totalamount"), _SUM),
    **dict.fromkeys(("date", "invoicedate", "issuedate"), ("开票日期", "日期", "签订日期", "乘车日期", "成立日期")),
    **dict.fromkeys(("buyer", "customer", "billto"), _BUYER),
    **dict.fromkeys(("seller", "vendor", "supplier", "merchant"), _SELLER),
    **dict.fromkeys(("tax", "vat", "taxamount"), ("合计税额",)),
    **_of(_BUYERS, _TAX_IDS, "购买方纳税人识别号"),
    **_of(_SELLERS, _TAX_IDS, "销售方纳税人识别号"),
    **_of(_BUYERS[:4], _NAMES, *_BUYER),
    **_of(_SELLERS, _NAMES, *_SELLER),
    **_of(_RECEIVERS, _PHONES, "收件人电话"),
    **_of(_SENDERS, _PHONES, "寄件人电话"),
    **_of(_RECEIVERS, _ADDRESSES, "收件人地址"),
    **_of(_SENDERS, _ADDRESSES, "寄件人地址"),
    **dict.fromkeys(("对方", "对方公司", "开票方", "卖家", "店家"), _SELLER),
    **dict.fromkeys(("公司全称", "企业名称", "公司名称", "公司名字", "公司名"), ("名称", *_BUYER)),
    **dict.fromkeys(("合同号", "协议号", "合同号码"), ("合同编号",)),
    **dict.fromkeys(("发票号", "发票编号"), ("发票号码",)),
    **dict.fromkeys(("付款条件", "付款条款", "结算方式"), ("付款方式",)),
    **dict.fromkeys(("品名", "货物名称", "项目名称", "商品名称", "商品", "项目"), ("名称",)),
    "地址": ("住址", "住所", "寄件人地址", "收件人地址"),
    "厂家": ("制造商",),
}  # fmt: skip


def fields_named(name: str, specs: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Return the fields that a person means by `name`, none if there are none.

    The first of these rules that finds any decides: the name itself, a synonym, a label, part of a name.
    """
    wanted = squeezed_word(name)
    candidates = (
        [spec for spec in specs if squeezed_word(spec.name) == wanted],
        _field_by_synonym(wanted, specs),
        [spec for spec in specs if wanted in map(squeezed_word, spec.labels)],
        [spec for spec in specs if wanted in squeezed_word(spec.name)],
    )
    return tuple(next(filter(None, candidates), []))


def keys_of(names: Iterable[str], specs: Sequence[FieldSpec]) -> tuple[str, ...]:
    """Return the keys of the fields that `names` mean, in the order of the names and each once."""
    return tuple(dict.fromkeys(spec.key for name in names for spec in fields_named(name, specs)))


def has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    """Return whether a kind of document has a field or a column for each of `names`."""
    return all(fields_named(name, prompt.fields) or fields_named(name, prompt.columns) for name in names)


def is_synonym(name: str) -> bool:
    """Return whether people use `name` for fields that have other names in the prompt files."""
    return squeezed_word(name) in _SYNONYMS


def _field_by_synonym(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    by_name = {squeezed_word(spec.name): spec for spec in specs}
    return [by_name[name] for name in map(squeezed_word, _SYNONYMS.get(wanted, ())) if name in by_name][:1]
