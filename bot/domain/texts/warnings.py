"""Why a value or a reading is doubtful."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence


# Doubts about a reading
def reading_doubtful(fault: str) -> str:
    return _ONLY_COORDINATES if fault == "coordinates" else f"{_FAULTS[fault]}，重读后仍有疑问：请对照原件。"


_ONLY_COORDINATES = "模型只给出了文字在图上的位置，没有给出文字，重读后也是这样。不是照片的问题，请过一会儿再发一次。"


_FAULTS = {
    "empty": "没有读到内容",
    "loop": "内容有大段重复",
    "cut": "内容太长，没有读完",
    "summary": "像是对图片的描述，不一定是原文",
    "unparsable": "结果的格式不完整",
    "untranslated": "没有得到译文，只有原文",
}


def reading_cut_short() -> str:
    return "内容太多，没有读完：后面的部分缺失，请裁小或分几张再发。"


def required_missing(names: Sequence[str]) -> str:
    """When fields that such a document always has were not found."""
    return f"没有读到{'、'.join(names)}，请在原件上查看"


def doubt_cut() -> str:
    return "可能没有读完整，请对照原件"


def doubt_form(value: str) -> str:
    return f"“{value}”不像这一项的内容，请对照原件"


def doubt_read_differently(others: Sequence[str]) -> str:
    return f"另一次读作{'、'.join(f'“{other}”' for other in others)}，请对照原件"


def doubt_answer() -> str:
    return "这次识别不完整，请对照原件"


def doubt_unclear() -> str:
    return "字迹不清，可能读错，请对照原件"


def doubt_head_unread() -> str:
    """When the head of a table could not be read, so that only the form of a value says which column it is in."""
    return "表头看不清，是按内容的样子分的列，请对照原件"


def doubt_label_unread() -> str:
    """When a value stands beside what is like its label, of which some characters could not be read."""
    return "这一项的名称看不清，请对照原件"


def doubt_at_edge() -> str:
    """When a value reaches the edge of its picture, where a part of it may have been cut off."""
    return "靠着图片边缘，可能没有拍全，请对照原件"


def doubt_no_cents(printed: str) -> str:
    return f"只读到“{printed}”，没有小数，可能漏读，请对照原件"


def found_beside(label: str) -> str:
    """When a person named something that no kind of document knows, and the page has a label for it."""
    return f"按图上的“{label}”找到的，没有核对"


def doubt_faint_point() -> str:
    return "小数点没有读清，请对照原件"


def doubt_date_may_be_cut() -> str:
    return "日期末尾没有读到“日”，可能漏读，请对照原件"


def doubt_year_is_cut() -> str:
    return "年份少读了一位，请对照原件"


def doubt_several(values: Sequence[str]) -> str:
    return f"原件上读到几个不同的值（{'、'.join(values)}），请核对是哪一个"


def doubt_may_continue() -> str:
    return "下一行可能还有内容没有读进来，请对照原件"


def doubt_label(label: str) -> str:
    """When a value begins or ends with the label of another one."""
    return f"可能把“{label}”这几个字也读了进来，请对照原件"


def doubt_other_label(label: str) -> str:
    """When what stands behind the field's own label could not be read as such a value."""
    return f"“{label}”后面的内容没有读懂，这里取自别处，请对照原件"


def doubt_per_mille() -> str:
    """When the CPU engine may have read ‰ as %, which is ten times as much."""
    return "“%”也可能是“‰”（CPU 引擎分不清），请对照原件"


def doubt_read_again(value: str) -> str:
    """When a second, enlarged reading of the same place differs; the shown value is still the first."""
    return f"放大重读为“{value}”，可通过核对；没有改动，请对照原件"


def doubt_confusion(value: str) -> str:
    """When one character may have been confused with a similar one."""
    return f"若有一个字符认错，可能是“{value}”，可通过校验；没有改动，请对照原件"


def in_file(doubt: str) -> str:
    """The same doubt about a value from the file's own data, which cannot be misread."""
    ending = next((ending for ending in _MISREAD if doubt.endswith(f"，{ending}")), "")
    return f"{doubt.removesuffix(f'，{ending}')}；文件里就是这样写的，请向开具方核实" if ending else doubt


_MISREAD = ("可能读错或读反，请对照原件", "可能漏读或读错，请对照原件", "可能读错，请对照原件", "请对照原件")


