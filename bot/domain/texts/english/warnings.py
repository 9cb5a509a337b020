"""The sentences of `bot.domain.texts.warnings`, by their functions. What they end in stands once, in `ENDINGS`."""

from collections.abc import Mapping
from typing import Final

ENDINGS: Final[Mapping[str, str]] = {
    "，可能读错或读反，请对照原件": "; it may be misread or swapped: compare it with the original",
    "，可能漏读或读错，请对照原件": "; something may be missed or misread: compare it with the original",
    "，可能读错，请对照原件": "; it may be misread: compare it with the original",
    "，可能漏读，请对照原件": "; something may be missed: compare it with the original",
    "，请对照原件": "; compare it with the original",
    "，请在原件上查看": "; look at the original",
    "，报销前请确认": "; confirm it before it is reimbursed",
    "；文件里就是这样写的，请向开具方核实": "; the file itself says so: ask who issued it",
}

SENTENCES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "reading_doubtful": (
        (
            "模型只给出了文字在图上的位置，没有给出文字，重读后也是这样。不是照片的问题，请过一会儿再发一次。",
            (
                "The model gave only where text stands, and no text, also when it read again. The picture is not to "
                "blame: send it again in a while."
            ),
        ),
        (
            "没有读到内容，重读后仍有疑问：请对照原件。",
            "Nothing was read, also when it was read again: compare it with the original.",
        ),
        (
            "内容有大段重复，重读后仍有疑问：请对照原件。",
            "Long parts repeat, also when it was read again: compare it with the original.",
        ),
        (
            "内容太长，没有读完，重读后仍有疑问：请对照原件。",
            "It was too long to be read to its end, also when it was read again: compare it with the original.",
        ),
        (
            "像是对图片的描述，不一定是原文，重读后仍有疑问：请对照原件。",
            (
                "It looks like a description of the picture, which may not be its text, also when it was read again: "
                "compare it with the original."
            ),
        ),
        (
            "结果的格式不完整，重读后仍有疑问：请对照原件。",
            (
                "The answer was not of the form that was asked for, also when it was read again: compare it with the "
                "original."
            ),
        ),
        (
            "没有得到译文，只有原文，重读后仍有疑问：请对照原件。",
            "It was not translated, also when it was read again: this is the original text.",
        ),
    ),
    "reading_cut_short": (
        (
            "内容太多，没有读完：后面的部分缺失，请裁小或分几张再发。",
            "There was too much to read to its end: the last part is missing. Cut it into several pictures.",
        ),
    ),
    "required_missing": (("没有读到{names}", "Not read: {names}"),),
    "doubt_cut": (("可能没有读完整", "It may not be complete"),),
    "doubt_form": (("“{value}”不像这一项的内容", "“{value}” does not look like a value of this field"),),
    "doubt_read_differently": (("另一次读作“{names}”", "Another time it was read as “{names}”"),),
    "doubt_answer": (("这次识别不完整", "It was not read completely"),),
    "doubt_unclear": (("字迹不清", "The writing is unclear"),),
    "doubt_head_unread": (
        (
            "表头看不清，是按内容的样子分的列",
            "The head of the table is unclear; the columns were told by what is in them",
        ),
    ),
    "doubt_label_unread": (("这一项的名称看不清", "The label of this value is unclear"),),
    "doubt_at_edge": (
        ("靠着图片边缘，可能没有拍全", "It reaches the edge of the picture, where a part may have been cut off"),
    ),
    "doubt_no_cents": (("只读到“{printed}”，没有小数", "Only “{printed}” was read, without decimals"),),
    "found_beside": (
        ("按图上的“{label}”找到的，没有核对", "It was found beside “{label}” in the picture, and not checked"),
    ),
    "doubt_faint_point": (("小数点没有读清", "The decimal point is unclear"),),
    "doubt_date_may_be_cut": (("日期末尾没有读到“日”", "No “日” was read at the end of the date"),),
    "doubt_year_is_cut": (("年份少读了一位", "A digit of the year was not read"),),
    "doubt_several": (
        (
            "原件上读到几个不同的值（{names}），请核对是哪一个",
            "Several values were read on the original ({names}): check which one it is",
        ),
    ),
    "doubt_may_continue": (("下一行可能还有内容没有读进来", "It may go on in the next line, which was not taken in"),),
    "doubt_label": (("可能把“{label}”这几个字也读了进来", "It may include “{label}”, which is a label"),),
    "doubt_other_label": (
        (
            "“{label}”后面的内容没有读懂，这里取自别处",
            "What stands behind “{label}” was not understood; this is from elsewhere",
        ),
    ),
    "doubt_per_mille": (
        (
            "“%”也可能是“‰”（CPU 引擎分不清）",
            "“%” may also be “‰”, which the CPU engine cannot tell apart",
        ),
    ),
    "doubt_read_again": (
        (
            "放大重读为“{value}”，可通过核对；没有改动",
            "Read again enlarged it is “{value}”, which passes the checks; nothing was changed",
        ),
    ),
    "doubt_confusion": (
        (
            "若有一个字符认错，可能是“{value}”，可通过校验；没有改动",
            "If one character was misread it may be “{value}”, which passes the check; nothing was changed",
        ),
    ),
    "in_file": (),  # an ending
    "doubt_second_engine": (
        (
            "两次读数不同：一次读作“{value}”，CPU 引擎读作“{other}”",
            "Two readings differ: “{value}”, and “{other}” by the CPU engine",
        ),
        (
            "两次读数不同：一次读作“{value}”，CPU 引擎读作另一个值",
            "Two readings differ: “{value}”, and another value by the CPU engine",
        ),
    ),
    "table_needs_model": (
        (
            "表格的行列要 GPU 引擎才认得出，这里只是逐行的文字；发票等单据的明细，说「导出表格」就有",
            (
                "Rows and columns of a table are recognised by a GPU engine only: this is its text line by line. The "
                "lines of invoices and other papers are in an export to xlsx"
            ),
        ),
    ),
    "changed_after_signing": (
        (
            "内容在签章后改过或已损坏，与签章对不上：请向开具方要原文件",
            (
                "The file was changed or damaged after it was signed, and does not fit its signature: ask who issued "
                "it for the original file"
            ),
        ),
    ),
    "doubt_sources_differ": (
        ("文件数据为 {sources}", "The file says {sources}"),
        ("二维码为 {sources}", "The QR code says {sources}"),
        ("图上读作 {sources}", "The picture was read as {sources}"),
    ),
    "doubt_text_layer": (
        (
            "文件里附带的文字与图上不同，已按图上的",
            "The text that the file carries differs from the picture, which was followed",
        ),
        (
            "图上读作 {value}，文件里附带的文字为 {in_layer}，已按图上的",
            "The picture was read as {value}, the text that the file carries says {in_layer}; the picture was followed",
        ),
    ),
    "doubt_qr_unconfirmed": (
        (
            "只在二维码里有，而二维码的校验码对不上，未能确认",
            "It is only in the QR code, whose checksum is wrong, so that nothing confirms it",
        ),
    ),
    "several_invoice_codes": (
        (
            "图上有 {number} 个不同的发票二维码，分不清哪个是这一张的，没有用来核对。请一张发票拍一张图",
            (
                "There are {number} different QR codes of invoices in the picture, and which one is this invoice's is "
                "not known: none was used to check it. Take one picture of each invoice"
            ),
        ),
    ),
    "doubt_bar_code": (
        ("条形码为 {names}，图上读作 {value}", "The bar code says {names}, the picture was read as {value}"),
    ),
    "bar_code_unread": (
        (
            "条形码没有读到，{name}只按印刷的数字，请核对",
            "The bar code was not read, and {name} is as the printed digits say: please check it",
        ),
    ),
    "doubt_places_differ": (
        ("文件里前后不一：{places}，请核对", "The file contradicts itself: {places}; please check"),
    ),
    "doubt_words_differ": (("大写“{words}”与小写 {total} 不一致", "The amount in words “{words}” is not {total}"),),
    "doubt_words_unreadable": (("大写“{words}”不成金额", "The words “{words}” are no amount"),),
    "doubt_sum": (
        (
            "金额 {amount} 加税额 {tax} 不等于价税合计 {total}",
            "The amount {amount} and the tax {tax} do not add up to the total {total}",
        ),
    ),
    "gap_total_unconfirmed": (
        (
            "价税合计没有可以核对的大写、金额和税额",
            "There are no words, amount and tax with which the total could be checked",
        ),
    ),
    "doubt_parts": (("{parts} 不等于 {total}", "{parts} do not add up to {total}"),),
    "doubt_tax": (("金额 {amount} 按税率 {rate} 算，税额不是 {tax}", "The tax on {amount} at {rate} is not {tax}"),),
    "doubt_tax_rate": (("当时没有 {rate} 这一档税率", "There was no tax rate of {rate} then"),),
    "doubt_tax_above_rates": (
        ("税额 {tax} 与金额 {amount} 的比例超出任何税率", "The tax {tax} on {amount} is more than any rate"),
    ),
    "doubt_line_sum": (
        (
            "明细各行{column}相加是 {added}，{total}是 {printed}",
            "The lines of {column} add up to {added}, but {total} is {printed}",
        ),
    ),
    "doubt_line_count": (
        ("读到 {rows} 行明细，单据上写的是 {printed}", "{rows} lines were read, but the paper says {printed}"),
    ),
    "doubt_zero": (("{name}读作 0，少有这样的单据", "{name} was read as 0, which few such papers have"),),
    "doubt_line_product": (
        (
            "数量 {quantity} 乘单价 {price} 不等于金额 {amount}",
            "The quantity {quantity} times the price {price} is not the amount {amount}",
        ),
    ),
    "doubt_in_lines": (
        (
            "明细第 {names} 行的数量、单价、金额、税率、税额对不上",
            "In these lines quantity, price, amount, rate and tax do not fit each other: {names}",
        ),
    ),
    "doubt_check_digit": (("“{value}”的校验位不对", "The check digit of “{value}” is wrong"),),
    "doubt_length": (
        ("“{value}”有 {length} 位，应为 {either} 位", "“{value}” has {length} characters instead of {either}"),
    ),
    "doubt_number_length": (
        (
            "“{number}”有 {length} 位，数电票号码应为 20 位，其他发票 8 位",
            "“{number}” has {length} digits; numbers of fully digital invoices have 20, those of others 8",
        ),
    ),
    "doubt_code_beside_number": (
        (
            "20 位号码 {number} 的发票没有发票代码，却读到代码 {code}",
            "An invoice with a number of 20 digits ({number}) has no invoice code, yet the code {code} was read",
        ),
    ),
    "gap_no_code": (
        (
            "没有读到发票代码，8 位号码的发票应有代码",
            "No invoice code was read, which an invoice with a number of 8 digits has",
        ),
    ),
    "doubt_tax_id_length": (
        (
            "“{value}”有 {length} 位，纳税人识别号应为 18 位（旧号 15 或 20 位）",
            "“{value}” has {length} characters; a taxpayer's number has 18 (older ones 15 or 20)",
        ),
    ),
    "doubt_credit_code": (
        (
            "“{value}”不是有效的统一社会信用代码（18 位，校验位不对）",
            "“{value}” is no valid unified social credit code (18 characters; the check digit is wrong)",
        ),
    ),
    "doubt_identity_number": (
        ("位数、出生日期或校验位不对", "Its length, the date of birth in it or its check digit is wrong"),
    ),
    "doubt_birth_differs": (
        (
            "出生日期读作 {birth}，身份证号码里是 {inside}",
            "The date of birth was read as {birth}, but the identity number has {inside}",
        ),
    ),
    "doubt_sex_differs": (
        ("性别读作“{sex}”，与身份证号码不符", "The sex was read as “{sex}”, which does not fit the identity number"),
    ),
    "doubt_bank_card": (("卡号的位数或校验位不对", "The length or the check digit of the card number is wrong"),),
    "doubt_no_date": (("“{value}”不是日期", "“{value}” is no date"),),
    "doubt_date_too_early": (("开票日期 {value} 早于 2000 年", "The invoice's date {value} is before the year 2000"),),
    "doubt_date_in_future": (
        ("开票日期 {value} 晚于今天（{today}）", "The invoice's date {value} is after today ({today})"),
    ),
    "doubt_day_in_future": (("{value} 晚于今天（{today}）", "{value} is after today ({today})"),),
    "doubt_order": (("{earlier} 应早于 {later}", "{earlier} should be before {later}"),),
    "doubt_buyer_is_a_person": (("抬头是个人，不是{either}", "The buyer is a person, not {either}"),),
    "doubt_buyer_name": (("抬头应为“{expected}”", "The buyer should be “{expected}”"),),
    "doubt_buyer_tax_number": (("购买方税号应为 {expected}", "The buyer's taxpayer number should be {expected}"),),
    "doubt_buyer_unknown": (("抬头不是本单位，应为{either}", "The buyer is not this company; it should be {either}"),),
    "gap_no_buyer": (("没有读到购买方，抬头应为{either}", "No buyer was read, which should be {either}"),),
    "gap_no_buyer_name": (
        ("没有读到购买方名称，应为“{expected}”", "No name of the buyer was read, which should be “{expected}”"),
    ),
    "gap_no_buyer_tax_number": (
        (
            "没有读到购买方税号，应为 {expected}",
            "No taxpayer number of the buyer was read, which should be {expected}",
        ),
    ),
}
