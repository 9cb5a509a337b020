"""Characters and words that are written in several ways, as data: traditional characters and pinyin."""

import re
from typing import Final

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
# Pinyin that people type without choosing characters; longer words come first.
_PINYIN: Final = {
    "duoshaoqian": "多少钱",
    "duoshao": "多少",
    "shenmeshihou": "什么时候",
    "shenme": "什么",
    "zenme": "怎么",
    "xiexie": "谢谢",
    "nihao": "你好",
    "zaima": "在吗",
    "fapiao": "发票",
    "jine": "金额",
    "taitou": "抬头",
    "shuihao": "税号",
    "shuilv": "税率",
    "riqi": "日期",
    "haoma": "号码",
    "hetong": "合同",
    "daoqi": "到期",
    "bangzhu": "帮助",
    "buduile": "不对了",
    "budui": "不对",
    "cuole": "错了",
    "cuo le": "错了",
    "haode": "好的",
    "shoudao": "收到",
    "chongshi": "重试",
    "bangwo": "帮我",
    "kankan": "看看",
    "gongsi": "公司",
    "mingzi": "名字",
    "dizhi": "地址",
    "dianhua": "电话",
    "jidian": "几点",
    "naer": "哪儿",
    "nali": "哪里",
    "nage": "哪个",
    "shei": "谁",
    "shui de": "谁的",
    "zheg": "这个",
    "zhege": "这个",
    "zhezhang": "这张",
    "yigong": "一共",
    "heji": "合计",
    "zongjine": "总金额",
    "zonge": "总额",
    "qian": "钱",
    "piao": "票",
    "kaipiao": "开票",
    "danhao": "单号",
    "kuaidi": "快递",
    "chexiao": "撤销",
    "quxiao": "取消",
    "chehui": "撤回",
    "shibie": "识别",
    "zaifa": "再发",
    "yibian": "一遍",
    "meiyou": "没有",
    "youmeiyou": "有没有",
    "xinde": "新的",
    "shi": "是",
    "ma": "吗",
    "de": "的",
    "le": "了",
    "ne": "呢",
    "fp": "发票",
    "je": "金额",
    "sh": "税号",
    "tt": "抬头",
}
_WORD = re.compile(r"(?<![a-z])(?:" + "|".join(sorted(_PINYIN, key=len, reverse=True)) + r")+(?![a-z])")
_PIECE = re.compile("|".join(sorted(_PINYIN, key=len, reverse=True)))
_SHORT = 3  # characters of pinyin that may be an English word or an abbreviation


def simplified(text: str) -> str:
    """Return `text` in simplified characters."""
    return text.translate(_MAP)


def spelled_out(text: str) -> str:
    """Return folded `text` with characters for words in pinyin; short ones count only beside Chinese characters."""
    return _WORD.sub(lambda match: _written_out(match, text), text)


def _written_out(match: re.Match[str], text: str) -> str:
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    if len(match[0]) <= _SHORT and not any("\u4e00" <= char <= "\u9fff" for char in around):
        return match[0]
    return _PIECE.sub(lambda piece: _PINYIN[piece[0]], match[0])