def doubt_second_engine(value: str, other: str) -> str:
    """When a second engine reads something else; `other` is "" where it must not be named."""
    read = f"“{other}”" if other else "另一个值"
    return f"两次读数不同：一次读作“{value}”，CPU 引擎读作{read}，请对照原件"


def table_needs_model() -> str:
    """When a table was asked for and the CPU engine read it, which gives its text only."""
    return "表格的行列要 GPU 引擎才认得出，这里只是逐行的文字；发票等单据的明细，说「导出表格」就有"


def changed_after_signing() -> str:
    """When a file differs from what its digital signature covers."""
    return "内容在签章后改过或已损坏，与签章对不上：请向开具方要原文件"


# Doubts where sources of a value differ
def doubt_sources_differ(values: Sequence[tuple[str, str]]) -> str:
    """When the sources of a value differ; each with its value, the most trusted first."""
    return f"{'，'.join(f'{_SOURCES[source]} {value}' for source, value in values)}，请对照原件"


_SOURCES = {"embedded": "文件数据为", "qr": "二维码为", "model": "图上读作", "cpu": "图上读作"}


def doubt_text_layer(value: str, in_layer: str) -> str:
    """When the text that a scan carries with it, which nobody sees, says something else; `in_layer` is "" if secret."""
    if not in_layer:
        return "文件里附带的文字与图上不同，已按图上的，请对照原件"
    return f"图上读作 {value}，文件里附带的文字为 {in_layer}，已按图上的，请对照原件"


def doubt_qr_unconfirmed() -> str:
    return "只在二维码里有，而二维码的校验码对不上，未能确认，请对照原件"


def several_invoice_codes(number: int) -> str:
    return f"图上有 {number} 个不同的发票二维码，分不清哪个是这一张的，没有用来核对。请一张发票拍一张图"


def doubt_bar_code(codes: Sequence[str], value: str) -> str:
    """When the bar codes on the page that look like such a number differ from the number that was read."""
    return f"条形码为 {'、'.join(codes)}，图上读作 {value}，请对照原件"


def bar_code_unread(name: str) -> str:
    """When the bar code that should repeat the field `name` is damaged or missing."""
    return f"条形码没有读到，{name}只按印刷的数字，请核对"


PLACE_ATTACHED = "附带的数据"  # the invoice's XML inside an OFD, or the file itself
PLACE_PROPERTIES = "文件属性"
PLACE_PRINTED = "版面"


def doubt_places_differ(values: Sequence[tuple[str, str]]) -> str:
    """When places in one file give different values; each with its value, the most trusted first."""
    return f"文件里前后不一：{'，'.join(f'{place}为 {value}' for place, value in values)}，请核对"


# Doubts about amounts
def doubt_words_differ(words: str, total: str) -> str:
    return f"大写“{words}”与小写 {total} 不一致，请对照原件"


def doubt_words_unreadable(words: str) -> str:
    return f"大写“{words}”不成金额，可能读错，请对照原件"


def doubt_sum(amount: str, tax: str, total: str) -> str:
    return f"金额 {amount} 加税额 {tax} 不等于价税合计 {total}，请对照原件"


def gap_total_unconfirmed() -> str:
    return "价税合计没有可以核对的大写、金额和税额，请对照原件"


def doubt_parts(printed: Sequence[str]) -> str:
    """When the last amount is not the sum of the others."""
    return f"{' 加 '.join(printed[:-1])} 不等于 {printed[-1]}，请对照原件"


def doubt_tax(amount: str, rate: str, tax: str) -> str:
    return f"金额 {amount} 按税率 {rate} 算，税额不是 {tax}，请对照原件"


def doubt_tax_rate(rate: str) -> str:
    return f"当时没有 {rate} 这一档税率，可能读错，请对照原件"


def doubt_tax_above_rates(amount: str, tax: str) -> str:
    return f"税额 {tax} 与金额 {amount} 的比例超出任何税率，可能读错或读反，请对照原件"


# Doubts about the lines of a table
def doubt_line_sum(column: str, added: str, total: str, printed: str) -> str:
    """When the lines of a column do not add up to the total: one may be missing or misread."""
    return f"明细各行{column}相加是 {added}，{total}是 {printed}，可能漏读或读错，请对照原件"


def doubt_line_count(rows: int, printed: str) -> str:
    """When fewer or more rows were read than the document says it has."""
    return f"读到 {rows} 行明细，单据上写的是 {printed}，可能漏读，请对照原件"


