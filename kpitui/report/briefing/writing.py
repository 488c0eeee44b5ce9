"""What was written on the indicators, and what the figures say where nobody wrote yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from kpitui import words
from kpitui.model import Entry, Movement, Note
from kpitui.periods import Period
from kpitui.report.briefing.shape import Question, Written

QUESTIONS = (
    "Questions on this period and the one before, and older ones without an answer.  An answer"
    " stands with the oldest question on its indicator that had none."
)


def reasons(entry: Entry) -> tuple[Written, ...]:
    """The reasons written for the period; a draft from the figures where there is none."""
    here = entry.point.period
    found = [note for note in entry.notes if note.kind == "reason" and note.period == here]
    if found:
        return tuple(written(note) for note in _oldest_first(found))
    return (Written(draft(entry), draft=True),)


def draft(entry: Entry) -> str:
    """The judgement in sentences.  Nothing is in it but what was computed."""
    if entry.problem:
        return f"No value: {entry.problem}."
    point, noun = entry.point, entry.indicator.noun[1]
    weighed = entry.indicator.rule.weight or entry.indicator.rule.base
    of = words.fraction(point.count) + ("" if weighed else f" {noun}")
    moves = [one for one in (entry.movement, entry.year_movement) if one.change is not None]
    moved = "".join(f", {since(one)}" for one in moves)
    parts = [f"{words.value(entry)} ({of}) in {point.period.shown}{moved}"]
    parts.append(f"{words.RAG_WORDS[point.rag]}: {entry.judgement.reason}")
    if entry.judgement.to_target:
        parts.append(f"{entry.judgement.to_target} would have met the target")
    return " ".join(f"{part}." for part in parts)


def since(moved: Movement) -> str:
    """``worse by 15.8 points since Q2 2018/19``, ``the same as in Q2 2018/19``."""
    said = words.movement(moved)
    if moved.against is None or (moved.change is None and said != words.SUPPRESSED):
        return said
    when = moved.against.period.shown
    if moved.direction == "same":
        return f"the same as in {when}"
    return f"change {said} since {when}" if said == words.SUPPRESSED else f"{said} since {when}"


def actions(entry: Entry, reason: Sequence[Written]) -> tuple[Written, ...]:
    """What is being done: said for the period, or before it and due since the period began.

    Actions that are overdue stay until they are closed.  One that has the author and date of the
    reason above it does not say so again.
    """
    here = entry.point.period
    signed = {one.by for one in reason}
    found = [
        replace(written(note), due=_by_when(entry, note))
        for note in _oldest_first(entry.notes)
        if note.kind == "action"
        and (
            note.period == here
            or note in entry.overdue
            or (note.due is not None and note.due >= here.start)
        )
    ]
    return tuple(replace(one, by="") if one.by in signed else one for one in found)


def _by_when(entry: Entry, note: Note) -> str:
    """Who does it and by when, or that it is late or done."""
    when = f"by {words.day(note.due)}" if note.due else "no date"
    if note in entry.overdue:
        when = f"overdue since {words.day(note.due)}"
    if note.closed:
        when = f"done {words.day(note.closed)}"
    return ", ".join(part for part in (note.owner, when) if part)


def written(note: Note) -> Written:
    """A note as it is told."""
    by = ", ".join(part for part in (note.author, words.day(note.written)) if part)
    return Written(" ".join(note.text.split()), by)


def questions(entry: Entry) -> Iterator[Question]:
    """Each question that is still of interest, oldest first, with its answers."""
    asked: list[tuple[Note, list[Note]]] = []
    for note in _oldest_first(entry.notes):
        if note.kind == "question":
            asked.append((note, []))
        elif note.kind == "answer" and asked:
            waiting = next((answers for _, answers in asked if not answers), asked[-1][1])
            waiting.append(note)
    for question, answers in asked:
        if not answers or question.period in _recent(entry.point.period):
            about = entry.indicator
            told = tuple(written(one) for one in answers)
            yield Question(about.code, about.title, written(question), told)


def _recent(period: Period) -> tuple[Period, Period]:
    return period, period.previous


def _oldest_first(notes: Sequence[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: (note.written or date.min, note.period.start))
