"""The prompts in config/: each asks in the model's published words, and knows its own pages from all others."""

import json
from pathlib import Path

import pytest

from bot.config.prompt_files import find_problems, load
from bot.domain.prompt import Output, Prompt

CONFIG = Path(__file__).parents[3] / "config"
DATA = Path(__file__).parents[1] / "data"
PROMPTS = load(CONFIG / "prompts")

FIELDS = "提取图片中的: {} 的字段内容，并按照 JSON 格式返回。"
TRANSLATE = (
    "先提取文字，再将文字内容翻译为{}。若是文档，则其中页眉、页脚忽略。公式用latex格式表示，表格用html格式表示。"
)
PUBLISHED = {
    "text": "提取图中的文字。",
    "whiteboard": "提取图中的文字。",
    "subtitles": "提取图片中的字幕。",
    "formula": "识别图片中的公式，用 LaTeX 格式表示。",
    "table": "把图中的表格解析为 HTML。",
    "markdown": (
        "提取文档图片中正文的所有信息用 markdown 格式表示，其中页眉、页脚部分忽略，表格用 html 格式表达，"
        "文档中公式用 latex 格式表示，按照阅读顺序组织进行解析。"
    ),
    "translate_en": TRANSLATE.format("英文"),
    "translate_zh": TRANSLATE.format("中文"),
    "extract": FIELDS.format("{{input}}"),
}
PAGES = {
    "invoice": "电子发票（普通发票）\n发票号码：25312000000012345678\n开票日期：2025年05月28日\n价税合计（大写）壹元整",
    "train": (
        "Z53F012345 检票口A12\n北京西 K123 广州\n2018年12月15日12:23开 05车12号下铺\n¥263.5元 新空调硬卧\n"
        "限乘当日当次车\n1101011990****1234 张三\n买票请到12306 发货请到95306\n中国铁路祝您旅途愉快"
    ),
    "contract": "设备租赁合同\n合同编号：ZL-7\n出租方与承租方经协商一致，订立本合同。\n第八条 违约责任\n逾期付款。",
    "id_card": "姓名 张三\n性别 男 民族 汉\n出生 1990年3月7日\n住址 北京市某区某路1号\n公民身份号码 110101199003071234",
    "licence": (
        "营业执照（副本）\n统一社会信用代码 91990000MA0A1B2C3A\n名称 青禾样例科技有限公司\n类型 有限责任公司\n"
        "法定代表人 张三\n注册资本 壹佰万元整\n成立日期 2018年01月02日\n住所 某市某路\n经营范围 软件开发。\n登记机关"
    ),
    "waybill": "样例速运\n运单号 SF1234567890123\n寄件人 张三 13800138000\n收件人 李四 13900139000",
    "driving_licence": "中华人民共和国机动车驾驶证\n证号 110101199003071234\n住址 某路1号\n准驾车型 C1",
    "trip_list": "滴滴出行 行程单\n上车时间 05-28 10:21\n起点 国贸 终点 望京\n里程[公里] 12.3\n金额[元] 45.60",
    "air": (
        "航空运输电子客票行程单\n旅客姓名 张三\n电子客票号码 999-1234567890\n票价 CNY 850.00\n"
        "燃油附加费 50.00 合计 900.00"
    ),
    "receipt": (
        "TAX INVOICE\nInvoice No.: CS 67832\nDate : 22/12/2017\nTotal Incl. of GST 15.90\nCash 50.00 Change 34.10"
    ),
    "english_invoice": (
        "Invoice\nInvoice No. 4711\nInvoice Date 5 May 2025\nBill To Example Ltd\nSubtotal 100.00\nAmount Due USD 106"
    ),
    "fiscal_bill": "江苏省车辆通行费票据（电子）\n票据代码：32020124 交款人：某公司",
    "bank_receipt": "中国建设银行单位客户专用回单\n付款人 全称 某公司\n收款人 张三\n开户行 某行\n（小写）￥27.00",
    "payment": "账单详情\n-88.00\n当前状态 支付成功\n商户全称 某公司\n交易单号 4200001234",
    "nameplate": "闸阀\n产品型号 Z41H-16C\n公称压力 PN16\n公称通径 DN100\n材质 WCB\n出厂编号 20230015\n制造商 某阀门厂",
}
NOBODYS = (
    "",
    "周会3月18日 OCR 机器人 Q2 plan\n待办：\n1. 发票识别上线\n预算：50000 元以内",
    "商品名称 NIKE SB 教练夹克\n面料 聚酯纤维\n尺码 XS S M L XL\n衣长 73 74 75 76 77",
    "乙方应向甲方开具增值税专用发票，纳税人识别号见附件，价税合计壹万元",
    "你的快递已签收，快递单号 7788，如有疑问请联系快递员。",
    "地铁站平面图\n入口 A 出口 B 车型 起点 终点 码头",
    "联系我们\n电话：010-12345678 传真：010-12345679\n网址：www.example.invalid 邮编：100000",
    "人员登记表\n姓名 张三 民族 汉 住址 某路1号 电话 13800138000",
)


def prompt(name: str) -> Prompt:
    found = PROMPTS.named(name)
    assert found is not None
    return found


def read_lines(name: str) -> str:
    lines = json.loads((DATA / f"{name}.lines.json").read_text(encoding="utf-8"))
    return "\n".join(line["text"] for line in lines)


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    assert find_problems(CONFIG / "prompts") == []


def test_every_prompt_asks_in_the_published_words() -> None:
    for one in PROMPTS.prompts:
        names = "[" + ", ".join(f"'{spec.name}'" for spec in one.fields) + "]"
        assert one.text == PUBLISHED.get(one.name, FIELDS.format(names))


