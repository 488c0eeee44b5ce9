"""Composes the committee briefing from a board and what changed since the last period.

`compose_briefing` selects and words everything once. The modules of `kpitui.report.formats`
only lay it out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from kpitui import words
from kpitui.behind import Cases, Changes, Regraded
from kpitui.model import Board, Entry, Restated, Source
from kpitui.profiles import Profile
from kpitui.report.briefing import choosing, writing
from kpitui.report.briefing.glossary import footnotes, glossary
from kpitui.report.briefing.items import item
from kpitui.report.briefing.shape import Briefing, Cover, Item

__all__ = ["Briefing", "brief"]

INTERNAL = "INTERNAL: small numbers are shown, and records may be. Not for publication."
PLACES = {"schools", "early_years_settings"}
PUBLIC = "Public: small counts of children are not shown."


def brief(board: Board, found: Changes, profile: Profile, cases: Sequence[Cases] = ()) -> Briefing:
    """Compose the briefing of a board; it is public or internal as the board is.

    `period_changes` holds what moved since the last period. Schools and settings are named;
    for children only the number of cases is given. `cases` are the rows behind the numbers. Raises
    ValueError if there are any and the board is public.
    """
    internal = not board.public
    if cases and not internal:
        raise ValueError("cases are for the internal view alone")
    entries = _chosen(board.entries, profile)
    moved = {one.entry.indicator.id: one for one in found.moved}
    # "" keeps a changed grade whose table is not known.
    tables = {source.table for entry in entries for source in entry.sources} | {""}
    items = tuple(
        item(entry, number, profile, moved.get(entry.indicator.id))
        for number, entry in enumerate(entries, 1)
    )
    return Briefing(
        as_at=board.as_at,
        cover=_cover(board, profile, tables),
        internal=internal,
        full=profile.length == "full",
        before=board.period.previous.shown,
        year_before=board.period.year_earlier.shown,
        opening=_opening(items, board.period.previous.shown),
        items=items,
        shares=choosing.shares(items),
        exceptions=choosing.exceptions(items),
        wins=choosing.wins(items),
        wins_rule=choosing.WINS,
        concerns=choosing.concerns(items),
        concerns_rule=choosing.CONCERNS,
        themes=choosing.themes(items, profile.themes),
        schools=tuple(_regraded(one) for one in found.regraded if one.table in tables),
        schools_since=_between(found) if tables & PLACES else "",
        restated=tuple(_restated(entry, one) for entry in entries for one in entry.restated),
        questions=tuple(one for entry in entries for one in writing.questions(entry)),
        questions_rule=writing.QUESTIONS,
        glossary=glossary(items),
        sources=tuple(
            _source(board, one)
            for one in board.sources
            if one.table in tables and (one.last_event or one.problem)
        ),
        footnotes=footnotes(items, internal=internal),
        missing=tuple(_missing(items)),
        cases=tuple(cases),
    )


def _chosen(entries: Sequence[Entry], profile: Profile) -> tuple[Entry, ...]:
    """Select the profile's indicators in its order, limited to its themes if it names any."""
    by_id = {entry.indicator.id: entry for entry in entries}
    named = [by_id[name] for name in profile.indicators if name in by_id]
    asked = named if profile.indicators else entries
    # A profile may name both: its themes then narrow down its indicators.
    return tuple(
        entry for entry in asked if not profile.themes or entry.indicator.theme in profile.themes
    )


def _between(found: Changes) -> str:
    return f"Between {found.before.shown} and {found.after.shown}"


def _cover(board: Board, profile: Profile, tables: Collection[str]) -> Cover:
    ended = words.day(board.period.end)
    # A provisional period may end after the meeting.
    days = words.age(max(0, (board.as_at - board.period.end).days))
    # Commentary feeds every indicator, and is a source of none.
    made_up = tuple(name for name in board.made_up if name in tables or name == "commentary")
    return Cover(
        title=profile.title,
        council=board.council,
        committee=profile.committee,
        audience=profile.audience,
        meeting=words.day(board.as_at),
        period=board.period.shown,
        ages=f"Figures to {ended}, {days} before the meeting",
        mark=PUBLIC if board.public else INTERNAL,
        made_up=words.made_up(replace(board, made_up=made_up)),
    )


def _opening(items: Sequence[Item], before: str) -> str:
    """Write the two sentences that open the briefing."""
    told = {share.rag: share.many for share in choosing.shares(items)}
    colours = (
        f"The target is met by {told['green']} of {len(items)} indicators, missed within tolerance"
        f" by {told['amber']}, and by more than that by {told['red']}."
    )
    moves = [item.entry.movement.direction for item in items]
    moved = (
        f"Since {before}, {moves.count('better')} got better, {moves.count('worse')}"
        f" got worse and {moves.count('same')} stayed the same."
    )
    return f"{colours} {moved}"


def _regraded(one: Regraded) -> tuple[str, ...]:
    return (one.name, one.kind, one.before, one.after, words.day(one.inspected))


def _restated(entry: Entry, one: Restated) -> tuple[str, ...]:
    unit = entry.indicator.unit
    counts = one.then, one.now
    then, now = (f"{words.rate(each, unit)} ({words.fraction(each)})" for each in counts)
    about = entry.indicator
    return (f"{about.code} {about.title}", one.period.shown, words.day(one.said_on), then, now)


def _source(board: Board, one: Source) -> tuple[str, ...]:
    last = words.day(one.last_event)
    age = words.age((board.as_at - one.last_event).days) if one.last_event else ""
    if one.problem:
        # A table that could not be used has no age worth printing.
        last, age = "could not be used", ""
    return (one.table.replace("_", " "), last, age, "made up" if one.made_up else "")


def _missing(items: Sequence[Item]) -> Iterator[str]:
    """Yield what someone should write or look at before the meeting."""
    for one in items:
        code = one.entry.indicator.code
        if one.entry.problem:
            yield f"{code}: no value, {one.entry.problem}"
        yield from (f"{code}: {said}" for said in words.owed(one.entry))
        for question in writing.questions(one.entry):
            if not question.answers:
                yield f"{code}: question without an answer: {question.asked.text}"
