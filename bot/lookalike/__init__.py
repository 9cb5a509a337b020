"""A local DingTalk: it behaves as the platform does towards its SDK and REST clients, and refuses what it refuses.

It shares no code with the bot, so that a misreading of the platform is not made twice.
"""

from bot.lookalike.chat import Chat
from bot.lookalike.contents import Audio, Card, File, OverQuota, Picture, Posted, RichText, Text, Unknown, Video
from bot.lookalike.control import Control
from bot.lookalike.faults import Fault, missing_scope, undelivered
from bot.lookalike.instances import Change, Instance
from bot.lookalike.payloads import Shape
from bot.lookalike.people import Conversation, Member
from bot.lookalike.records import Ack, Call, Entry, Reaction, SentFile
from bot.lookalike.rules import Limits, Timing
from bot.lookalike.server import Lookalike

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