def doubt_zero(name: str) -> str:
    """When an amount that is never nothing was read as 0."""
    return f"{name}读作 0，少有这样的单据，请对照原件"


def doubt_line_product(quantity: str, price: str, amount: str) -> str:
    return f"数量 {quantity} 乘单价 {price} 不等于金额 {amount}，请对照原件"


def doubt_in_lines(numbers: Sequence[int]) -> str:
    """Lines of a table, from 1, whose values contradict each other."""
    return f"明细第 {_line_numbers(numbers)} 行的数量、单价、金额、税率、税额对不上，请对照原件"


def _line_numbers(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:5])) + (" 等" if len(numbers) > 5 else "")  # noqa: PLR2004 - enough to find them


# Doubts about numbers and dates
def doubt_check_digit(value: str) -> str:
    return f"“{value}”的校验位不对，可能读错，请对照原件"


def doubt_length(value: str, lengths: Sequence[int]) -> str:
    return f"“{value}”有 {len(value)} 位，应为 {' 或 '.join(map(str, lengths))} 位，请对照原件"


def doubt_number_length(number: str) -> str:
    return f"“{number}”有 {len(number)} 位，数电票号码应为 20 位，其他发票 8 位，请对照原件"


def doubt_code_beside_number(code: str, number: str) -> str:
    return f"20 位号码 {number} 的发票没有发票代码，却读到代码 {code}，请对照原件"


def gap_no_code() -> str:
    return "没有读到发票代码，8 位号码的发票应有代码，请在原件上查看"


def doubt_tax_id_length(value: str) -> str:
    return f"“{value}”有 {len(value)} 位，纳税人识别号应为 18 位（旧号 15 或 20 位），请对照原件"


def doubt_credit_code(value: str) -> str:
    return f"“{value}”不是有效的统一社会信用代码（18 位，校验位不对），可能读错，请对照原件"


def doubt_identity_number() -> str:
    """Does not repeat the number, because groups may read it."""
    return "位数、出生日期或校验位不对，可能读错，请对照原件"


def doubt_birth_differs(birth: str, inside: str) -> str:
    return f"出生日期读作 {birth}，身份证号码里是 {inside}，请对照原件"


def doubt_sex_differs(sex: str) -> str:
    return f"性别读作“{sex}”，与身份证号码不符，请对照原件"


def doubt_bank_card() -> str:
    """Does not repeat the number, because groups may read it."""
    return "卡号的位数或校验位不对，可能读错，请对照原件"


def doubt_no_date(value: str) -> str:
    return f"“{value}”不是日期，请对照原件"


def doubt_date_too_early(value: str) -> str:
    return f"开票日期 {value} 早于 2000 年，可能读错，请对照原件"


def doubt_date_in_future(value: str, today: str) -> str:
    return f"开票日期 {value} 晚于今天（{today}），可能读错，请对照原件"


def doubt_day_in_future(value: str, today: str) -> str:
    return f"{value} 晚于今天（{today}），可能读错，请对照原件"


def doubt_order(earlier: str, later: str) -> str:
    return f"{earlier} 应早于 {later}，可能读错，请对照原件"


# Doubts about the buyer
def doubt_buyer_is_a_person(companies: Sequence[str]) -> str:
    return f"抬头是个人，不是{_either(companies)}，报销前请确认"


def doubt_buyer_name(expected: str) -> str:
    return f"抬头应为“{expected}”，报销前请确认"


def doubt_buyer_tax_number(expected: str) -> str:
    return f"购买方税号应为 {expected}，报销前请确认"


def doubt_buyer_unknown(companies: Sequence[tuple[str, str]]) -> str:
    """When neither the name nor the tax number is that of one of the companies."""
    return f"抬头不是本单位，应为{_either([f'{name}（{number}）' for name, number in companies])}，报销前请确认"


def gap_no_buyer(companies: Sequence[str]) -> str:
    return f"没有读到购买方，抬头应为{_either(companies)}，请在原件上查看"


def gap_no_buyer_name(expected: str) -> str:
    return f"没有读到购买方名称，应为“{expected}”，请在原件上查看"


def gap_no_buyer_tax_number(expected: str) -> str:
    return f"没有读到购买方税号，应为 {expected}，请在原件上查看"


def _either(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 家" if len(names) > 3 else ""  # noqa: PLR2004 - as many as one reads at a glance
    return f"{'或'.join(f'“{name}”' for name in names[:3])}{more}"
