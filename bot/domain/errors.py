"""The error tree: errors that the person, time or an admin can fix.

OcrbotError
├── Refused         the person can fix it: answered at once, never retried
├── Unavailable     it may work later: retried, after `retry_after` if that is set
│   └── Unsure      it may have worked already: retried, and marked as a repeat
├── Misconfigured   the admin can fix it: the process reports it and exits with 2
├── CardRefused     the platform refuses the card: a message is sent instead
├── ReactionRefused the platform refuses the reaction: a message is sent instead
└── Undecodable     stored or received data does not have the expected form
"""


class OcrbotError(Exception):
    """The base of all errors that this project raises on purpose."""


class Refused(OcrbotError):  # noqa: N818 - a domain noun, as are its siblings
    """A request that cannot be served as it is.

    `reason` is a short slug for logs and metrics; `text` is the Chinese sentence that tells the person what is wrong
    and what to do.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason
        self.text = text


class Unavailable(OcrbotError):  # noqa: N818
    """An outside service did not answer as it should; `retry_after` is in seconds, None if it named no time."""

    def __init__(self, what: str, *, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Unsure(Unavailable):
    """A send without an answer: it may or may not have arrived."""


class Misconfigured(OcrbotError):  # noqa: N818
    """A setting, a credential or a configuration file is wrong; the message names it."""


class CardRefused(OcrbotError):  # noqa: N818
    """The platform refuses this card: a permission or a template is missing, or the recipient cannot get cards."""


class ReactionRefused(OcrbotError):  # noqa: N818
    """The platform refuses this reaction: a permission is missing, or the message takes no reactions."""


class Undecodable(OcrbotError):  # noqa: N818
    """Data that does not decode to the type it should hold."""
