"""Characters and words that are written in several ways, as data: traditional characters and pinyin."""

import re
from typing import Final

from bot.domain.prompt import folded

_TRADITIONAL = (
    "這張發髮票錢時間額稅號碼開買賣誰個幾點說沒對嗎簽訂證銀行總計單據從裡裏頭檢驗幫給請問麼麽現剛圖識別讀寫還購銷貨車聯絡電話業務註冊資"
    "東絲丟兩嚴喪並豐臨為麗舉義烏樂喬習鄉書亂爭虧亞產畝親億僅從倉儀們價眾優會傘偉傳傷倫偽體餘傭儘僑債傾償儲兒蘭關興養內岡冊軍農馮衝決況凍淨涼減湊鳳憑凱擊劃劉則創刪"
    "劑劍劇勸辦動勵勞勢勝匯區醫華協單賣盧衛廠廳歷壓厭參雙變葉號嘆嚇呂嗎聽啟員響啞喚嘗噴團園圍國圓圖聖場壞塊堅壇墳墜壟壯聲處備復夠夾奪奮獎婦媽嬌孫學寧寶實寵審憲宮寬賓"
    "尋導將爾塵嘗層屬歲島嶺峽崗嶄幣師帳帶幫乾幹庫應廟廢廣張彌彎彈強歸錄徹徑從徵憶懷態憐恆恥悅懸驚惡惱慘慣憤願懶戀戲戰戶撲執擴掃揚擾撫拋搶護報擔擬擁攔擇掛摯擠揮撈損撿換搗據"
    "擲攜攤撐敵數齊斷無舊時曠曬曉暈暫術樸機殺雜權條來楊極構槍楓櫃檸標棧棟欄樹樣橋檔夢檢樓橫歐歡殘殼毀畢氈氣漢湯溝沒瀝淪滄滬濃濁測濟瀏渾淚潔灑漿潤澀淵漁滲溫灣濕滯滿濾灘漲"
    "滅燈靈災爐燦點煉爛煙煩燒熱燙愛爺牆牽犧狀猶狹獅獨獄貓獻獲環現璽瑪電畫暢療瘋瘡癢皺盜盤監蓋睜瞭礦碼磚確碩礙禮禍離種積稱穩窮竊窩窯競筆築籃籌簡簽糧緊紅約級紀紐純紗綱納縱紙紛紡線"
    "組細織終紹經結給絕統絲綁絨絡絞繪繩維綿綠緒續綽綜綢緩編緣締縫縮績繁繼罰羅職聯聰肅腸膚膽勝脈腦腳臉臘艙艦艱藝節蕪蘆蒼蘇蘋範莊荊薦藍蓮營蕭薩蔔蟲雖蝦蠶蠻補襲裝褲見觀規視覽覺觸"
    "譽計認討讓訊議記講許論設訪證評識訴診詞譯試詩誠話誕該詳誤說請諸諾課誰調諒談謀謊謎謝謠謹譜貝負貢財責賢敗帳貨質販貪貧購貯貫賤貼貴貸貿費賀賊賈賄資賦賭賞賜賠賴贈贊贏趕趙躍踐車"
    "軌軒轉輪軟轟軸輕載較輔輛輩輝輯輸轄辭邊遼達遷過邁運還這進遠違連遲適選遺郵鄰鄭醬釋針釘鈔鈣鋼鑰錢鉛銅銘銷鎖鍋錯錫鍵鎮鏡鐘鐵長門閃閉問閒間閱闊隊陽陰陣階際陸陳險隨隱雞難靜韓頁頂"
    "項順須頑顧頓預領頗頻題額顏願類飛飢飯飲飾飽餅餐餓館馬駕駛駐驗騎騙驢魚鮮鳥鳴鴨鷹麥黃齒齡龍龜後週幣臺灣啟註鏈鑑麵吋嗰佢"
)
_SIMPLIFIED = (
    "这张发发票钱时间额税号码开买卖谁个几点说没对吗签订证银行总计单据从里里头检验帮给请问么么现刚图识别读写还购销货车联络电话业务注册资"
    "东丝丢两严丧并丰临为丽举义乌乐乔习乡书乱争亏亚产亩亲亿仅从仓仪们价众优会伞伟传伤伦伪体余佣尽侨债倾偿储儿兰关兴养内冈册军农冯冲决况冻净凉减凑凤凭凯击划刘则创删"
    "剂剑剧劝办动励劳势胜汇区医华协单卖卢卫厂厅历压厌参双变叶号叹吓吕吗听启员响哑唤尝喷团园围国圆图圣场坏块坚坛坟坠垄壮声处备复够夹夺奋奖妇妈娇孙学宁宝实宠审宪宫宽宾"
    "寻导将尔尘尝层属岁岛岭峡岗崭币师帐带帮干干库应庙废广张弥弯弹强归录彻径从征忆怀态怜恒耻悦悬惊恶恼惨惯愤愿懒恋戏战户扑执扩扫扬扰抚抛抢护报担拟拥拦择挂挚挤挥捞损捡换捣据"
    "掷携摊撑敌数齐断无旧时旷晒晓晕暂术朴机杀杂权条来杨极构枪枫柜柠标栈栋栏树样桥档梦检楼横欧欢残壳毁毕毡气汉汤沟没沥沦沧沪浓浊测济浏浑泪洁洒浆润涩渊渔渗温湾湿滞满滤滩涨"
    "灭灯灵灾炉灿点炼烂烟烦烧热烫爱爷墙牵牺状犹狭狮独狱猫献获环现玺玛电画畅疗疯疮痒皱盗盘监盖睁了矿码砖确硕碍礼祸离种积称稳穷窃窝窑竞笔筑篮筹简签粮紧红约级纪纽纯纱纲纳纵纸纷纺线"
    "组细织终绍经结给绝统丝绑绒络绞绘绳维绵绿绪续绰综绸缓编缘缔缝缩绩繁继罚罗职联聪肃肠肤胆胜脉脑脚脸腊舱舰艰艺节芜芦苍苏苹范庄荆荐蓝莲营萧萨卜虫虽虾蚕蛮补袭装裤见观规视览觉触"
    "誉计认讨让讯议记讲许论设访证评识诉诊词译试诗诚话诞该详误说请诸诺课谁调谅谈谋谎谜谢谣谨谱贝负贡财责贤败账货质贩贪贫购贮贯贱贴贵贷贸费贺贼贾贿资赋赌赏赐赔赖赠赞赢赶赵跃践车"
    "轨轩转轮软轰轴轻载较辅辆辈辉辑输辖辞边辽达迁过迈运还这进远违连迟适选遗邮邻郑酱释针钉钞钙钢钥钱铅铜铭销锁锅错锡键镇镜钟铁长门闪闭问闲间阅阔队阳阴阵阶际陆陈险随隐鸡难静韩页顶"
    "项顺须顽顾顿预领颇频题额颜愿类飞饥饭饮饰饱饼餐饿馆马驾驶驻验骑骗驴鱼鲜鸟鸣鸭鹰麦黄齿龄龙龟后周币台湾启注链鉴面寸嗰佢"
)
_MAP = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
# Pinyin that people type without choosing characters, and its first letters; an underscore stands for a space, or none.
_SYLLABLES: Final = {
    "多少钱": "duo_shao_qian",
    "多少": "duo_shao",
    "什么时候": "shen_me_shi_hou",
    "什么": "shen_me",
    "怎么": "zen_me",
    "谢谢": "xie_xie",
    "你好": "ni_hao",
    "在吗": "zai_ma",
    "发票": "fa_piao fp",
    "金额": "jin_e je",
    "抬头": "tai_tou tt",
    "税号": "shui_hao sh",
    "税率": "shui_lv shui_lu slv",
    "税额": "shui_e se",
    "日期": "ri_qi rq",
    "号码": "hao_ma",
    "代码": "dai_ma",
    "合同": "he_tong",
    "到期": "dao_qi",
    "帮助": "bang_zhu",
    "不对了": "bu_dui_le",
    "不对": "bu_dui",
    "错了": "cuo_le",
    "好的": "hao_de",
    "收到": "shou_dao",
    "重试": "chong_shi",
    "帮我": "bang_wo",
    "看看": "kan_kan",
    "公司": "gong_si",
    "名字": "ming_zi",
    "名称": "ming_cheng",
    "地址": "di_zhi",
    "电话": "dian_hua",
    "几点": "ji_dian",
    "哪儿": "na_er",
    "哪里": "na_li",
    "哪个": "na_ge",
    "哪天": "na_tian",
    "谁": "shei shui",
    "谁的": "shui_de",
    "这个": "zhe_ge zhe_g",
    "这张": "zhe_zhang",
    "一共": "yi_gong",
    "合计": "he_ji hj",
    "总金额": "zong_jin_e zje",
    "总额": "zong_e",
    "总价": "zong_jia",
    "价税合计": "jia_shui_he_ji jshj",
    "钱": "qian",
    "票": "piao",
    "开票": "kai_piao",
    "开票日期": "kai_piao_ri_qi kprq",
    "开票人": "kai_piao_ren kpr",
    "发票号码": "fa_piao_hao_ma fphm",
    "发票号": "fa_piao_hao",
    "单号": "dan_hao",
    "快递": "kuai_di",
    "撤销": "che_xiao",
    "取消": "qu_xiao",
    "撤回": "che_hui",
    "识别": "shi_bie",
    "再发": "zai_fa",
    "一遍": "yi_bian",
    "没有": "mei_you",
    "有没有": "you_mei_you",
    "新的": "xin_de",
    "票价": "piao_jia",
    "车次": "che_ci",
    "车牌": "che_pai",
    "车牌号": "che_pai_hao cph",
    "车票": "che_piao",
    "上车": "shang_che",
    "下车": "xia_che",
    "时间": "shi_jian",
    "座位": "zuo_wei",
    "座位号": "zuo_wei_hao zwh",
    "出发": "chu_fa",
    "出发站": "chu_fa_zhan",
    "到达": "dao_da",
    "到达站": "dao_da_zhan",
    "终点": "zhong_dian",
    "起点": "qi_dian",
    "里程": "li_cheng",
    "公里": "gong_li",
    "航班": "hang_ban",
    "航班号": "hang_ban_hao",
    "机票": "ji_piao",
    "姓名": "xing_ming xm",
    "身份证": "shen_fen_zheng sfz",
    "身份证号": "shen_fen_zheng_hao sfzh sfzhm",
    "生日": "sheng_ri",
    "手机": "shou_ji",
    "手机号": "shou_ji_hao",
    "邮箱": "you_xiang",
    "账户": "zhang_hu",
    "卡号": "ka_hao",
    "银行": "yin_hang",
    "开户行": "kai_hu_hang khh",
    "户名": "hu_ming",
    "付款": "fu_kuan",
    "付款人": "fu_kuan_ren fkr",
    "付款方": "fu_kuan_fang",
    "收款": "shou_kuan",
    "收款人": "shou_kuan_ren skr",
    "收款方": "shou_kuan_fang",
    "流水号": "liu_shui_hao",
    "备注": "bei_zhu bz",
    "单价": "dan_jia",
    "数量": "shu_liang",
    "规格": "gui_ge",
    "型号": "xing_hao",
    "单位": "dan_wei",
    "品名": "pin_ming",
    "项目": "xiang_mu",
    "购买方": "gou_mai_fang gmf",
    "销售方": "xiao_shou_fang xsf",
    "买方": "mai_fang",
    "商家": "shang_jia",
    "店名": "dian_ming",
    "酒店": "jiu_dian",
    "房号": "fang_hao",
    "房间": "fang_jian",
    "入住": "ru_zhu",
    "退房": "tui_fang",
    "甲方": "jia_fang",
    "乙方": "yi_fang",
    "合同编号": "he_tong_bian_hao htbh",
    "合同号": "he_tong_hao",
    "编号": "bian_hao",
    "签订日期": "qian_ding_ri_qi",
    "有效期": "you_xiao_qi",
    "法人": "fa_ren",
    "注册资本": "zhu_ce_zi_ben",
    "经营范围": "jing_ying_fan_wei",
    "信用代码": "xin_yong_dai_ma xydm",
    "校验码": "jiao_yan_ma jym",
    "大写": "da_xie",
    "不含税": "bu_han_shui",
    "含税": "han_shui",
    "重复": "chong_fu",
    "翻译": "fan_yi",
    "英文": "ying_wen",
    "中文": "zhong_wen",
    "全文": "quan_wen",
    "文字": "wen_zi",
    "重新": "chong_xin",
    "运单号": "yun_dan_hao ydh",
    "收件人": "shou_jian_ren",
    "寄件人": "ji_jian_ren",
    "小票": "xiao_piao",
    "找零": "zhao_ling",
    "优惠": "you_hui",
    "医保": "yi_bao",
    "自付": "zi_fu",
    "是": "shi",
    "吗": "ma",
    "的": "de",
    "了": "le",
    "呢": "ne",
    "发票代码": "fpdm",
    "合同金额": "htje",
    "购买方名称": "gmfmc",
    "销售方名称": "xsfmc",
    "识别号": "sbh",
    "银行账号": "yhzh",
    "票号": "ph",
}
_PINYIN: Final = {word.replace("_", ""): meant for meant, words in _SYLLABLES.items() for word in words.split()}
_LONGEST_FIRST = sorted((word for words in _SYLLABLES.values() for word in words.split()), key=len, reverse=True)
_PIECES = "|".join(word.replace("_", " ?") for word in _LONGEST_FIRST)
_WORD = re.compile(rf"(?<![a-z])(?:{_PIECES})(?: ?(?:{_PIECES}))*(?![a-z])")
_PIECE = re.compile(_PIECES)
_LATIN = re.compile(r"[a-zA-Z]{2}")
_SHORT = 3  # characters of pinyin that may be an English word or an abbreviation


def simplified(text: str) -> str:
    """Return `text` in simplified characters."""
    return text.translate(_MAP)


def with_pinyin_spelled_out(text: str) -> str:
    """Return `text` as it is, or folded with characters for words in pinyin if there are any."""
    if not _LATIN.search(text):
        return text
    spelled = spelled_out(folded(text))
    return text if spelled == folded(text) else spelled


def spelled_out(text: str) -> str:
    """Return folded `text` with characters for words in pinyin; short ones count only beside Chinese characters."""
    return _WORD.sub(lambda match: _written_out(match, text), text)


def _written_out(match: re.Match[str], text: str) -> str:
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    if len(match[0]) <= _SHORT and not any("\u4e00" <= char <= "\u9fff" for char in around):
        return match[0]
    return _PIECE.sub(lambda piece: _PINYIN[piece[0].replace(" ", "")], match[0]).replace(" ", "")
