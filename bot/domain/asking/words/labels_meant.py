"""What papers print for what people say, as data: 到手多少 asks for what a payslip calls 实发.

It serves papers that no kind is for: which of these labels stands on the paper decides, and its rows are quoted as they
are. The left side is a pattern that is searched in a squeezed clause, the right side are parts of labels, the likeliest
first.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.asking.words.question_words import PartOfSpeech

_MEANT: Final = {
    r"到手|拿到手|净发": "实发 实领 净额",
    r"欠|[没未](?:付|给|结|还|交)|尾款|剩下多少|还差": "未付 未结 欠款 尾款 余额 余款 应付",
    r"(?:付|给|交|收)了多少|已经[付交给收]": "已付 已收 已缴 预付 定金 实付 实收",
    r"[要该应需](?:交|缴|付|给|还|补)|交多少|缴多少": "应缴 应交 应付 应还 应收 本期应 合计",
    r"最少还|最低还": "最低还款",
    r"总共|一共|合计|共计|总数|整[单票批]|加起来": "合计 总计 共计 总额 总价 合计金额",
    r"最[晚迟]|截止|截至|(?:哪天|几号|什么时候)之?前": "截止 最迟 期限 之前 日前 前缴 到期",
    r"到期|保到|管到|过期|有效|能用到": "有效期 到期 终止 截止 期间 期限 止",
    r"多久|多长时间|几天(?:能|可以|到|做|好|拿)|工期|多少天": "工期 周期 交货期 交期 时限 期限 工作日 天内 日历天",
    r"保修|质保|坏了": "保修 质保 免费",
    r"大夫|医生": "医师 医生 主治",
    r"什么病|的病|得的": "诊断",
    r"怎么(?:吃|用|服)|一天几次|吃几次|用法": "用法 用量 每日 每次",
    r"没过|不过|不合格|不达标|超标|哪[项个].*(?:有问题|不行|异常)": "不合格 不符合 超标 异常 偏高 偏低 ↑ ↓",
    r"为什么|原因|因为什么|怎么扣": "原因 事由 说明 备注 理由",
    r"谁(?:修|干|做|检|测|验|装)": "维修人 维修员 检验员 检测人 保养人 施工 经办 负责人 操作",
    r"谁.{0,2}[拿领]": "领料人 领用 领取 取货",
    r"谁(?:批|审)|审核": "审核 审批 批准",
    r"谁(?:收|签)|签收": "收货人 签收 收件人",
    r"谁(?:发|送)": "发货人 送货人 寄件人 发件人",
    r"房东|业主": "出租 房东 业主 甲方",
    r"租客|房客": "承租 租客 乙方",
    r"几号发|哪天发|什么时候发": "发放 发薪",
    r"汇到哪|转到哪|打到哪": "收款 户名 账户 账号",
    r"(?:发|送|运|寄)(?:到|往|去)?哪|去哪|目的": "目的 到达 送达 收货地址 运抵 地址",
    r"[几多少](?:箱|件|个柜)|箱数|件数": "件数 箱数 总件",
    r"多重|几[斤吨]|几公斤|重量|毛重|净重": "毛重 净重 重量",
    r"体积|几个?方|多大": "体积 尺码 立方",
    r"用了多少|烧了|[几多少](?:度电|吨水|方气)": "用量 用电量 用水量 用气量 水量 气量 电量 本期",
    r"读数|抄表|表底": "读数 示数 抄表",
    r"额度|还能刷": "额度",
    r"送多少|优惠|打折|便宜": "赠送 优惠 折",
    r"加急|快点要": "加急",
    r"联系谁|找哪个|谁的电话|联系人|打什么电话": "联系人 联系电话 电话 负责人",
    r"地址|在哪里|地点|在哪儿": "地址 地点 位置",
    r"带什么|准备什么": "携带 准备 材料 请带",
    r"请.{0,3}[几多]": "请假 天数",
    r"谁(?:替|代)|活.*谁": "代理 交接 接替 代办",
    r"哪家银行|什么银行": "承兑人 银行 开户行",
    r"兑钱|兑付|能取": "到期日 兑付",
    r"第二名|备选": "第二 备选",
    r"\bhow heavy\b|\bweigh": "weight gross net",
    r"\b(?:left|still|remaining) to pay\b|\bowe\b|\bbalance\b": "balance due outstanding",
    r"\bper night\b|\ba night\b|\bnightly\b": "rate night",
    r"\bcancel": "cancel",
    r"\bdue\b|\bdeadline\b|\bpay by\b": "due deadline",
    r"\bhow many (?:boxes|cartons|pallets|packages)\b": "cartons packages pallets boxes",
    r"\btotal\b|\bin all\b|\baltogether\b": "total amount due",
    r"\bship(?:ped)? to\b|\bdeliver": "ship to deliver consignee",
    r"\bvalid\b|\bexpire": "valid expir",
}
_WHEN: Final = ("日期", "时间", "时段", "期限", "期间", "日", "期")
_MONEY: Final = ("单价", "价格", "金额", "费用", "价", "费", "款", "额", "租金", "预算")
_NUMBER: Final = ("数量", "天数", "时长", "数", "量", "率", "度", "重", "分")
ENDS: Final[Mapping[PartOfSpeech, tuple[str, ...]]] = {
    PartOfSpeech.WHO: ("人员", "人", "员", "者", "师", "长", "经理", "老师", "签字", "签名", "姓名"),
    PartOfSpeech.DAY: _WHEN,
    PartOfSpeech.WHEN: _WHEN,
    PartOfSpeech.TIME: _WHEN,
    PartOfSpeech.MONEY: _MONEY,
    PartOfSpeech.MUCH: _MONEY + _NUMBER,
    PartOfSpeech.WHERE: ("地址", "地点", "位置", "厅", "室", "处", "店", "部", "站"),
    PartOfSpeech.COMPANY: ("公司", "单位", "机构", "厂家", "厂", "店", "方"),
}
"""How labels end behind which there is what a word of questions asks for."""

_PATTERNS: Final = tuple((re.compile(said), labels.split()) for said, labels in _MEANT.items())


def labels_meant(clause: str) -> Iterator[str]:
    """Yield parts of the labels that papers may print for what a folded clause says."""
    for said, labels in _PATTERNS:
        if said.search(clause):
            yield from labels
