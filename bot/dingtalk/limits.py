"""DingTalk's limits on one answer."""

from bot.domain.limits import MEGABYTE
from bot.domain.message_limits import MessageLimits

WEBHOOK_BYTES = 20_000  # of the whole request; a longer one gets errcode 460101
PARAMETER_BYTES = 15_000  # of msgParam, the JSON of title and text; always the smaller of the two limits
_FRAME = len('{"title": "", "text": ""}')
_MENTION = 80  # bytes for the @ of the asker, which sending puts before the first message

MESSAGE_LIMITS = MessageLimits(
    text_bytes=PARAMETER_BYTES - _FRAME - _MENTION,
    messages=10,  # half of the 20 messages that a bot may send to a group in a minute: others wait for answers too
    file_bytes=20 * MEGABYTE,  # of one upload
)
