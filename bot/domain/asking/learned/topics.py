"""The topics that fields of different kinds of documents share, as data: what is asked of one is asked of the other.

Examples of one kind teach the others: 多少钱 asks for the 价税合计 of an invoice and for the 票价 of a train ticket.
"""

from typing import Final

# From a topic to its fields, as KIND.FIELD or, whatever the kind, FIELD. Any other field is a topic of its own.
_FIELDS: Final = {
    "total": """
        价税合计 总金额 合计 payment.金额 合同金额（小写） train.票价 coach_ticket.票价 金额合计（小写） 金额（小写）
    """,
    "total in words": "价税合计（大写） 合同金额（大写） 金额合计（大写） 金额（大写）",
    "number of bill": "发票号码 票据号码",
    "code of bill": "发票代码 票据代码",
    "title of bill": "发票名称 票据名称 回单标题",
    "issue date": "开票日期 填开日期 出票日期",
    "day": "交易日期 taxi.日期 乘车日期 air.日期 bank_receipt.日期 payment.支付时间",
    "buyer": "购买方名称 购买方 交款人 付款人全称",
    "buyer's id": "购买方纳税人识别号 交款人统一社会信用代码",
    "seller": "销售方名称 商户全称 收款单位 收款人全称",
    "item": "invoice.名称 项目名称 payment.商品",
    "person": "姓名 旅客姓名 客人姓名 持卡人",
    "id number": "公民身份号码 身份证号 有效身份证件号码",
    "birth": "出生 出生日期",
    "expiry": "有效期限 有效期 有效期止 有效期至",
    "plate": "车牌号 车号 号牌号码 车牌照号",
    "from": "出发站 自 起点 入口",
    "to": "到达站 至 终点 出口",
    "seat class": "席别 座位等级",
    "departure": "开车时间 air.时间",
    "trip number": "车次 航班号 班次",
    "reviewer": "复核 复核人",
    "tax": "合计税额 vehicle_invoice.税额 english_invoice.税额 增值税税额",
    "without tax": "合计金额 不含税价 不含税金额",
    "tax rate": "税率 增值税税率",
    "company": "licence.名称",
    "device": "nameplate.名称",
    "type of company": "licence.类型",
    "type of vehicle": "invoice.类型 车型 车辆类型",
    "model of vehicle": "厂牌型号 品牌型号",
    "issuer of document": "签发机关 颁发机关",
    "capital": "注册资本 出资额",
    "boss": "法定代表人 经营者 投资人",
    "fuel surcharge": "燃油附加费",
    "amount of row": "invoice.金额 fiscal_bill.金额 train.金额 taxi.金额 trip_list.金额",
    "taxi.unit price": "taxi.单价",
    "note": "备注 用途",
}  # fmt: skip
_TOPIC: Final = {field: topic for topic, fields in _FIELDS.items() for field in fields.split()}


def topic_of(kind: str, field: str) -> str:
    """Return the topic of a field or column of a kind of document."""
    return _TOPIC.get(f"{kind}.{field}") or _TOPIC.get(field) or field
