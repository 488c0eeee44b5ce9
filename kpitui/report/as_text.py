"""The board and single indicators as plain text, for pipes, email and screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from kpitui.behind import CaseRestated, Changes, Moved, Regraded
from kpitui.model import Board, Comparator, Entry, Issue, Note, Restated, Source, VariantCount
from kpitui.report.alike import alike
from kpitui.report.tables import HISTORY, STATUS, history_rows, markdown, plain, status_rows
from kpitui.words import (
    FUNNEL,
    RAG_SHAPES,
    RAG_WORDS,
    SMALL,
    SMALL_IS,
    WILSON,
    age,
    aim,
    amount,
    compared,
    day,
    events_between,
    fraction,
    headline,
    limits_rule,
    made_up,
    movement,
    number,
    owed,
    rate,
    signed,
    source_named,
    target,
    view,
)

if TYPE_CHECKING:
    from kpitui.public.asides import HeldBack


def status(board: Board) -> str:
    """Format the whole board: headline, a line for each indicator, missing values and warnings.

    Also lists what people still have to write or do, and counts the issues in the data.
    """
    parts = [*_heading(board), "", plain(STATUS, status_rows(board))]
    if any(one.judgement.one_case is not None for one in board.entries):
        parts += ["", f"{SMALL} small numbers: one case is worth 2 points or more"]
    problems = [f"{one.indicator.code}: {one.problem}" for one in board.entries if one.problem]
    warnings = [
        f"{one.indicator.code}: {warning}" for one in board.entries for warning in one.warnings
    ]
    parts += _section("No value", problems) + _section("Please note", warnings)
    still = [f"{one.indicator.code}: {told}" for one in board.entries for told in owed(one)]
    parts += _section("To be written or done", still)
    # Only the number: the list may be long, and `kpitui check` prints it.
    if board.issues:
        parts += ["", f"{_how_many(board.issues)} in the data: kpitui check lists them"]
    return "\n".join(parts)


def show(board: Board, entry: Entry, moved: Sequence[Sequence[CaseRestated]] = ()) -> str:
    """Format everything known about one indicator, section by section.

    `cases_by_restatement` holds the changed cases of each restated period, in the order of
    `entry.restatements`.
    """
    about = entry.indicator
    parts = [*_heading(board), "", f"{about.code}  {about.title}  ({about.theme})", ""]
    parts += _judged(entry)
    parts += _section("Please note", entry.warnings)
    parts += _section("Left out", _counted(entry.point.count.excluded.items()))
    names = about.outcome_names
    # The catalogue need not name every outcome; a code without a name is printed as it is.
    gone = ((_outcome(code, names.get(code)), n) for code, n in entry.not_counted.items())
    parts += _section("In the denominator, not counted", _counted(gone))
    parts += _section("By other definitions", [_variant(one) for one in entry.variants])
    parts += _section("Compared with", [_comparison(one) for one in entry.comparators])
    parts += _section("More than chance", _chance(entry))
    parts += _section("Restated", _restatements(entry, moved))
    parts += _section("Events", [f"{day(one.date)}: {one.note}" for one in entry.indicator.breaks])
    parts += _section("Commentary", _notes(entry))
    parts += _section("To be written or done", owed(entry))
    parts += ["", "History", plain(HISTORY, history_rows(entry))]
    parts += _section("Definition", [about.definition] if about.definition else [])
    parts += _section("Sources", [_source(one) for one in entry.sources])
    return "\n".join(parts)


def status_markdown(board: Board) -> str:
    """Format the headline and the indicator table of the board as Markdown."""
    heading = "\n\n".join(_heading(board))
    return f"{heading}\n\n{markdown(STATUS, status_rows(board))}"


def changes(found: Changes) -> str:
    """Format what moved between two periods: indicators, named schools, numbers of cases."""
    when = f"{found.before.shown} to {found.after.shown}, as known on {day(found.board.as_at)}"
    parts = [f"{found.board.council}  {when}"]
    parts += filter(None, (view(found.board), made_up(found.board)))
    parts += ["", plain(MOVED, [_moved_row(one) for one in found.moved])]
    parts += _section("Events between", events_between(found))
    parts += _section("Grades that changed", [_regraded(one) for one in found.regraded])
    parts += _section(
        "Cases that came and went", [_came(one) for one in found.moved if one.came or one.went]
    )
    parts += _section("Where those went who do not count", _gone(found))
    return "\n".join(parts)


MOVED = ("code", "indicator", "before", "after", "direction", "rag before", "rag")


def _moved_row(one: Moved) -> tuple[str, ...]:
    about = one.entry.indicator
    return (
        about.code,
        about.title,
        rate(one.before.count, about.unit),
        rate(one.after.count, about.unit),
        movement(one.movement),
        RAG_WORDS[one.before.rag],
        RAG_WORDS[one.after.rag],
    )


def _regraded(one: Regraded) -> str:
    inspected = f", inspected {day(one.inspected)}" if one.inspected else ""
    return f"{one.name} ({one.urn}, {one.kind}): {one.before} to {one.after}{inspected}"


def _came(one: Moved) -> str:
    return f"{one.entry.indicator.code}: {len(one.came):,} came, {len(one.went):,} went"


def _gone(found: Changes) -> list[str]:
    return [
        f"{one.entry.indicator.code}: {amount(number)} {_outcome(code, names.get(code))}"
        for one in found.moved
        # A list of one binds the names once for each indicator.
        for names in [one.entry.indicator.outcome_names]
        for code, number in one.gone_to.items()
    ]


def check(issues: Iterable[Issue], each: bool = False) -> str:
    """Format issues in file order, one line for each kind in a file, or for each if `ungrouped`."""
    return "\n".join(map(str, issues if each else alike(issues)))


def check_summary(
    issues: Sequence[Issue],
    sources: Sequence[Source],
    absent: Sequence[str] = (),
    unused: Sequence[str] = (),
    held_back: Sequence[HeldBack] = (),
) -> str:
    """Format what was read for each table, which tables have no file, and the number of issues.

    `unused_files` are recognised files that no indicator needs. `held_back_notes` is the
    commentary that the public view does not show.
    """
    lines = [
        f"{one.table}: {one.problem}"
        if one.problem
        else f"{one.table}: {one.rows_read:,} rows read, {one.rows_used:,} used, "
        f"{one.rows_refused:,} left out{_again(one)} - {source_named(one)}"
        for one in sources
    ]
    lines += [f"not used: {one}" for one in unused]
    if absent:
        lines.append(f"no file: {', '.join(absent)}")
    lines += [
        f"{one.entry.indicator.code}, {one.note.kind} of {one.note.period.shown}: held back in "
        f"public, mentions a small number ({', '.join(one.mentions)})"
        for one in held_back
    ]
    return "\n".join([*lines, _how_many(issues)])


def _how_many(issues: Sequence[Issue]) -> str:
    # An issue may stand for many rows, so the total can exceed the number of issues.
    many, lines = sum(one.number for one in issues), len(alike(issues))
    if many < 2:
        return "1 issue" if many else "no issues"
    return f"{many:,} issues" + (f" in {lines:,} line{'s' * (lines > 1)}" if lines < many else "")


def _again(source: Source) -> str:
    many = source.rows_again
    return f" ({many:,} that a later file has too)" if many else ""


def _heading(board: Board) -> Iterator[str]:
    """Yield the council, period, date known and tally of colours; then view and made-up data."""
    unsure = any(entry.point.status == "provisional" for entry in board.entries)
    provisional = " (provisional)" if unsure else ""
    when = f"{board.period.shown}{provisional}, as known on {day(board.as_at)}"
    # `show` builds a board of one indicator, where a tally of colours says nothing.
    several = f": {headline(board)}" if len(board.entries) > 1 else ""
    yield f"{board.council}  {when}{several}"
    yield from filter(None, (view(board), made_up(board)))


def _judged(entry: Entry) -> list[str]:
    point, judged = entry.point, entry.judgement
    if entry.problem:
        return [f"No value: {entry.problem}"]
    lines = [
        f"{judged.printed}  {fraction(point.count)}  {point.period.shown} ({point.status})",
        f"{RAG_SHAPES[judged.rag]} {RAG_WORDS[judged.rag]}: {judged.reason}",
    ]
    if target(entry):
        lines.append(f"Target {target(entry)}" + _needs(judged.to_target) + aim(entry.target))
    if entry.year_to_date is not None:
        count = entry.year_to_date
        lines.append(f"Since 1 April: {rate(count)} ({fraction(count)})")
    if entry.whole_years:
        years = ", ".join(f"{one.period.shown} {rate(one.count)}" for one in entry.whole_years)
        lines.append(f"Whole years: {years}")
    lines.append(f"Against the period before: {movement(entry.movement)}")
    lines.append(f"Against the same period a year earlier: {movement(entry.year_movement)}")
    lines.append(f"Age on the day: {age(entry.data_age_days)} since the period ended")
    if judged.one_case is not None:
        worth = number(judged.one_case)
        lines.append(f"Small numbers ({SMALL_IS}): one case is worth {worth} points")
    if judged.interval is not None:
        low, high = judged.interval
        span = f"{number(low)} to {number(high)}"
        lines.append(f"The range that chance alone explains: {span} ({WILSON})")
    return lines


def _restatements(entry: Entry, moved: Sequence[Sequence[CaseRestated]]) -> Iterator[str]:
    for place, one in enumerate(entry.restated):
        yield _restated(one)
        # The public view is given no cases of children or staff: the list may be shorter.
        for case in moved[place] if place < len(moved) else ():
            yield f"  {case.subject}: {case.then}, now {case.now}"


def _source(one: Source) -> str:
    last = f", last event {day(one.last_event)}" if one.last_event else ""
    return f"{one.table}: {one.file}{last}"


def _restated(one: Restated) -> str:
    then, now = rate(one.then), rate(one.now)
    return (
        f"{one.period.shown}: {then} ({fraction(one.then)}) on {day(one.said_on)}, "
        f"{now} ({fraction(one.now)}) by the data of today"
    )


def _chance(entry: Entry) -> list[str]:
    """Format what the funnel and the process chart say, or why there is no chart."""
    # Each judgement gives its rule beside its result, so that a reader can check it.
    said = [f"{entry.funnel.says} ({FUNNEL})"] if entry.funnel else []
    chart = entry.chart
    if chart is None:
        return [*said, f"no process chart: {entry.chart_reason}"]
    trial = "trial limits" if chart.trial else "limits"
    span = f"{number(chart.lower)} to {number(chart.upper)}"
    said.append(f"mean {number(chart.mean)}, {trial} {span}, since {chart.since.shown}")
    said += [*chart.signals, chart.variation]
    return [*said, *([chart.assurance] if chart.assurance else []), limits_rule(chart)]


def _needs(to_target: str | None) -> str:
    return f": {to_target} would meet it" if to_target else ""


def _counted(items: Iterable[tuple[str, float]]) -> list[str]:
    return [f"{amount(number):>5}  {name}" for name, number in items]


def _outcome(code: str, name: str | None) -> str:
    return f"{code} {name}" if name else code


def _variant(one: VariantCount) -> str:
    if one.count is None:
        return f"{one.title}: no value, {one.problem}"
    change = "" if one.points is None else f", {signed(one.points)} points"
    return f"{one.title}: {rate(one.count)} ({fraction(one.count)}{change})"


def _comparison(one: Comparator) -> str:
    told = [f"{one.name}: {compared(one)}"]
    if one.period:
        told += [one.period, one.basis, one.source, one.detail]
    return ", ".join(part for part in told if part)


def _notes(entry: Entry) -> list[str]:
    lines = []
    # The board sorts notes by period, newest first, as groupby needs.
    for period, notes in groupby(entry.notes, key=lambda note: note.period):
        lines.append(period.shown)
        for note in notes:
            lines.append(f"  {note.kind}{_terms(note)}: {note.text}")
    return lines


def _terms(note: Note) -> str:
    """Format who owns an action, when it is due, and when it was done."""
    told = [note.owner, f"by {day(note.due)}" if note.due else ""]
    told += [f"done on {day(note.closed)}" if note.closed else ""]
    terms = ", ".join(part for part in told if part)
    return f" ({terms})" if terms else ""


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", title, *(f"  {line}" for line in found)] if found else []
