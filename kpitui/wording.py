"""Facts of the board in words, shared by the command line, the terminal and the reports.

Nothing is computed here: numbers are only formatted. The text is English in every locale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import isinf, isnan
from typing import TYPE_CHECKING

from kpitui.issue_wording import format_file_name
from kpitui.model.board import (
    Board,
    CouncilStanding,
    Count,
    DirectionOfTravel,
    Entry,
    Funnel,
    HistoryPoint,
    Movement,
    ProcessChart,
    Rag,
    ReadingProgress,
    Restatement,
    TableSource,
)
from kpitui.model.catalogue import Indicator, Polarity, Target
from kpitui.model.measures import PROPORTION, Measure
from kpitui.model.periods import Period

if TYPE_CHECKING:
    from kpitui.model.drilldown import IndicatorChange, PeriodChanges

RAG_WORDS: Mapping[Rag, str] = {"green": "Green", "amber": "Amber", "red": "Red", "none": "No colour"}
# Colour is never the only cue: each has a shape as well.
RAG_SHAPES: Mapping[Rag, str] = {"green": "●", "amber": "▲", "red": "■", "none": "·"}
RAG_ASCII_SHAPES: Mapping[Rag, str] = {"green": "o", "amber": "^", "red": "#", "none": "."}
# The symbols of the Department for Education's published tables.
SYMBOL_MEANINGS: Mapping[str, str] = {
    "c": "suppressed",
    "x": "not available",
    "z": "not applicable",
    "u": "unreliable",
    "k": "rounds to 0",
    "low": "rounds to 0",
}
MOST_DECIMALS, MOST_WRITTEN_DECIMALS = 9, 4
MINUS_SIGN = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
SUPPRESSED_SYMBOL = "c"
"""The sign in place of a number that a public board hides."""


def format_number(value: float | None, decimals: int = 1) -> str:
    """Format a number with thousands separators, or as an empty text if it is missing.

    Halves round away from zero. `decimals` is the number of decimal places.
    """
    if value is None:
        return ""
    # repr is the shortest decimal that reads back as the float: 0.15 rounds to 0.2, although the
    # float lies just below it. Adding 0 turns -0.0 into 0.0.
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,}".replace("-", MINUS_SIGN)


def format_count(value: float) -> str:
    """Format a count: whole numbers without decimals, others with one, hidden ones as ``c``."""
    if isnan(value):
        return SUPPRESSED_SYMBOL
    return format_number(value, 0 if float(value).is_integer() else 1)


def format_exact(value: float) -> str:
    """Format a number with at least one decimal, and as many more as it is written with.

    One that nobody wrote, as on the line between two targets, has two.
    """
    decimals = -int(Decimal(repr(value)).as_tuple().exponent)
    return format_number(value, max(1, decimals) if decimals <= MOST_WRITTEN_DECIMALS else 2)


def format_points(points: float) -> str:
    """Format percentage points with their unit: ``8.1 points``, ``1.0 point``."""
    points_text = format_point_number(points)
    return f"{points_text} point{'' if points_text == '1.0' else 's'}"


def format_point_number(points: float) -> str:
    """Format percentage points to one decimal; less than would print as 0.0 to its first digit."""
    decimals = 1
    while (
        points
        and decimals < MOST_DECIMALS
        and not Decimal(repr(points)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    ):
        decimals += 1
    return format_number(points, decimals)


def format_value(value: float | None, measure: Measure = PROPORTION) -> str:
    """Format a value with its unit, or as ``no value`` if it is missing."""
    return "no value" if value is None else f"{format_number(value, measure.decimals)}{measure.suffix}"


def format_count_value(count: Count) -> str:
    """Format the value of a count with its unit and its bounds, or as ``c`` if it is hidden.

    ``0.0% (0.0 to 28.6%)``, with a dash; where nothing is known of its bounds, ``0.0%?``.
    """
    if count.is_hidden:
        return SUPPRESSED_SYMBOL
    return format_value(count.value, count.measure) + format_doubt_suffix(count)


def format_short_count_value(count: Count) -> str:
    """Format the value of a count in few characters: one in doubt has a mark, ``0.0%?``."""
    if count.is_hidden:
        return SUPPRESSED_SYMBOL
    return format_value(count.value, count.measure) + mark_doubt(count)


def format_doubt_suffix(count: Count) -> str:
    """Format what stands behind a value in doubt: its bounds in brackets, or else a mark."""
    bounds_text = format_bounds(count)
    return f" ({bounds_text})" if bounds_text else mark_doubt(count)


def mark_doubt(count: Count) -> str:
    """Return the mark of a value in doubt, or an empty text."""
    return DOUBT_MARK if is_in_doubt(count) and count.value is not None else ""


SMALL_NUMBERS_MARK = "*"
PROVISIONAL_MARK = "○"
PROVISIONAL_LEGEND = "provisional: a month, or a period that is not over"


def mark_provisional(point: HistoryPoint) -> str:
    """Return the mark of a provisional figure, or an empty text."""
    return PROVISIONAL_MARK if point.status == "provisional" else ""


def describe_board_period(board: Board) -> str:
    """Describe the period of a board: ``Q4 2018/19 (provisional)`` where any of its figures is."""
    is_provisional = any(mark_provisional(entry.point) for entry in board.entries)
    return f"{board.period.label} (provisional)" if is_provisional else board.period.label


DOUBT_MARK = "?"
"""The mark of a value that unknown cases could change."""


def is_in_doubt(count: Count) -> bool:
    """Say whether a count could be another, for cases of which it cannot be told whether they count."""
    return count.bounds is not None


def format_bounds(count: Count) -> str:
    """Format the bounds of a value with a dash between; empty where all is known or it is hidden."""
    if count.bounds is None or count.bounds.open_reason is not None:
        return ""
    if count.is_hidden or isnan(count.bounds.least_denominator):
        return ""
    if count.low is None or count.high is None:
        return "not known" if count.low is None else f"{format_value(count.low, count.measure)} or more"
    low_text = format_number(count.low, count.measure.decimals)
    return f"{low_text}{EN_DASH}{format_value(count.high, count.measure)}"


def is_fraction(count: Count) -> bool:
    """Say whether a value is told as one number of another, and not with its cases alone."""
    return count.measure.kind in ("proportion", "rate", "ratio")


def format_fraction(count: Count, separator: str = " of ") -> str:
    """Format what a value is made of: ``5 of 16``, ``63 plans``; in public ``c of 16`` or ``c``.

    A mean and a median are told with their cases, a number with its noun.
    """
    if isnan(count.numerator) and isnan(count.denominator):
        return SUPPRESSED_SYMBOL
    if not is_fraction(count):
        return f"{format_count(count.case_count)} {count.measure.noun[count.case_count != 1]}"
    return f"{format_count(count.numerator)}{separator}{format_count(count.denominator)}"


def describe_cases(entry: Entry) -> str:
    """Describe what a value is made of, with the noun of its cases: ``5 of 16 children``, ``63 plans``."""
    fraction = format_fraction(entry.point.count)
    return f"{fraction} {entry.indicator.noun[1]}" if entry.indicator.measure.traits.is_share else fraction


def format_signed_change(value: float) -> str:
    """Format a change with its sign: ``+2.3``; a small one to its first digit, ``+0.04``."""
    return ("+" if value > 0 else "") + format_point_number(value)


def describe_movement(movement: Movement) -> str:
    """Describe a movement: ``worse by 8.1 points``, ``same``, ``in doubt: ...`` or ``no earlier value``.

    The text is ``c`` if either value is hidden.
    """
    if movement.is_hidden:
        return SUPPRESSED_SYMBOL
    if movement.change is None:
        return "no earlier value"
    if movement.direction == "same":
        return "same"
    if movement.direction == "none" and movement.possible_changes is not None:
        unit = "points" if get_measure(movement).difference == "points" else get_measure(movement).unit
        return f"in doubt: {_format_possible_changes(movement.possible_changes, unit=f' {unit}')}"
    difference = describe_difference(movement.change, get_measure(movement))
    if get_measure(movement).difference not in ("cases", "time"):
        return f"{movement.direction} by {difference}"
    # More or longer says by itself that a value is higher.
    return difference if movement.direction in ("higher", "lower") else f"{movement.direction}: {difference}"


def get_measure(movement: Movement) -> Measure:
    """Return the measure of the values that a movement compares."""
    return PROPORTION if movement.earlier_point is None else movement.earlier_point.count.measure


def describe_difference(difference: float, measure: Measure) -> str:
    """Describe a difference in the words of its measure: ``8.1 points``, ``4 more children``, ``1.3 days longer``."""
    amount = abs(difference)
    if measure.difference == "points":
        return format_points(amount)
    if measure.difference == "cases":
        return f"{format_count(amount)} {'more' if difference > 0 else 'fewer'} {measure.noun[amount != 1]}"
    text = f"{format_point_number(amount)} {measure.unit}"
    return f"{text} {'longer' if difference > 0 else 'shorter'}" if measure.difference == "time" else text


def describe_signed_difference(difference: float, measure: Measure) -> str:
    """Describe a difference with its sign: ``+8.1 points``, ``+3.2 per 10,000``, ``+4 children``."""
    if measure.difference == "cases":
        return f"{'+' if difference > 0 else ''}{format_count(difference)} {measure.noun[abs(difference) != 1]}"
    unit = "points" if measure.difference == "points" else measure.unit
    return f"{format_signed_change(difference)} {unit}"


def describe_directed_change(movement: Movement) -> str:
    """Describe a change with a direction: ``8.1 points worse``, ``4 more children``, ``1.3 days longer``."""
    measure = get_measure(movement)
    difference = describe_difference(movement.change or 0.0, measure)
    return difference if measure.difference in ("cases", "time") else f"{difference} {movement.direction}"


def describe_movement_briefly(movement: Movement) -> str:
    """Describe a movement in few characters, without its unit: ``worse 8.1``."""
    if movement.is_hidden or movement.change is None or movement.direction == "same":
        return describe_movement(movement)
    if movement.direction == "none" and movement.possible_changes is not None:
        return f"in doubt: {_format_possible_changes(movement.possible_changes, unit='')}"
    amount = abs(movement.change)
    text = format_count(amount) if get_measure(movement).difference == "cases" else format_point_number(amount)
    return f"{movement.direction} {text}"


def describe_tested_movement(movement: Movement) -> str:
    """Describe a movement, and say beside it whether it is more than chance where that is known."""
    text = describe_movement(movement)
    return f"{text}, {movement.significance}" if is_directed(movement) and movement.significance else text


def is_directed(movement: Movement) -> bool:
    """Say whether a movement has a direction: for the better or the worse, or up or down."""
    return movement.direction not in ("same", "none")


def _format_possible_changes(possible_changes: tuple[float, float], unit: str = " points") -> str:
    if isinf(possible_changes[0]):
        return "any change"
    lowest_change, highest_change = map(format_signed_change, possible_changes)
    return f"{lowest_change} to {highest_change}{unit}"


def format_target(entry: Entry) -> str:
    """Format an entry's target as ``45.0%``, or as an empty text if it has none."""
    target_value = entry.point.target
    if target_value is None:
        return _format_band(entry.indicator)
    return format_target_value(target_value, entry.indicator.measure)


