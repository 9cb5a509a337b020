"""A local DingTalk: for SDK and REST clients it behaves as the platform does, and refuses what the platform refuses.

It shares no code with the bot, so that a misunderstanding of the platform is not repeated in both.

server       the whole of it as one object
chat         a conversation in which tests post and read
callbacks/   what people post, and the callback that the bot gets for it
stream       sockets to the bot, deliveries and their acknowledgement
rest/        the APIs that the bot calls: tokens, files, messages, cards, reactions
state/       people and conversations, the present state of cards, records of everything that arrived
page/        the page and the control API for a person with a browser or curl
faults       answers that are replaced or delayed on request
rules        limits and times
"""

from bot.lookalike.callbacks.contents import (
    Audio,
    Card,
    File,
    OverQuota,
    Picture,
    Posted,
    RichText,
    Text,
    Unknown,
    Video,
)
from bot.lookalike.callbacks.payloads import Shape
from bot.lookalike.chat import Chat
from bot.lookalike.faults import Fault, missing_scope, undelivered
from bot.lookalike.page.control import Control
from bot.lookalike.rules import Limits, Timing
from bot.lookalike.server import Lookalike
from bot.lookalike.state.instances import Change, Instance
from bot.lookalike.state.people import Conversation, Member
from bot.lookalike.state.records import Ack, Call, Entry, Reaction, SentFile

__all__ = [
    "Ack",
    "Audio",
    "Call",
    "Card",
    "Change",
    "Chat",
    "Control",
    "Conversation",
    "Entry",
    "Fault",
    "File",
    "Instance",
    "Limits",
    "Lookalike",
    "Member",
    "OverQuota",
    "Picture",
    "Posted",
    "Reaction",
    "RichText",
    "SentFile",
    "Shape",
    "Text",
    "Timing",
    "Unknown",
    "Video",
    "missing_scope",
    "undelivered",
]
