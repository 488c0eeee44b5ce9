"""Facts of the board in words, shared by the command line, the terminal and the reports.

Nothing is computed here: numbers are only formatted. The text is English in every locale.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isnan
from typing import TYPE_CHECKING

from kpitui.model import (
    Board,
    Comparator,
    Count,
    Entry,
    Indicator,
    Movement,
    ProcessChart,
    Rag,
    Source,
    Target,
)
from kpitui.periods import Period

if TYPE_CHECKING:
    from kpitui.behind import Changes

RAG_WORDS: Mapping[Rag, str] = {
    "green": "Green",
    "amber": "Amber",
    "red": "Red",
    "none": "No colour",
}
# Colour is never the only cue: each has a shape as well.
RAG_SHAPES: Mapping[Rag, str] = {"green": "●", "amber": "▲", "red": "■", "none": "·"}
RAG_ASCII: Mapping[Rag, str] = {"green": "o", "amber": "^", "red": "#", "none": "."}
# The symbols of the Department for Education's published tables.
SYMBOLS: Mapping[str, str] = {
    "c": "suppressed",
    "x": "not available",
    "z": "not applicable",
    "u": "unreliable",
    "k": "rounds to 0",
    "low": "rounds to 0",
}
GRADE_WORDS: Mapping[str, str] = {
    "1": "Outstanding",
    "2": "Good",
    "3": "Requires improvement",
    "4": "Inadequate",
}
MINUS = "\N{MINUS SIGN}"
SUPPRESSED = "c"
"""The sign in place of a number that a public board hides."""


def number(value: float | None, decimals: int = 1) -> str:
    """Format a number with thousands separators, or as an empty text if it is missing.

    Halves round away from zero. `decimals` is the number of decimal places.
    """
    if value is None:
        return ""
    # repr is the shortest decimal that reads back as the float: 0.15 rounds to 0.2, although the
    # float lies just below it. Adding 0 turns -0.0 into 0.0.
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,}".replace("-", MINUS)


def amount(value: float) -> str:
    """Format a count: whole numbers without decimals, others with one, hidden ones as ``c``."""
    if isnan(value):
        return SUPPRESSED
    return number(value, 0 if float(value).is_integer() else 1)


def percent(value: float | None, unit: str = "%") -> str:
    """Format a value with its unit, or as ``no value`` if it is missing."""
    return "no value" if value is None else f"{number(value)}{unit}"


def rate(count: Count, unit: str = "%") -> str:
    """Format the value of a count with its unit, or as ``c`` if it is hidden."""
    return SUPPRESSED if count.hidden else percent(count.value, unit)


SMALL = "*"


def value(entry: Entry) -> str:
    """Format an entry's value as printed, with a mark if numbers are small.

    Without a value the text is ``no value``.
    """
    if entry.problem:
        return "no value"
    return entry.judgement.printed + (SMALL if entry.judgement.one_case is not None else "")


def short_value(entry: Entry) -> str:
    """Format an entry's value in few characters: ``<45.0%`` is just below a target of 45.0%."""
    told = value(entry)
    return told.replace("just below ", "<").replace("just above ", ">")


def fraction(count: Count) -> str:
    """Format a count as ``5 of 16``; in public ``c of 16``, or ``c`` if both numbers are hidden."""
    if isnan(count.numerator) and isnan(count.denominator):
        return SUPPRESSED
    return f"{amount(count.numerator)} of {amount(count.denominator)}"


def signed(value: float) -> str:
    """Format a change with its sign: ``+2.3``."""
    return ("+" if value > 0 else "") + number(value)


def movement(moved: Movement) -> str:
    """Describe a movement: ``worse by 8.1 points``, ``same`` or ``no earlier value``.

    The text is ``c`` if either value is hidden.
    """
    if moved.hidden:
        return SUPPRESSED
    if moved.change is None:
        return "no earlier value"
    if moved.direction == "same":
        return "same"
    points = number(abs(moved.change))
    return f"{moved.direction} by {points} point{'' if points == '1.0' else 's'}"


def target(entry: Entry) -> str:
    """Format an entry's target as ``45.0%``, or as an empty text if it has none."""
    value = entry.point.target
    return "" if value is None else percent(value, entry.indicator.unit)


