"""Cards in a conversation: their present state and all changes to them."""

import time
from dataclasses import dataclass, field
from typing import Literal

Act = Literal["create", "update", "stream"]
DEFAULT_TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"  # the SDK's AI-markdown template
DEFAULT_KEY = "msgContent"
_STATES = {"1": "processing", "2": "inputting", "3": "finished", "4": "executing", "5": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call that changed a card, and the card's state and text afterwards."""

    act: Act
    text: str
    state: str
    monotonic: float = field(default_factory=time.monotonic)


@dataclass(slots=True, kw_only=True)
class Instance:
    """One card. `key` is the template's variable that holds its Markdown; above `bytes_shown` the card is blank."""

    out_track_id: str
    template: str
    conversation: str
    key: str
    bytes_shown: int
    carrier_id: str  # what a quote of the card gives as its originalProcessQueryKey
    data: dict[str, str] = field(default_factory=dict)
    finalized: bool = False
    history: list[Change] = field(default_factory=list)
    guids: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        """The name of its flowStatus: processing, inputting, finished, executing or failed; "" if none was set."""
        return _STATES.get(self.data.get("flowStatus", ""), "")

    @property
    def content(self) -> str:
        """The Markdown in its variable."""
        return self.data.get(self.key, "")

    @property
    def blank(self) -> bool:
        """Whether people see an empty card, because there is nothing in it or too much."""
        return not self.content or len(self.content.encode()) > self.bytes_shown

    @property
    def text(self) -> str:
        """What people see."""
        return "" if self.blank else self.content

    @property
    def ended(self) -> bool:
        """Whether the card is finished or failed."""
        return self.state in {"finished", "failed"}

    def change(self, act: Act, data: dict[str, str]) -> None:
        """Set variables and record the change."""
        self.data.update(data)
        self.history.append(Change(act=act, text=self.text, state=self.state))