def _format_band(indicator: Indicator) -> str:
    """Format where a value should be, ``30.0 to 60.0 per 10,000``; empty without a band."""
    if indicator.band is None:
        return ""
    low, high = indicator.band
    low_text = format_target_value(low, indicator.measure).removesuffix(indicator.measure.suffix)
    return f"{low_text} to {format_target_value(high, indicator.measure)}"


def format_target_value(target_value: float, measure: Measure = PROPORTION) -> str:
    """Format a target as it is written in the config: 45.0%, 44.95%, 145 of a number."""
    is_whole = not measure.decimals and float(target_value).is_integer()
    return f"{format_number(target_value, 0) if is_whole else format_exact(target_value)}{measure.suffix}"


def describe_figure(entry: Entry) -> str:
    """Describe a figure in one line: ``Permanence, Q3 2018/19: 31.3% (5 of 16), red, target 45.0%``."""
    count, target_text = entry.point.count, format_target(entry)
    parts = [f"{format_count_value(count)} ({format_fraction(count)})"]
    if entry.judgement.rag != "none":
        parts.append(RAG_WORDS[entry.judgement.rag].lower())
    if target_text:
        parts.append(f"target {target_text}")
    return f"{entry.indicator.title}, {entry.point.period.label}: {', '.join(parts)}"


