"""How much DingTalk takes of one answer."""

from bot.domain.limits import MEGABYTE
from bot.domain.message_limits import MessageLimits

WEBHOOK_BYTES = 20_000  # of the whole request; longer is errcode 460101
PARAMETER_BYTES = 15_000  # of msgParam, the JSON of title and text; smaller than the webhook's limit in every case
_FRAME = len('{"title": "", "text": ""}')
_MENTION = 80  # what the @ of the asker may take, which is put before the first message when it is sent

MESSAGE_LIMITS = MessageLimits(
    text_bytes=PARAMETER_BYTES - _FRAME - _MENTION,
    messages=10,  # a bot may send 20 messages a minute to a group, and others wait for answers too
    file_bytes=20 * MEGABYTE,  # of one upload
)
