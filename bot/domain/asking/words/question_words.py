"""The words of questions about a paper, as data: `bot.domain.asking.questions` puts them together.

A question is made of words of these parts of speech, of the names of fields and of the verbs in `verbs`, in any order.
A word that is in none of them may change what a sentence means, so that it is no question.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.domain.asking.words.word_products import each


class PartOfSpeech(StrEnum):
    """What a word does in a question."""

    MONEY = "money"  # asks for an amount of money
    MUCH = "much"  # asks for a number
    DAY = "day"
    TIME = "time"  # asks for the time of day
    WHEN = "when"  # asks for a day or a time of day
    WHO = "who"
    COMPANY = "company"
    WHERE = "where"
    WHAT = "what"
    HOW = "how"
    FIELD = "field"  # names a field, or stands for one
    VERB = "verb"
    VALUE = "value"  # a number with its unit, or a day, of which is asked whether it is the value
    US = "us"  # the asker's company
    TO = "to"  # before the one for whom something is done
    IS = "is"
    WHETHER = "whether"  # makes a question that is answered with yes or no
    PAPER = "paper"  # says which paper
    OF = "of"
    BREAK = "break"  # between two questions
    READING = "reading"  # what is to be done with the paper, other than to answer about a field
    BLOCK = "block"  # makes a sentence about something else of what looks like a question
    ACT = "act"  # does something by being said, such as 谢谢
    UNKNOWN = "unknown"  # a character of no word
    FILLER = "filler"  # changes nothing: politeness, adverbs, particles


ASKING: Final = frozenset(
    {
        PartOfSpeech.MONEY,
        PartOfSpeech.MUCH,
        PartOfSpeech.DAY,
        PartOfSpeech.TIME,
        PartOfSpeech.WHEN,
        PartOfSpeech.WHO,
        PartOfSpeech.COMPANY,
        PartOfSpeech.WHERE,
        PartOfSpeech.WHAT,
        PartOfSpeech.HOW,
    }
)

QUESTION_WORDS: Final[Mapping[PartOfSpeech, tuple[str, ...]]] = {
    part: tuple(words.split())
    for part, words in {
        PartOfSpeech.MONEY: """
            多少钱 几块钱 几块 多少元 多少块 多少块钱 几多钱 多少金额 啥价 什么价 什么价格 几毛钱 多钱 价格多少
            howmuch howmuchisit howmuchisthis howmuchisthat howmuchwasit howmuchmoney howmuchdoesitcost whatdoesitcost
        """,
        PartOfSpeech.MUCH: """
            多少 几 几多 多大 多高 多长 多重 百分之几 几位 几位数 howmany
        """,
        PartOfSpeech.DAY: """
            哪天 哪一天 哪日 几号 几月几号 几月几日 哪年 哪一年 哪个月 几月 几月份 哪年哪月 几几年 什么日子 哪号 哪月
            whichday whatday 哪天开始
        """,
        PartOfSpeech.TIME: "几点 几点钟 几点几分 什么时间 啥时间",
        PartOfSpeech.WHEN: "什么时候 啥时候 啥时 何时 几时 多久 多长时间 多久之前 多久以前 什么时侯 什麼時候 when",
        PartOfSpeech.WHO: "谁 哪位 哪一位 哪个人 什么人 啥人 几个人 who whom who's whois",
        PartOfSpeech.COMPANY: """
            哪家 哪一家 谁家 哪个公司 哪家公司 哪间公司 什么公司 啥公司 哪个单位 哪家单位 什么单位 哪家店 哪个店
            哪间店 什么店 啥店 哪个商家 哪家商家 哪家企业 哪家超市 哪家饭店 哪家酒店 哪个法院 哪家法院 什么法院
            哪个仲裁委 哪个仲裁委员会 哪个厂 哪家厂 哪个厂家 什么厂家
        """,
        PartOfSpeech.WHERE: "哪 哪里 哪儿 哪边 什么地方 哪个地方 啥地方 哪个城市 哪个站 哪站 哪一站 什么站 where",
        PartOfSpeech.WHAT: """
            什么 啥 什么样 什么样的 哪个 哪些 哪几项 哪几个 哪一个 有什么 有啥 有哪些 些什么 些啥 什么内容 啥内容
            什么东西 啥东西 什么名字 啥名字 什么名 怎么写 咋写 怎么填 咋填 何 what which what's whats
        """,
        PartOfSpeech.HOW: """
            怎么 如何 咋 怎样 怎么办 怎么赔 怎么罚 怎么算 怎么处理 咋办 咋算 咋赔 怎么个 分几次 分几期 分几笔 how
        """,
        PartOfSpeech.US: """
            我们 我们的 我们公司 我们公司的 咱们 咱们的 咱们公司 咱们公司的 咱公司 咱公司的 咱 咱家 咱单位 咱们单位
            我们家 我们家的 本公司 本公司的 我司 我司的 我们单位 我们单位的 我们这边 us ours
        """,
        PartOfSpeech.TO: "给 跟 和谁 与谁 同",
        PartOfSpeech.IS: """
            是 为 写的是 等于 显示 显示的是 是指 在 有 包括 包括了 包含 包含了 涵盖 写 写了 写着 写的 填的 填了 印的
            标的 打的 算 is are was
        """,
        PartOfSpeech.WHETHER: """
            确认 确认下 核对 核对下 核实 核实下 核 检查 检查下 想核对 想确认 帮核 帮核对 看看对不对 对 对不 对不对
            对得上 对得上不 对上了 对了没 对没有 对没对 正确 正不正确 是否正确 准 准不准 准不准确 准确 有没有错 有错
            有错没 没错 错没错 错没有 错了没 错了没有 有没有误 是否有误 有没有问题 有问题 没问题 写对 写对了 写对没有
            写错没 没写错 写错了没 写错了没有 填对 填对了 填对没有 填了没 填了没有 写了没 写了没有 开对 开对了
            开对没有 开对没 一致 是否一致 一不一致 一样 一样不 匹配 符合 符不符合 可信 靠谱 有没有写 有没有填 有写
            错没 开错没 开错没有 开错了没 写错没有 读错没 认错没 有没有写错 有没有开错 有没有填错 是不是写错了
            是不是开错了 是不是填错了 是否写错 是否开错 写得对不对 开得对不对 填得对不对 对着没 有填 有没有内容 有内容
            写没写 填没填 是不是 是否 是否是 是吗 是吧 有没有 有无 有没 不是 还是 是不是对的 是对的 吗 么 吧 嘛 ma
            没有 没 correct right ok
        """,
        PartOfSpeech.PAPER: """
            这 那 这个 那个 此 该 它 它的 本 刚 刚才 刚刚 刚发的 刚才发的 刚刚发的 我发的 我刚发的 我刚才发的
            我刚刚发的 我传的 刚传的 刚才传的 刚上传的 我上传的 发的 发给你的 刚发给你的 我发给你的 上 上一 上个 前一
            最后 最后一 最后那 最近 最近一 最新 最新的 上面 上边 前面 前边 下面 上次 上次那 这里 这里面 那里面 里面
            里边 里头 那边 那边的 这边的 那头 里 中 其中 票面 票面上 单子上 图里 图上 一 两 三 几 俩 顿 桌 餐 台 套 批
            顿饭 桌菜 餐饭 顿饭钱 笔钱 笔款 笔账 笔消费 次消费 次打车 次住宿 间房 晚酒店 盒 盒药 箱 箱货 批货 单货
            单生意 趟车 趟 趟高铁 程 程车 瓶酒 杯咖啡 这俩 这仨 些 这些 那些 这几 那几 这边 张 份 个 页 条 次 笔 种 单
            封 幅 家 班 图 图片 照片 图像 截图 单据 单子 票 票子 文件 文档 扫描件 纸 东西 回单 材料 件 附件 卡 证 证件
            证书 执照 合同书 凭证 账单 车 快递 包裹 面单 机器 设备 牌子 铭牌 高铁 火车 大巴 大巴车 客车 长途车 轮船
            客票 纸质 电子 发票上 公司
            电子客票 增值税专用发票 增值税普通发票 增值税发票 增值税电子发票 专用发票 普通发票 电子普票 电子专票
            这家公司 这公司 该公司 这个公司 这家企业 企业 这个人 此人 本人 这人 那个人 the this that its it thelast my
            thislast picture photo document paper bill file
        """,
        PartOfSpeech.OF: "的 之 of 's",
        PartOfSpeech.BREAK: ', ; : ! ? . 。 、 … ~ / \\ | - — ( ) “ ” " 和 与 及 以及 还有 另外 然后 并且 and',
        PartOfSpeech.BLOCK: f"""
            {each("什么时候 哪天 几号 啥时候 多久", "- 能 可以 才能", "报销 报账 打款 到账 放款 转账")}
            {each("报销 报账", "几号 哪天 什么时候 啥时候 多久 怎么 找谁 截止 到 能")}
            {each("- 能 才能 可以 会", "什么时候 几点 哪天 多久 几号", "- 能 才能 可以 会", "到 送到 回来 回 来 到货")}
            {each("什么时候 哪天 几号 啥时候", "- 能 可以 才能 会", "发 发我 给 给我 寄 回 处理 弄 批 审 还 过来 来")}
            {each("写 拟 起草 做 开 订 申请 准备", "个 份 张 一个 一份 一张")}
            {each("谁", "能 会 有 来 去 要 想 可以")}
            这个会几点 会几点 例会 周会 个税 个税怎么 标准 政策 规定 流程 制度 限额 额度 上限 班车 项目负责人 项目经理
            部门负责人
            多少钱一张 多少钱一个 多少钱一天 多少钱一次
            一张多少钱 一天多少钱 多少人 几个人参加 怎么开 怎么开票 怎么报 怎么报销
            怎么样 到哪里了 到哪了 到哪儿了 怎么走 怎么回事 什么情况 啥情况 什么意思 啥意思 干什么 做什么用
        """,
        PartOfSpeech.READING: """
            识别成 读成 当 当成 当作 作为 按 按照 换 换成 改成 改按 转 转成 变成 做成 弄成 整理成 用 成 重新 不是 而是
            识别出来 提取 提取下 读取 解析 解读 抽取 抽 录入 录 扫 扫描 整个 整张 整份 完整 完整的 详细 详细的 内容
            所有 所有的 全部的 字段 关键 关键信息 重要 主要 要素 结果 文字 文本 格式 模板 版 出来 起来 得 一遍 一次
            来处理 处理 处理下 试试 这种 应该 应该是 明明 其实 读出来 读一下 读 帮读 帮识别 显示出来 发出来 转换
            转换成 转为 生成 输出 导出 保存 下载 保留 原样 翻 翻译 翻译下 译 译成 翻译成 这一页 每页 每一页 所有页
            继续 接着 read recognise recognize ocr extract convert into to as a an with text all content
        """,
        PartOfSpeech.FILLER: each(
            "领导 老板 财务 经理 会计 同事 主管 出纳 采购 他 她", "问 问我 在问 让我问 要 想知道 要看 说要"
        )
        + " "
        + each(
            "- 的",
            "最后 末尾 末 后 后面 后边 尾部 结尾 前 前面 开头 头 尾",
            "- 的",
            "几 三 四 五 六 八 两 3 4 5 6 8",
            "位",
            "- 数 数字 数是",
        )
        + """
            我 每公里 每个 每件 一声 一眼 一眼看 两眼 从 由 自 听 听听 过来 帮看 帮查 帮找 老师 各位 大家 小伙伴 师傅
            兄弟 给看 给查 给个 发个 报个 说个 劳烦 有劳 烦请 求 求助 谁知道 谁能告诉我 知道吗 知道不 能看到吗
            看得到吗 看得出来吗 看得清吗 能看清吗 能告诉我 能说 能发我 能发给我 能查 能查到 查得到吗 可以说 可以告诉我
            可以发我 可以查 可以看 方便 方便的话 快 赶紧 立刻 马上 现在就要 现在要 赶时间 不知道 不记得 记不清
            记不清了 记不得 忘记了 我忘记了 不确定 没注意 没记住 想不起来 又想问 还想问 还想知道 还要 还需要 再问 问个
            问个事 问你 顺便问 想查 就想问 就想知道 就问 就看 就发 我就想知道 我就想问 我只想知道 我只要 我只需要
            我这边需要 需要填 要填 填表要用 填单要用 做账要用 做账用 记账用 对账用 付款要用 付款用 打款用 报账用
            登记用 归档用 要登记 要做账 录系统用 录系统要用 如果有 有的话 没有就算了 分开说 分别说 一起发 一起发我
            都发我 都给我 都要 都告诉我 都说 你看 你看看 你看下 你帮我看 您看 您看看 您看下 您帮我看 我来看看 让我看看
            给大家看看 发群里 发到群里 出来 出来的 出的 过来的 来的 出去 下来 我瞅瞅 听下 does did do please be it's i
            need want know 请 请问 请问下 请教 请教下 麻烦 麻烦你 麻烦您 劳驾 拜托 帮 帮我 帮忙 帮下 帮我下 帮下忙
            帮个忙 替我 给我 跟我 你帮我 您帮我 你给我 能不能 能不能帮我 能帮我 能帮忙 能否 可否 可不可以 可以帮我
            你能 您能 您 把 将 我想 我要 我看 我想看 我看看 我想看看 我看下 我想知道 我需要 我想问 我想问下 想问
            想问下 想问问 问下 问一下 问问 想知道 想看 想看下 想要 要 需要 只要 只 仅 只看 只想知道 只想要 只需要 只用
            就要 光 单独 那 那么 就 再 先 也 都 又 还 顺便 顺带 好像 到底 究竟 大概 具体 准确的 分别 各 各自 各是 全部
            一共 总共 共 总的 加起来 一起 全 总 总共是 一下 下 看 看看 看下 看看这 看一看 瞧 瞧瞧 瞅瞅 瞅 查 查查 查下
            查看 找 找下 找找 找出来 告诉我 告诉 告知 说 说说 说下 讲 讲下 念 念下 读下 报 报下 识别 识别下 认下 发
            发我 发我下 发给我 发给我下 发下 发来 发过来 发来看看 发我看看 发我看下 发出来 给 给下 给我下 给我看看
            给我看下 给我发 给我发下 来 来个 报给我 报一下 贴出来 打出来 列出来 列下 说给我 单独发我 复制给我 摘出来
            拿来 就行 就行了 就好 就好了 就可以 就可以了 即可 就够了 就成 行 行吗 可以 可以吗 好吗 好不好 行不行
            再说下 再说一遍 再发下 再发我 再报下 再告诉我 再看下 再查下 再确认下 来着 呢 呀 啊 哈 哦 噢 喔 啦 了 哇 呗
            哟 呐 哎 诶 欸 咯 滴 喽 嗯 嗯嗯 额 呃 嘿 哈哈 嗨 急 急急 急急急 挺急的 很急 急用 着急 在线等 尽快 快点
            马上要 等着用 等着报销 报销用 报销要用 财务要 领导要 老板要 要报销 要用 一会要用 谢谢 谢谢你 谢谢您 谢谢啦
            谢谢哈 谢了 谢啦 多谢 感谢 辛苦 辛苦了 辛苦啦 麻烦了 麻烦啦 感激 🙏 好 好的 好嘞 收到 知道了 明白 明白了
            你好 您好 在吗 在不在 亲 亲亲 哥 小助手 机器人 大神 不好意思 打扰了 打扰下 对了 hi hello hey thx thanks
            thankyou pls plz ok tellme showme giveme get me canyou couldyou can you for on in 写清楚 忘了 我忘了
            没看清 看不清 看不清楚 没看到 我没看到 没找到 看不懂 没看懂 我看不清 信息 一栏 那栏 栏 这栏 这栏里 一项
            那项 这项 那一项 这一项 项 这块 部分 数字 这个数 数 值 后六位 后四位 后几位 后8位 后6位 后4位 末四位
            末六位 前几位 最后几位 最后四位 最后六位 后面几位 尾号
        """,
    }.items()
}