def test_the_documents_and_tasks_that_are_promised_are_there() -> None:
    names = {one.name for one in PROMPTS.prompts}
    fields = {"invoice", "taxi", "train", "contract", "id_card", "licence", "waybill", "nameplate", "bank_card"}
    assert names >= fields | PUBLISHED.keys()
    assert {one.name for one in PROMPTS.prompts if one.needs_model} == {"formula", "translate_en", "translate_zh"}
    assert all(prompt(name).output is Output.FIELDS for name in fields)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_recognised_as_what_it_is(name: str) -> None:
    assert PROMPTS.recognise(PAGES[name]) == prompt(name)


@pytest.mark.parametrize(
    "page",
    [
        "老街面馆\n日期：2026-05-03\n合计：56.00\n实收：56.00\n谢谢惠顾",
        "欢迎光临\n可乐 3.00\n合计 3.00\n谢谢惠顾",
        "便民超市\n合计 38.50\n实收 50.00\n找零 11.50",
        "便民超市\n合计 38.50\n会员优惠 2.00\n应付 36.50\n现金 50.00\n找零 13.50",
        "样例酒楼前门店\n结账单 桌号：12\n菜品合计 368.00\n服务费 36.80\n应收 404.80",
    ],
)
def test_a_till_receipt_is_recognised_without_being_called_one(page: str) -> None:
    assert PROMPTS.recognise(page) == prompt("receipt")


def test_a_payment_that_names_neither_its_number_nor_its_shop_in_full_is_one() -> None:
    assert PROMPTS.recognise("付款成功\n￥68.00\n订单金额 ￥78.00\n优惠 -￥10.00\n收款方 样例咖啡") == prompt("payment")


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (
            "样例银行 客户收付款入账通知\n付款方户名：甲有限公司\n收款方户名：乙有限公司\n金额：RMB 12,300.00",
            "bank_receipt",
        ),
        ("房屋租赁合同\n甲方（出租方）：张三\n乙方（承租方）：李四\n租赁期限自2026年5月1日起", "contract"),
        ("银行卡签购单\n商户名称：样例面馆\n终端号：12345678\n金额：RMB 88.00", "payment"),
    ],
)
def test_a_paper_under_another_of_its_names_is_recognised(page: str, name: str) -> None:
    assert PROMPTS.recognise(page) == prompt(name)


@pytest.mark.parametrize("page", NOBODYS)
def test_a_page_of_no_known_kind_is_recognised_as_none(page: str) -> None:
    assert PROMPTS.recognise(page) is None


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("contract", "contract"),
        ("digital_invoice", "invoice"),
        ("invoice_photo", "invoice"),
        ("vat_e_general", "invoice"),
        ("taxi_receipt", "taxi"),
    ],
)
def test_pages_as_the_cpu_engine_read_them_are_recognised(lines: str, name: str) -> None:
    assert PROMPTS.recognise(read_lines(lines)) == prompt(name)


def test_a_railways_digital_ticket_is_no_invoice_although_it_is_numbered_like_one() -> None:
    page = (
        "电子发票（铁路电子客票）\n发票号码：25119110001000012345 开票日期：2025年03月18日\n北京南站 G7 上海虹桥站\n"
        "2025年03月20日 08:30开 03车05A号 二等座\n票价：￥553.00\n电子客票号：1234567890\n购买方名称：某公司 "
        "统一社会信用代码：91990000MA0A1B2C3A\n买票请到12306 发货请到95306\n中国铁路祝您旅途愉快"
    )
    assert PROMPTS.recognise(page) == prompt("train")


def test_a_contract_that_quotes_registry_data_stays_a_contract() -> None:
    page = "合同编号：1\n甲方 某公司 法定代表人 张三 统一社会信用代码 9199\n成立日期 2018年\n违约责任 争议解决 注册资本"
    assert PROMPTS.recognise(page) == prompt("contract")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("01,32,,25992000000001234567,3712.55,20250318,,5FDD", "invoice"),
        ("01,10,012001800311,33207675,46.62,20190508,76939056883466677916,1AF8,", "invoice"),
    ],
)
def test_an_invoices_code_is_enough_whatever_could_be_read(code: str, name: str) -> None:
    assert PROMPTS.recognise("看不清", [code]) == prompt(name)
    assert PROMPTS.recognise(PAGES["contract"], [code]) == prompt(name)


@pytest.mark.parametrize("code", ["https://example.com/01,32,", "01", "", "SF1234567890123"])
def test_other_codes_recognise_nothing(code: str) -> None:
    assert PROMPTS.recognise("看不清", [code]) is None


CARD = "陈样例\n区域销售总监\n样例智造科技股份有限公司\n138 2213 7789\nchen@example.com\n广州市黄埔区科学大道162号"


def test_a_card_without_words_is_recognised_by_what_stands_on_it() -> None:
    assert PROMPTS.recognise(CARD) == prompt("business_card")


@pytest.mark.parametrize(
    "page", [CARD.replace("区域销售总监", ""), CARD + 20 * "\n本协议一式两份", CARD + "\n注册资本\n经营范围"]
)
def test_a_page_that_lacks_one_of_the_signs_or_is_long_or_something_else_is_no_card(page: str) -> None:
    assert PROMPTS.recognise(page) != prompt("business_card")


def test_a_letter_with_a_telephone_and_a_fax_is_no_card() -> None:
    head = "SAMPLE BAKERIES LTD\nTel: 03-5542 0000 Fax:03-5542 0001\nDate: 23/07/2017\n"

    assert PROMPTS.recognise(head + "Chen Sample\nSales Director") == prompt("business_card")
    assert PROMPTS.recognise(head + 30 * "Received the goods named above in good order\n") is None