def describe_target_basis(target: Target | None) -> str:
    """Describe a target: its reason, its owner and when it is reviewed, each after a semicolon."""
    if target is None:
        return ""
    parts = [target.reason, "national" if target.is_national else "", target.owner]
    parts += [f"reviewed {format_date(target.review_date)}" if target.review_date else ""]
    return "".join(f"; {part}" for part in parts if part)


def describe_norm(indicator: Indicator) -> str:
    """Describe what a law or a regulator asks for: ``100.0% (Working Together)``; nothing without one."""
    norm = indicator.norm
    return f"{format_target_value(norm.value, indicator.measure)} ({norm.title})" if norm else ""


def format_age_in_days(age_in_days: int) -> str:
    """Format an age as ``84 days``."""
    return f"{age_in_days:,} day{'' if age_in_days == 1 else 's'}"


def describe_ages(ages_in_days: tuple[int, int] | None, as_at: date | None = None) -> str:
    """Describe how old figures are: ``84 days old on 25 March 2019``, or the date alone without any."""
    if ages_in_days is None:
        return format_date(as_at)
    least, greatest = ages_in_days
    ages = format_age_in_days(least) if least == greatest else f"{least:,} to {format_age_in_days(greatest)}"
    return f"{ages} old on {format_date(as_at)}" if as_at else f"{ages} old"


