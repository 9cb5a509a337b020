"""The messages that people post meanwhile: pictures alone and in groups, words, and files that cannot be read."""

import asyncio
from itertools import count

from bot.lookalike import Lookalike, Picture, Posted, Text
from tests.chaos.numbered_picture import picture
from tests.chaos.verdict import Sent

ANSWER = "会议纪要"  # what the engine reads on every picture
_GROUPS = 4
_KINDS = 5
_numbers = count(1)  # no two pictures are equal, so each is read


def post(dingtalk: Lookalike, number: int) -> Sent:
    """Post the message of this number, each time another one: of five, two are pictures in groups."""
    match number % _KINDS:
        case 0 | 1:
            return _in_group(dingtalk, number)
        case 2:
            return _alone(dingtalk, Text("帮助"), "引用")
        case 3:
            return _alone(dingtalk, Picture(b"\x89PNG\r\n\x1a\n, and then nothing more"), "")
        case _:
            return _alone(dingtalk, Picture(picture(next(_numbers))), ANSWER)


async def post_all(dingtalk: Lookalike, messages: int, seconds: float, sent: list[Sent]) -> None:
    """Post so many messages within so many seconds, and add them to `sent`."""
    for number in range(messages):
        sent.append(post(dingtalk, number))
        await asyncio.sleep(seconds / messages)


def _in_group(dingtalk: Lookalike, number: int) -> Sent:
    chat = dingtalk.group(f"报销群{number % _GROUPS}")
    posted = chat.show(dingtalk.member(f"同事{number}"), picture(next(_numbers)))
    return _sent(posted, ANSWER, alone=False)


def _alone(dingtalk: Lookalike, content: Text | Picture, expects: str) -> Sent:
    member = dingtalk.member(f"来人{next(_numbers)}")
    return _sent(dingtalk.single(member).post(member, content), expects, alone=True)


def _sent(posted: Posted, expects: str, *, alone: bool) -> Sent:
    return Sent(message_id=posted.message_id, conversation=posted.conversation.id, expects=expects, alone=alone)
