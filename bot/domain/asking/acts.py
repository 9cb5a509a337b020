"""Find out what a person does by words that stand for an act, whatever polite or pointing words are around them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.domain.asking.grammar import Act
from bot.domain.asking.lexicon import Lexicon, Token, lexicon_of, question_tokens
from bot.domain.asking.words.phrase_words import WORDS
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.asking.words.talk import ELSEWHERE
from bot.domain.asking.words.word_products import each
from bot.domain.prompt import squeezed_word

# The words of each act, by the classes that hold them. Of several acts in a message the first here is meant.
_CLASSES: Final[Mapping[Act, tuple[str, ...]]] = {
    Act.REREAD: ("again",),
    Act.REPEAT: ("resend", "lost"),
    Act.DUPLICATE: ("repeated", "twice"),
    Act.VERIFY: ("authentic",),
    Act.WITHDRAW: ("withdraw", "sent_wrong"),
    Act.HUMAN: ("person",),
    Act.WHO: ("who_are_you",),
    Act.WRONG: ("wrong", "failed"),
    Act.THANK: ("thanks",),
    Act.GREET: ("hello",),
    Act.AGREE: ("fine",),
}
_PHRASES: Final[Mapping[Act, str]] = {
    Act.REREAD: each(" ".join(WORDS["anew"]), " ".join(WORDS["read_verb"])),
    Act.REPEAT: each(" ".join(WORDS["anew"]), " ".join(WORDS["send_verb"])),
    Act.DUPLICATE: each(
        "- 有人 有没有人 别人 有没有 是不是 是否", "报 报销 入账 提交 交 上交 上传", "过 过了 过没有 过没"
    ),
}
_FILLERS = """
    我 我们 你 您 你们 你们的 大家 能 能不能 可以 可不可以 会 想 要 不小心 手滑 刚刚 怎么 如何 怎么知道 怎么看 怎么查
    怎么验 怎么辨别 怎么办 去哪查 在哪查 哪里查 哪里能查 去哪 在哪 哪里 还是 又 又是 总是 老是 一直 都 有点 有些 真的
    真是 确实 哎 那票 票 图 看图 呀你 小机器人 哥们 兄弟们 mate 晒 家人们 亲们 姐妹 帮大忙了 你啊 同志 小同志 👏 💪 🌹
    [玫瑰] 老铁 宝 大佬 小哥 不 会不会 执照 回单 证 收据 感觉 觉得 好像 应该 可能 肯定 啊啊 哎呀 天哪 额 咦 的话 多多
    实在
"""
_MOST_ACTS = 6
_TIME = re.compile(
    r"[上本这]个?(?:月|周|星期|礼拜|季度)|今年|去年|本年|最近|[第一二三四]+季度|上半年|下半年|这几天|[\d一二三四五六七八九十]+月份?的?所有"
)
_ALL = re.compile(
    r"所有|全部|汇总|加总|加起来|合计|统计|导出|列出|打包|一共(?:发|报|交|传|有)|总共(?:发|报|交|传|有)|几张|多少张|都(?:给|发|列|导|整)"
)
_PAPERS = re.compile(r"票|单|报销|执照|合同|文件|图|收据")
_SOMEBODYS = re.compile(
    r"(?:[小老阿][\u4e00-\u9fff]|[\u4e00-\u9fff](?:总|哥|姐|工|经理|主管)|别人|他们|[他她]|同事).{0,4}(?:发|传|上传|交|贴)的(?:那?[张份个]|票|发票|合同|文件|图)"
    r"|(?:别人|其他人|他人|同事)的?(?:发票|票|合同|单子|文件|图)"
)
_MOST_ASIDE = 9  # characters beside a remark
_SAYS_MORE = re.compile(r"[几谁哪吗]|多少|什么|怎么|发票|合同|能不能|帮|给|要")
_REMARKS: Final = frozenset({Act.THANK, Act.AGREE, Act.GREET})
_ALWAYS: Final = frozenset({PartOfSpeech.FILLER, PartOfSpeech.BREAK})
_POINTING: Final = _ALWAYS | {PartOfSpeech.PAPER, PartOfSpeech.OF, PartOfSpeech.IS}
_SAID_OF_PAPER: Final = frozenset(
    {Act.REREAD, Act.REPEAT, Act.DUPLICATE, Act.VERIFY, Act.WITHDRAW, Act.HUMAN, Act.WRONG}
)


def act_said(text: str, kind_words: tuple[str, ...]) -> Act | None:
    """Return what is done by saying the squeezed `text`, None if it holds no such words, or any other."""
    tokens = _lexicon(kind_words).tokens_of(text)
    acts = [act for act in _CLASSES if any(token.act == act for token in tokens)]
    if not acts or sum(bool(token.act) for token in tokens) > _MOST_ACTS:
        return None
    if acts[0] is Act.REPEAT and _is_paper_lost(tokens, kind_words):
        return None
    allowed = _POINTING if acts[0] in _SAID_OF_PAPER else _ALWAYS
    questions = {"吗", "么", "吧", "嘛", "没", "没有", "不"}
    others = [token for token in tokens if not token.act and token.part not in allowed and token.word not in questions]
    return None if others else acts[0]


def _is_paper_lost(tokens: Sequence[Token], kind_words: tuple[str, ...]) -> bool:
    """Whether a paper is lost, and not the bot's message about it: 我的身份证找不到了 asks for nothing."""
    said = [token.word for token in tokens if token.act == Act.REPEAT]
    return {*said} <= {*WORDS["lost"]} and any(token.word in kind_words for token in tokens)


def act_in_clauses(clauses: Sequence[str], kind_words: tuple[str, ...]) -> Act | None:
    """Return what is done by one of several squeezed clauses, the others being talk; None if none does anything."""
    acts = [act_said(clause, kind_words) for clause in clauses]
    said = [act for act in _CLASSES if act in acts]
    if not said:
        return None
    aside = [clause for clause, act in zip(clauses, acts, strict=True) if act is None]
    if said[0] in _REMARKS:
        return said[0] if sum(map(len, aside)) <= _MOST_ASIDE and not any(map(_SAYS_MORE.search, aside)) else None
    is_elsewhere = said[0] is Act.DUPLICATE and any(map(ELSEWHERE.search, aside))
    return None if is_elsewhere else said[0]


def act_beyond_paper(message: str) -> Act | None:
    """Return what a squeezed message asks for that is no paper of the asker's own, None if it asks for none."""
    if ELSEWHERE.search(message):
        return None
    if _TIME.search(message) and _ALL.search(message) and _PAPERS.search(message):
        return Act.PERIOD
    return Act.OTHERS if _SOMEBODYS.search(message) else None


@lru_cache(maxsize=8)
def _lexicon(kind_words: tuple[str, ...]) -> Lexicon:
    return lexicon_of((*_act_tokens(), *question_tokens(kind_words)))


def _act_tokens() -> Iterator[Token]:
    for act, classes in _CLASSES.items():
        words = [word for name in classes for word in WORDS[name]] + _PHRASES.get(act, "").split()
        yield from (Token(word=squeezed_word(word), part=PartOfSpeech.ACT, act=act) for word in words)
    yield from (Token(word=squeezed_word(word), part=PartOfSpeech.PAPER) for word in WORDS["result"])
    fillers = (*WORDS["times"], *_FILLERS.split())
    yield from (Token(word=squeezed_word(word), part=PartOfSpeech.FILLER) for word in fillers)
