"""The notes on an indicator in their order: reasons, actions, and questions with their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpitui.model.board import CommentaryNote, Entry
from kpitui.model.periods import Period


@dataclass(frozen=True, slots=True)
class NoteThread:
    """A question and its answers, oldest first."""

    question: CommentaryNote
    answers: tuple[CommentaryNote, ...]


def select_reasons(entry: Entry) -> tuple[CommentaryNote, ...]:
    """Select the reasons written for the indicator's period, oldest first."""
    period = entry.point.period
    reasons = (note for note in entry.commentary_notes if note.kind == "reason" and note.period == period)
    return tuple(_sort_oldest_first(reasons))


def select_actions(entry: Entry) -> tuple[CommentaryNote, ...]:
    """Select the actions of the period, those still due when it began, and overdue ones.

    An overdue action stays until it is closed.
    """
    period = entry.point.period
    return tuple(
        note
        for note in _sort_oldest_first(entry.commentary_notes)
        if note.kind == "action"
        and (
            note.period == period
            or note in entry.overdue_actions
            or (note.due_on is not None and note.due_on >= period.first_day)
        )
    )


def select_threads(entry: Entry) -> tuple[NoteThread, ...]:
    """Select the questions on this period and the one before, and older ones without an answer.

    An answer stands with the oldest question that had none, since notes do not name the question
    they answer; a further one with the last question.
    """
    recent_periods = (entry.point.period, entry.point.period.previous)
    return tuple(
        thread
        for thread in pair_answers(entry.commentary_notes)
        if not thread.answers or thread.question.period in recent_periods
    )


def pair_answers(notes: Iterable[CommentaryNote]) -> list[NoteThread]:
    """Pair the questions among some notes with their answers, oldest first."""
    open_threads: list[tuple[CommentaryNote, list[CommentaryNote]]] = []
    for note in _sort_oldest_first(notes):
        if note.kind == "question":
            open_threads.append((note, []))
        elif note.kind == "answer" and open_threads:
            unanswered = next((answers for _, answers in open_threads if not answers), open_threads[-1][1])
            unanswered.append(note)
    return [NoteThread(question, tuple(answers)) for question, answers in open_threads]


def group_notes_by_period(notes: Iterable[CommentaryNote]) -> Mapping[Period, Sequence[CommentaryNote]]:
    """Group notes by period, in the order of the notes."""
    notes_by_period: dict[Period, list[CommentaryNote]] = {}
    for note in notes:
        notes_by_period.setdefault(note.period, []).append(note)
    return notes_by_period


def _sort_oldest_first(notes: Iterable[CommentaryNote]) -> list[CommentaryNote]:
    # The date is optional: a note without one counts as the oldest.
    return sorted(notes, key=lambda note: (note.written_on or date.min, note.period.first_day))