def describe_place_in_rag(place_in_rag: tuple[Rag, int, int] | None) -> str:
    """Describe an indicator's place among those of its colour: ``red 3 of 4``; empty if it has none."""
    if place_in_rag is None:
        return ""
    rag, place, rag_count = place_in_rag
    return f"{RAG_WORDS[rag].lower()} {place} of {rag_count}"


def describe_directions(direction_counts: Mapping[DirectionOfTravel, int], earlier_period: Period) -> str:
    """Describe how many indicators moved which way: ``since Q2: 4 worse, 8 better, 1 same``."""
    directions: tuple[DirectionOfTravel, ...] = ("worse", "better", "same")
    phrases = [f"{direction_counts[name]} {name}" for name in directions if direction_counts[name]]
    return f"since {earlier_period.short_label}: {', '.join(phrases)}" if phrases else ""


def format_date(calendar_date: date | None) -> str:
    """Format a date as ``25 March 2019``, or as an empty text if it is missing."""
    return "" if calendar_date is None else f"{calendar_date.day} {calendar_date:%B %Y}"


def summarise_colours(rag_counts: Mapping[Rag, int]) -> str:
    """Summarise how many indicators have each colour: ``3 green, 4 red``."""
    phrases = [f"{entry_count} {RAG_WORDS[rag].lower()}" for rag, entry_count in rag_counts.items() if entry_count]
    return ", ".join(phrases) or "no indicators"


PUBLIC_VIEW_NOTICE = "Public view: small counts of children are hidden (c), and any figure that would reveal them"


def describe_public_view(board: Board) -> str:
    """Describe the public view of a board; the text is empty for an internal board."""
    return PUBLIC_VIEW_NOTICE if board.is_public else ""


def describe_outstanding(entry: Entry) -> list[str]:
    """Describe the commentary that an indicator still needs, and its overdue actions.

    Returns one sentence for each.
    """
    sentences = [f"red in {entry.point.period.label} without a reason"] if entry.reason_missing else []
    for note in entry.overdue_actions:
        owner_suffix = f" ({note.owner})" if note.owner else ""
        sentences.append(f"action overdue since {format_date(note.due_on)}{owner_suffix}: {note.text}")
    return sentences


