"""What people say around a question, as data: reasons, requests, and what makes it a question about something else."""

import re
from typing import Final

# Names of fields that are names of things of the world too: 电话 may be anybody's.
_COMMON_NAMES = """
    电话 手机 手机号 电话号码 联系方式 地址 地点 邮箱 姓名 名字 名称 公司 公司名 公司名称 单位 日期 时间 金额 类型
    编号 号码 状态 价格 价钱 标准 商品 数量 标题 专业 级别 等级 项目 城市 钱 费用 保险 酒店 宾馆 房间 品牌 牌子 材料
    老板 负责人 内容 明细 消费 车 航班 座位 位子 公里 用途 职位 岗位 资本 主营 客户 客户名称 供应商 商家 厂家 产品
    设备 机器 号 家 国家 餐费 车费 房费 住宿费 税 税务号 对方 我们 押金 定金 运费 服务费 月结 款项 流水 点 等 期限
    合同 病人 患者 医院类型 旅客 乘客 编码 里程 预付 首付 油费 停车费 饭钱 学费 药费 合计 总价 房价 年龄 岁数 生日
    from to total amount date name number price address phone 账号 账户 密码 地 终点 起点 目的地 面额 位置 代码 尾款
    备注 头衔 家庭地址 座机 email 行程 距离 摘要 出发时间 出发地 证件 证书 学历 罚款 品类 标的 服务商 施工方
"""
COMMON_NAMES: Final = frozenset(_COMMON_NAMES.split())

# What people have, whether they are on a paper or not.
_PERSONAL_NAMES = """
    税号 地址 住址 电话 手机 手机号 电话号码 联系方式 邮箱 身份证号 身份证号码 身份证 生日 出生日期 卡号 银行卡号
    开户行 名称 名字 姓名 账号 账户 法人 证件号 护照号 年龄 车牌 车牌号 信用代码 识别号 职务 职位 公司 单位 座位 房号
    房间号
"""
PERSONAL_NAMES: Final = frozenset(_PERSONAL_NAMES.split())

# What makes a clause one about something else than what stands on a paper.
ELSEWHERE: Final = re.compile(
    r"你们|太[高低贵多少小大慢]|[要该]写|(?:要|该)填哪|哪一步|^你(?!看|帮|给|说|发|告|报|念|读|查|再|这|刚|瞅|瞧|把|仔|好|能|可)|负责$|模板|下载|哪几档|几档|复印件|会几点|[这那]家(?:酒店|宾馆|餐厅|饭店)|早餐|午饭|晚饭|食堂|上线|饮茶|去哪(?:玩|吃|办|买)|走到谁|李总|张总|周末"
    r"|怎么(?:改|换|开|填报|申请|办|弄|变更|查询|录|交|处理|走|样|回事|还|去|来|不)|找谁|问谁|谁(?:去|来|有空|帮|能|知道怎|会|要|想|负责跟|批)|通知|变更|调整|合适"
    r"|办理|才能|规定|一般|通常|为什么|为啥|凭什么|下次|以后(?!的)|打算|准备(?!金)|让[他她]|叫[他她](?!下来)|记得|提醒|换成|补开|重开|作废|红冲|丢了|掉了|盖章|审批|提交"
    r"|申请(?!日)|给?我们?开[个一张]|帮我开|开[一几两个]+张|开会|会议|起草|草拟|拟[个一]|写[一份个]|发给(?!我)|转给|转发|贴到|下班|上班|团建|聚餐|年会|食堂|前台|天气"
    r"|快递员|打电话|请假|加班|社保|公积金|考试|培训|群里|回复他|联系[他她]|你觉得|能签|值得|划算|便宜点|谈(?:一|下|判)|砍|涨|降|买[一个点]|订[一个]|推荐|附近|明年|后天|明天|下周|下个?月"
    r"|别(?!的|又|家|人家)|不要|不用|不能|没法|不能报|能报|可以报|会不会涨|要不要开|需不需要|要准备|截止[到前]|快点付|先付|打给|汇给|付一下|付掉|转一下(?!账)|[个一]人一天|人均|每人|一线城市|[能可]以?开(?:吗|不)"
    r"|密码|上限是|额度|标准|政策|制度|流程|报销(?:吗|不|截止|时)|有效吗$|通过了|批了|忘带|贵不贵|好不好吃"
)
# What asks what should be, or how things are in the world, and not what stands somewhere.
NO_FACT: Final = re.compile(r"太[高低贵多少小大慢]|[要该]写(?:什么|谁|哪|公司|个|自|单)|该填|哪一步")
# What puts a whole message under a condition.
CONDITION: Final = re.compile(r"^(?:如果|要是|万一|假如|假设|倘若)|的话(?:怎么|会|要|能)")
# Why something is asked, and for whom.
REASON: Final = re.compile(
    r"报|填|录|账|帐|台账|财务|会计|老板|领导|急|登记|系统|aa|审批|核|对[下一]|系统|表|用|麻烦|谢|看不清|忘|不记得|想不起|不知道|找不到|等着|快|归档|备案|检查|审计|付款|客户|采购|供应商|催|公示|保险|要求|劳驾|请"
    r"|你好|您好|嗯|呃|那个|就是|哈|啊|亲|哥|姐|老师|同学|家人|救命|所以|大哥|帮|拜托|我看|瞅|瞧|眼|字|小|糊|模糊|贵|好多"
)
# What asks for something by telling the bot to give it.
REQUEST: Final = re.compile(
    r"发[我下给过出来一]|发$|给我|给[下一个]|给$|[报念读抄贴列说讲拎摘拿拉打复]{1,2}(?:制|出来|一下|一遍|给|下|一[眼哈])|复制|列|看看|看下|看一|瞧|瞅|核[对一下实]|对一下|都要|全要|要$|要一?下|各要"
    r"|提供|告诉|确认|来一下|来个|找出|找下|查[下一看]|提取|识别(?:的|出来)|呢$|多少|please|pls|tellme|whatis|what's"
)
# What makes a question that is answered with yes or no.
YES_OR_NO: Final = re.compile(
    r"(?:吗|么|不|没|没有|吧|否|了没|对吧|是吧|是不是|对不对|没错)[啊呀哦嘛呢哈的]*$|还是|有没有|是不是|对不对|对得上|([\u4e00-\u9fff])不\1|([\u4e00-\u9fff])没\2|是否|有无|对没"
)
