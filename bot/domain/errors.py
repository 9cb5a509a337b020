"""The error tree: what a person can fix, what time can fix, what an admin can fix.

OcrbotError
├── Refused         the person can fix it: told at once, never tried again
├── Unavailable     it may work later: tried again, after the delay it may carry
│   └── Unsure      it may even have worked: tried again, and said to be a repeat
├── Misconfigured   the admin can fix it: the process says so and exits 2
├── CardRefused     no card can be shown there: words go instead
├── ReactionRefused no reaction can be put there: words go instead
└── Undecodable     stored or received data that is not what it should be
"""


class OcrbotError(Exception):
    """Every error that this project raises on purpose."""


class Refused(OcrbotError):  # noqa: N818 - a domain noun, as are its siblings
    """A request that cannot be served as it is.

    `reason` is a short slug for logs and counts; `text` is the Chinese sentence the person reads: what is wrong
    and what to do.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason
        self.text = text


class Unavailable(OcrbotError):  # noqa: N818
    """Something outside did not answer as it should; `retry_after` is in seconds, None if the answer named no time."""

    def __init__(self, what: str, *, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Unsure(Unavailable):
    """A send that got no answer: it may have arrived or not."""


class Misconfigured(OcrbotError):  # noqa: N818
    """A setting, a credential or a file of the admin's is wrong; the message is one sentence that names it."""


class CardRefused(OcrbotError):  # noqa: N818
    """The platform does not take this card: a permission or a template is missing, or it cannot be delivered there."""


class ReactionRefused(OcrbotError):  # noqa: N818
    """The platform does not put this on the message: a permission is missing, or the message takes none."""


class Undecodable(OcrbotError):  # noqa: N818
    """Data that does not decode to the type it should hold."""