def begin_sentence(text: str) -> str:
    """Begin a text with a capital, and take the full stop from its end."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}"


def finish_sentence(text: str) -> str:
    """Begin a text with a capital and end it with a full stop."""
    return f"{begin_sentence(text)}."


def format_quantity(number: int, singular_noun: str) -> str:
    """Format a number with its noun: ``1 win``, ``1,204 figures``."""
    return f"{number:,} {singular_noun}" + ("" if number == 1 else "s")


def describe_restatements(restatements: Sequence[Restatement]) -> str:
    """Describe the newest period that was restated since it was published, and how many there are."""
    newest = restatements[-1]
    saved_text, current_text = map(format_fraction, (newest.saved_count, newest.current_count))
    others = len(restatements) - 1
    others_text = f"; so {format_quantity(others, 'other period')}" if others else ""
    said_text = f"was {saved_text} on {format_date(newest.saved_on)} and is {current_text} now"
    return f"Restated: {newest.period.label} {said_text}{others_text}."


def summarise_outstanding(overdue_action_count: int, overdue_codes: Sequence[str], red_codes: Sequence[str]) -> str:
    """Summarise overdue actions and reds without a reason in one line, or as an empty text.

    ``1 action overdue: VP8 · 2 reds without a reason: EA11, VP7``.
    """
    parts = (
        (overdue_action_count, "action", "overdue", overdue_codes),
        (len(red_codes), "red", "without a reason", red_codes),
    )
    return " · ".join(
        f"{format_quantity(number, noun)} {phrase}: {', '.join(codes)}"
        for number, noun, phrase, codes in parts
        if number
    )


def describe_chance_interval(entry: Entry) -> str:
    """Describe where the true level may be, and whether that includes the target; empty without both limits.

    ``With 16 children the true level could be anywhere from 14% to 56%; 45% is inside that``.
    """
    interval, target_value = entry.judgement.chance_interval, entry.point.target
    if interval is None:
        return ""
    lower_limit, upper_limit = interval
    decimals = 0 if upper_limit - lower_limit >= WIDE_INTERVAL else 1
    measure = entry.point.count.measure
    limits = [f"{format_number(limit, decimals)}{measure.suffix}" for limit in interval]
    case_count = entry.point.count.case_count
    noun = f"{format_count(case_count)} {entry.indicator.noun[case_count != 1]}"
    sentence = f"With {noun} the true level could be anywhere from {limits[0]} to {limits[1]}"
    if target_value is None:
        return sentence
    target_text = format_exact(target_value).removesuffix(".0") + measure.suffix
    is_inside = lower_limit <= target_value <= upper_limit
    return f"{sentence}; {target_text} is {'inside' if is_inside else 'outside'} that"


def get_interval_name(entry: Entry) -> str:
    """Return the name of the method that an entry's interval is worked out by."""
    return entry.indicator.measure.traits.interval_name


def describe_bands(count: Count) -> str:
    """Describe what share of the values lies in each band: ``72.0% up to 15, 28.0% above``; empty without bands."""
    bands, spread = count.measure.bands, count.spread
    if not bands or spread is None or not spread.case_count or count.is_hidden:
        return ""
    shares = [f"{format_number(100 * number / spread.case_count)}%" for number in spread.count_bands(bands)]
    limits = [f"up to {format_number(bands[0], 0)}"]
    limits += [f"above {format_number(low, 0)} to {format_number(high, 0)}" for low, high in pairwise(bands)]
    limits.append(f"above {format_number(bands[-1], 0)}")
    return ", ".join(f"{share} {limit}" for share, limit in zip(shares, limits, strict=True)) + f" {count.measure.unit}"


POLARITY_TEXTS: Mapping[Polarity, str] = {
    "high": "high is good",
    "low": "low is good",
    "neutral": "neither high nor low is good",
}
WIDE_INTERVAL = 10  # points, from which on decimals would only look sure
SMALL_DENOMINATOR_TEXT = "fewer than 50"


def describe_funnel_limits(funnel: Funnel) -> str:
    """Describe the limits of a funnel: what they allow for, and how many councils told it."""
    limits_text = f"{format_number(funnel.lower_limit)} to {format_number(funnel.upper_limit)}"
    if funnel.overdispersion is None:
        return f"{limits_text} is within chance; too few councils have published counts to allow for more"
    if funnel.overdispersion == 1:
        return f"{limits_text} is within chance; the {funnel.council_count} councils differ by no more than that"
    return (
        f"usual for this many cases: {limits_text}; the variance between the {funnel.council_count} councils of the "
        f"published file is {format_number(funnel.overdispersion)} times that of chance"
    )


