"""All sentences that people read: a module for each occasion, a function for each sentence.

A sentence says what is wrong and what to do about it. `console` and `trials` hold what admins read in a terminal.
"""

from bot.domain.texts import (
    answers,
    attachments,
    commands,
    failures,
    guidance,
    several,
    talk,
    terminal,
    unreadable,
    waiting,
    warnings,
)

__all__ = [
    "answers",
    "attachments",
    "commands",
    "failures",
    "guidance",
    "several",
    "talk",
    "terminal",
    "unreadable",
    "waiting",
    "warnings",
]
