"""Trials of a prompt on a file: a request like others, whose engine answers are kept as the engine gave them.

Nothing is read here: workers read it, with the draft in the task. So a draft that would slow them down slows its own
turn only: all trials are one client's.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.api.admin.trial_forms import TrialForm, call_form, failure_form, paper_form
from bot.domain.document import Document, Outcome
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.message_limits import MessageLimits
from bot.domain.organisation import Organisation
from bot.domain.prompt import Prompt
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.reply import render
from bot.domain.requests.record import Accepted, RequestRecord
from bot.domain.requests.submission import Submission
from bot.domain.task import Read, Task
from bot.storage.trials.answers import TrialAnswers, answers_id

CLIENT: Final = "prompt_trials"  # whose requests trials are; no client of the file may have a `_` in its name
_KEEP_SECONDS: Final = 3600
_NO_CONVERSATION: Final = DingTalkConversation(
    robot_code="", conversation_id="", conversation_kind=ConversationKind.SINGLE
)


class TrialRequests(Protocol):
    """What trials need of all requests: see `bot.storage.requests.requests_store`."""

    def accept(self, submission: Submission, files: Sequence[bytes], *, now: float) -> Accepted:
        """Accept a submission."""
        ...

    def record(self, client: str | None, request_id: str) -> RequestRecord | None:
        """Return a request of this client."""
        ...

    def task(self, request_id: str) -> Task | None:
        """Return the task that reads a request."""
        ...

    def outcomes(self, request_id: str) -> list[Outcome | None]:
        """Return what was read of its files."""
        ...


class PromptTrials:
    """Tries prompts on files; `clock` gives Unix seconds, `limits` are those of the chat's messages."""

    def __init__(
        self,
        requests: TrialRequests,
        answers: TrialAnswers,
        *,
        clock: Callable[[], float],
        limits: MessageLimits,
    ) -> None:
        self._requests = requests
        self._answers = answers
        self._clock = clock
        self._limits = limits

    def begin(
        self, prompt: Prompt, data: bytes, *, name: str, organisation: Organisation, candidates: Sequence[Prompt] = ()
    ) -> str:
        """Have a file read with a prompt, or with the candidate that it is recognised as; return the trial's id."""
        read = Read(
            prompt=prompt,
            candidates=tuple(candidates),
            kind_named=not candidates,
            companies=organisation.companies,
            trial=secrets.token_hex(8),
        )
        submission = Submission(
            client=CLIENT, names=(name,), read=read, reference=prompt.name, keep_seconds=_KEEP_SECONDS
        )
        return self._requests.accept(submission, [data], now=self._clock()).id

    def record(self, trial_id: str) -> RequestRecord | None:
        """Return how far a trial has come, None if there is none."""
        return self._requests.record(CLIENT, trial_id)

    def outcome(self, trial_id: str) -> Outcome | None:
        """Return what was read, None as long as nothing was."""
        return next(iter(self._requests.outcomes(trial_id)), None)

    def look(self, trial_id: str, organisation: Organisation, *, language: str) -> TrialForm | None:
        """Return a trial as JSON, with doubts and failure in zh or en; None if there is none."""
        record = self.record(trial_id)
        if record is None:
            return None
        outcome = self.outcome(trial_id) if record.state.has_ended else None
        calls = [call_form(call) for call in self._answers.get(answers_id(trial_id))] if outcome is not None else []
        document = outcome if isinstance(outcome, Document) else None
        task = self._requests.task(trial_id)
        prompts = (task.to_read.prompt, *task.to_read.candidates) if task is not None else ()
        return TrialForm(
            id=trial_id,
            status=record.state.value,
            file=record.name,
            seconds=document.seconds if document else sum(call.seconds for call in calls),
            waited=max(0.0, (record.started_at or self._clock()) - record.submitted_at),
            engine=document.engine if document else "",
            pages=document.pages if document else 0,
            calls=calls,
            papers=[paper_form(paper, prompts, language) for paper in document.papers] if document else [],
            reply=self._reply(outcome, task, organisation) if outcome and task else [],
            failure=failure_form(outcome, record.sentence, language),
        )

    def _reply(self, outcome: Outcome, task: Task, organisation: Organisation) -> list[str]:
        """Return the messages that a person would get in a single chat."""
        chat = replace(task, id="try", recipient=_NO_CONVERSATION, service_notice=organisation.provider)
        return list(render(answer_view(chat, [outcome]), self._limits).parts)