def describe_standing(standing: CouncilStanding) -> str:
    """Describe a council's rank: ``2nd best of 15 councils in the published file for 2017-18``."""
    quarters = ("the best quarter", "the second best quarter", "the second worst quarter", "the worst quarter")
    rank_text = "best" if standing.rank == 1 else f"{format_ordinal(standing.rank)} best"
    return (
        f"{rank_text} of {standing.council_count:,} councils in the published file for {standing.period}, "
        f"in {quarters[standing.quartile - 1]}"
    )


def describe_progress(progress: ReadingProgress) -> str:
    """Describe how far reading the tables is, for a person who waits."""
    place = f"file {progress.file_number:,} of {progress.file_count:,}"
    return f"{place}, {progress.rows_read:,} rows so far: {progress.file_name}"


def format_ordinal(number: int) -> str:
    """Format a rank: 1st, 2nd, 3rd, 11th."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def describe_chart_limits(chart: ProcessChart) -> str:
    """Describe where the limits of a process chart come from and what counts as a sign of change."""
    noun = chart.start_period.kind
    fixed_clause = "the first " if chart.is_baseline_fixed else ""
    return (
        f"While nothing changes, 997 of 1,000 {noun}s fall within the limits ({chart.method}, from {fixed_clause}"
        f"{chart.baseline_count} {noun}s since {chart.start_period.label}). Signs of change: the last {noun} outside "
        f"them, 7 {noun}s on one side of the mean, 7 rising or falling, or 2 of the last 3 in the outer third."
    )


def describe_events(indicator: Indicator, period: Period, since_period: Period | None = None) -> list[str]:
    """Describe what changed a series in a period, or since an earlier one, a line for each."""
    # An event within the earlier period affects the comparison too.
    first_day, last_day = (since_period or period).first_day, period.last_day
    return [
        f"{format_date(series_break.occurred_on)}: {series_break.description}"
        for series_break in indicator.list_breaks_between(first_day, last_day)
    ]


def count_moved_cases(indicator_change: IndicatorChange) -> str:
    """Count the cases that moved a figure: ``2 came, 1 went, 3 changed``; the last where there are any."""
    came, went = len(indicator_change.joined_subjects), len(indicator_change.departed_subjects)
    changed = len(indicator_change.standing_changes)
    return f"{came:,} came, {went:,} went" + (f", {changed:,} changed" if changed else "")


def describe_events_between(period_changes: PeriodChanges) -> list[str]:
    """Describe what changed a series between two periods, so that they may not compare."""
    return [
        f"{change.entry.indicator.code}: {text}"
        for change in period_changes.indicator_changes
        for text in describe_events(change.entry.indicator, period_changes.later_period, period_changes.earlier_period)
    ]


def describe_made_up_data(board: Board) -> str:
    """Describe which tables are made up, for a warning wherever they show; empty if none is."""
    if not board.made_up_tables:
        return ""
    return f"Made-up data: {', '.join(name.replace('_', ' ') for name in board.made_up_tables)}"


def describe_reading_time(source: TableSource) -> str:
    """Say when a source was read, if nothing tells when it changes; else the text is empty."""
    # A database is not watched: that would be asking it all day (docs/databases.md).
    if source.is_watched or source.read_at is None:
        return ""
    return f", read {source.read_at.astimezone():%H:%M on %d %B %Y}"


def describe_source_file(source: TableSource) -> str:
    """Describe a source: its file, the rows of the file if some were not read, and its format."""
    rows_in_file = source.rows_in_file
    count_clause = f" of {rows_in_file:,} rows" if rows_in_file is not None and rows_in_file != source.rows_read else ""
    file_name = format_file_name(source.file, source.file_section)
    return f"{file_name}{count_clause}{f', {source.recognised_as}' if source.recognised_as else ''}"
