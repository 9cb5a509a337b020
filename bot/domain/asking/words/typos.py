"""Words that sound alike and are picked wrongly on a phone's keyboard or by dictation, as data."""

import re
from collections.abc import Mapping
from typing import Final

# From the word that is meant to those written instead of it. Only words that mean nothing of their own are here.
TYPOS: Final[Mapping[str, str]] = {
    "税号": "睡号 税好 水号 税耗",
    "税额": "税鹅 税饿 睡额 水额",
    "税率": "税律 睡率 水率 税绿",
    "发票": "发漂 发飘 发瓢 法票 发标",
    "抬头": "台头 抬投 太头 抬头头",
    "金额": "金鹅 金饿 今额 斤额",
    "合计": "合记 合机",
    "多少": "多小 多稍 度少",
    "多少钱": "多少前 多钱钱",
    "校验码": "效验码 校检码 校验马",
    "开票": "开漂 开飘",
    "销售方": "消售方 销受方",
    "购买方": "购卖方 构买方",
    "身份证": "身份正 身分证 身份症",
    "乙方": "已方",
    "合同": "合童 合筒 和同",
    "收件人": "收建人 收件仁",
    "单号": "单浩 单耗",
    "识别": "识变 实别 失别",
    "备注": "备住 备柱 备著",
    "什么": "神马 甚么 什麽 什嘛 森么",
    "看看": "康康 瞅瞅看",
    "谢谢": "蟹蟹 谢谢谢 写写你",
}
_TRADITIONAL = str.maketrans(
    "這張發票錢時間額稅號碼開買賣誰個幾點說沒對嗎簽訂證銀行總計單據從裡裏頭檢驗幫給請問麼麽現剛圖識別讀寫還購銷貨車號聯絡電話業務註冊資",
    "这张发票钱时间额税号码开买卖谁个几点说没对吗签订证银行总计单据从里里头检验帮给请问么么现刚图识别读写还购销货车号联络电话业务注册资",
)
_MEANT = {written: meant for meant, words in TYPOS.items() for written in words.split()}
_TYPO = re.compile("|".join(sorted(map(re.escape, _MEANT), key=len, reverse=True)))


def without_typos(text: str) -> str:
    """Return `text` in simplified characters, with what was meant instead of what sounds like it."""
    return _TYPO.sub(lambda match: _MEANT[match[0]], text.translate(_TRADITIONAL))
