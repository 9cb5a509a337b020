"""What is used of DingTalk's own SDK, and the ack in its words."""

import json
import logging
from typing import Any, Final

from dingtalk_stream.chatbot import ChatbotMessage
from dingtalk_stream.credential import Credential
from dingtalk_stream.frames import AckMessage, CallbackMessage, EventMessage, SystemMessage
from dingtalk_stream.stream import DingTalkStreamClient
from dingtalk_stream.version import VERSION_STRING

CALLBACK: Final[str] = CallbackMessage.TYPE
SYSTEM: Final[str] = SystemMessage.TYPE
EVENT: Final[str] = EventMessage.TYPE
DISCONNECT: Final[str] = SystemMessage.TOPIC_DISCONNECT
BOT_TOPIC: Final[str] = ChatbotMessage.TOPIC
AGENT: Final = f"dingtalk-sdk-python/v{VERSION_STRING}-union"
_ACK_HEAD = f'{{"code":{AckMessage.STATUS_OK},"headers":{{"messageId":'
_ACK_TAIL = ',"contentType":"application/json"},"message":"OK","data":"{\\"response\\": null}"}'


def ack(message_id: object) -> str:
    """Return the frame that acknowledges the callback of this `messageId`."""
    return f"{_ACK_HEAD}{json.dumps(message_id)}{_ACK_TAIL}"


def sdk_client(client_id: str, client_secret: str) -> Any:
    """Return the SDK's client; the null handler keeps it from adding a log handler of its own."""
    logging.getLogger("dingtalk_stream.handler").addHandler(logging.NullHandler())
    client: Any = DingTalkStreamClient
    credential: Any = Credential
    return client(credential(client_id, client_secret), logger=logging.getLogger(__name__))


def quieten_libraries() -> None:
    """Keep frames, and addresses that contain a ticket or token, out of the log."""
    for name in ("httpx", "httpcore", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
