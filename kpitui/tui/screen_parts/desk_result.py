"""What a screen has asked the desk for: the answer, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from kpitui.model.board import Board
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.views import failure_lines

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.host import HostedScreen

ResultT = TypeVar("ResultT")


class DeskResult(Generic[ResultT]):
    """The answer to a screen's last request; answers to earlier ones are dropped.

    `value` is None until there is an answer and where there is none; `failure_text` says why. The
    answer is shown by `show_answer`, which draws the whole screen unless another is given.
    """

    def __init__(self, screen: HostedScreen, show_answer: Callable[[], None] | None = None) -> None:
        self._screen = screen
        self._show_answer = show_answer or screen.redraw
        self._awaited_request: DeskRequest | None = None
        self._subject_key: tuple[object, ...] = ()
        self.value: ResultT | None = None
        self.failure_text = ""

    @property
    def is_waiting(self) -> bool:
        """Say whether the answer to the last request is still to come."""
        return self._awaited_request is not None

    def request(self, description: str, work: Callable[[Desk], ResultT]) -> None:
        """Have work done on the desk; `description` names its thread."""
        self._awaited_request = DeskRequest(description, work)
        self._screen.host.start_request(self._awaited_request)

    def request_once(self, subject_key: tuple[object, ...], description: str, work: Callable[[Desk], ResultT]) -> None:
        """Have work done unless it was for the same subject last time, such as a board and a period."""
        if not self.is_about(*subject_key):
            self._subject_key = subject_key
            self.request(description, work)

    def is_about(self, *subject_key: object) -> bool:
        """Say whether the last request was for this subject."""
        return len(subject_key) == len(self._subject_key) and all(map(_is_same, subject_key, self._subject_key))

    def clear(self) -> None:
        """Forget the answer, which is not to be shown any longer."""
        self.value, self.failure_text = None, ""

    def accept_answer(self, answer: DeskAnswer) -> bool:
        """Take the answer and show it, and return whether it was the one that was waited for."""
        # Requests are compared as objects: two with the same content may have different answers.
        if answer.request is not self._awaited_request:
            return False
        self._awaited_request = None
        is_failure = isinstance(answer.result, RequestFailure)
        self.failure_text = failure_lines.summarise_failure(answer.result) if is_failure else ""
        self.value = None if is_failure else answer.result
        self._show_answer()
        return True


def _is_same(subject: object, last_subject: object) -> bool:
    # By value, every entry of two boards would be compared.
    return subject is last_subject if isinstance(subject, Board) else subject == last_subject
