"""DingTalk's limits on one answer, and on an app's calls."""

from bot.domain.limits import MEGABYTE
from bot.domain.message_limits import MessageLimits

# For each API of an app in the standard edition; 40 in the professional one, 60 in the exclusive one (DingTalk's
# developer group, quoted at https://developer.aliyun.com/ask/615474).
CALLS_PER_SECOND = 20
WEBHOOK_BYTES = 20_000  # of the whole request; a longer one gets errcode 460101
PARAMETER_BYTES = 15_000  # of msgParam, the JSON of title and text; always the smaller of the two limits
_FRAME = len('{"title": "", "text": ""}')
_MENTION = 80  # bytes for the @ of the asker, which sending puts before the first message

MESSAGE_LIMITS = MessageLimits(
    text_bytes=PARAMETER_BYTES - _FRAME - _MENTION,
    messages=10,  # half of the 20 messages that a bot may send to a group in a minute: others wait for answers too
    file_bytes=20 * MEGABYTE,  # of one upload
)
