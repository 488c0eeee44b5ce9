"""What is still owed before the meeting: values, reasons, actions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpitui import wording
from kpitui.commentary.threads import select_reasons, select_threads
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Board, CommentaryNote, Entry


@dataclass(frozen=True, slots=True)
class OutstandingCommentary:
    """The overdue actions and missing reasons of a board, with the codes of their indicators."""

    overdue_action_count: int
    overdue_codes: tuple[str, ...]
    unexplained_codes: tuple[str, ...]


def collect_outstanding(board: Board) -> OutstandingCommentary:
    """Collect the commentary that a board still needs."""
    return OutstandingCommentary(
        sum(len(entry.overdue_actions) for entry in board.entries),
        tuple(entry.indicator.code for entry in board.entries if entry.overdue_actions),
        # An indicator may have several overdue actions, but lacks at most one reason.
        tuple(entry.indicator.code for entry in board.entries if entry.reason_missing),
    )


def list_missing_work(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what someone should write or look at before the meeting, each with its indicator."""
    for entry in entries:
        code = entry.indicator.code
        if entry.problem:
            yield f"{code}: no value, {describe_problem(entry.problem)}"
        yield from (f"{code}: {task}" for task in wording.describe_outstanding(entry))
        for thread in select_threads(entry):
            if not thread.answers:
                yield f"{code}: question without an answer: {' '.join(thread.question.text.split())}"


def count_unexplained(entries: Sequence[Entry]) -> int:
    """Count the red indicators for which no reason can be printed, so that one is drafted."""
    return sum(needs_draft(entry) for entry in entries)


def needs_draft(entry: Entry) -> bool:
    """Say whether an indicator is red and has no reason that can be printed."""
    return entry.judgement.rag == "red" and all(note.is_held_back for note in select_reasons(entry))


def list_held_back(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield each note that a public briefing leaves out, for whoever prepares it."""
    for entry in entries:
        yield from (_describe_held_back(entry.indicator.code, note) for note in entry.commentary_notes)


def list_held_back_report_notes(board: Board) -> Iterator[str]:
    """Yield each note on the report as a whole that a public briefing leaves out."""
    yield from (_describe_held_back("report", note) for note in board.report_notes)


def _describe_held_back(subject: str, note: CommentaryNote) -> str:
    """Describe a note that is left out; empty for one that is shown."""
    author_text = f" by {note.author}" if note.author else ""
    text = f"{subject}: {note.kind} of {note.period.label}{author_text} left out, as it mentions a small number"
    return text if note.is_held_back else ""


def count_unanswered(entries: Sequence[Entry]) -> int:
    """Count the questions without an answer that a briefing shows."""
    return sum(not thread.answers for entry in entries for thread in select_threads(entry))