def aim(one: Target | None) -> str:
    """Describe a target: its reason, its owner and when it is reviewed, each after a semicolon."""
    if one is None:
        return ""
    told = [one.reason, "national" if one.national else "", one.owner]
    told += [f"reviewed {day(one.review)}" if one.review else ""]
    return "".join(f"; {part}" for part in told if part)


def age(days: int) -> str:
    """Format an age as ``84 days``."""
    return f"{days:,} day{'' if days == 1 else 's'}"


def day(value: date | None) -> str:
    """Format a date as ``25 March 2019``, or as an empty text if it is missing."""
    return "" if value is None else f"{value.day} {value:%B %Y}"


def compared(one: Comparator) -> str:
    """Format a published figure, or say why there is none."""
    if one.value is not None:
        return percent(one.value)
    return SYMBOLS.get(one.symbol, one.detail or "not published")


def headline(board: Board) -> str:
    """Summarise how many indicators have each colour: ``3 green, 4 red``."""
    colours = [entry.judgement.rag for entry in board.entries]
    parts = [
        f"{colours.count(rag)} {RAG_WORDS[rag].lower()}" for rag in RAG_WORDS if colours.count(rag)
    ]
    return ", ".join(parts) or "no indicators"


PUBLIC = "Public view: small counts of children are hidden (c), with all that gives them away"


def view(board: Board) -> str:
    """Describe the public view of a board; the text is empty for an internal board."""
    return PUBLIC if board.public else ""


def owed(entry: Entry) -> list[str]:
    """Describe the commentary that an indicator still needs, and its overdue actions.

    Returns one sentence for each.
    """
    told = [f"red in {entry.point.period.shown} without a reason"] if entry.reason_missing else []
    for note in entry.overdue:
        owner = f" ({note.owner})" if note.owner else ""
        told.append(f"action overdue since {day(note.due)}{owner}: {note.text}")
    return told


def owed_in_short(board: Board) -> str:
    """Summarise a board's outstanding commentary in one line, or as an empty text.

    ``1 action overdue: VP8 · 2 reds without a reason: EA11, VP7``.
    """
    late = [entry for entry in board.entries if entry.overdue]
    many = sum(len(entry.overdue) for entry in late)
    # An indicator may have several overdue actions, but lacks at most one reason.
    silent = [entry for entry in board.entries if entry.reason_missing]
    parts = [(many, "action", "overdue", late), (len(silent), "red", "without a reason", silent)]
    return " · ".join(
        f"{number} {what}{'' if number == 1 else 's'} {which}: "
        + ", ".join(entry.indicator.code for entry in entries)
        for number, what, which, entries in parts
        if number
    )


WILSON = "Wilson's interval, 95 in 100"
FUNNEL = "95 in 100, for so many cases"
SMALL_IS = "fewer than 50"


def limits_rule(chart: ProcessChart) -> str:
    """Describe how the limits of a process chart are computed and what its signals mean."""
    trial = "; trial limits, from fewer than 12 points" if chart.trial else ""
    return (
        "The limits are 2.66 times the mean step between neighbours from the mean, "
        f"since {chart.since.shown}{trial}. A signal is a last point beyond them, 7 points on one "
        "side of the mean, 7 that rise or fall, or 2 of the last 3 in the outer third. A target "
        "within the limits is met or missed by chance, one beyond them always or never."
    )


def events(indicator: Indicator, period: Period, since: Period | None = None) -> list[str]:
    """Describe what changed a series in a period, or since an earlier one, a line for each."""
    # An event within the earlier period affects the comparison too.
    first, last = (since or period).start, period.end
    return [f"{day(one.date)}: {one.note}" for one in indicator.breaks if first <= one.date <= last]


def events_between(found: Changes) -> list[str]:
    """Describe what changed a series between two periods, so that they may not compare."""
    return [
        f"{one.entry.indicator.code}: {told}"
        for one in found.moved
        for told in events(one.entry.indicator, found.after, found.before)
    ]


def made_up(board: Board) -> str:
    """Describe which tables are made up, for a warning wherever they show; empty if none is."""
    if not board.made_up:
        return ""
    return f"Made-up data: {', '.join(name.replace('_', ' ') for name in board.made_up)}"


def source_named(source: Source) -> str:
    """Describe a source: its file, the rows of the file if some were not read, and its format."""
    rows = source.rows_in_file
    other = f" of {rows:,} rows" if rows is not None and rows != source.rows_read else ""
    return f"{source.file}{other}{f', {source.read_as}' if source.read_as else ''}"
