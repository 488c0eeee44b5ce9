"""Words everything the briefing says about one indicator, once for all formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpitui import words
from kpitui.behind import Moved
from kpitui.model import Break, Comparator, Entry, Point, VariantCount
from kpitui.periods import parse_or_none
from kpitui.profiles import Profile
from kpitui.report.briefing.shape import Compared, Fact, Item, Mark, Trend
from kpitui.report.briefing.writing import actions, reasons, since

MADE_UP = "†"


def item(entry: Entry, number: int, profile: Profile, moved: Moved | None = None) -> Item:
    """Build the briefing item of an entry.

    `item_number` counts from 1. `indicator_change` says which cases came and went since the last
    period; without it the item does not mention them.
    """
    about = entry.indicator
    told = reasons(entry)
    return Item(
        entry=entry,
        number=number,
        code=about.code + (MADE_UP if entry.made_up else ""),
        title=about.title,
        period=entry.point.period.shown,
        value=words.value(entry),
        of="" if entry.problem else words.fraction(entry.point.count),
        age=f"{words.age(entry.data_age_days)} old at the meeting",
        status=entry.judgement.rag,
        target=words.target(entry) or "none",
        to_target=entry.judgement.to_target or "",
        moved=words.movement(entry.movement),
        moved_year=words.movement(entry.year_movement),
        since=since(entry.movement),
        reason=told,
        actions=actions(entry, told),
        facts=(*_facts(entry), *_whereabouts(entry, moved)),
        trend=trend(entry),
        comparators=tuple(_comparators(_chosen(entry.comparators, profile))),
        variants=tuple(_variant(one, about.unit) for one in entry.variants),
        # Only the first sentence: the workbook has the whole definition.
        definition=about.definition.split(". ")[0].rstrip(".") + "." if about.definition else "",
    )


def _chosen(comparators: Iterable[Comparator], profile: Profile) -> Iterator[Comparator]:
    wanted = profile.comparators
    for one in comparators:
        # A prefix: "Statistical neighbours" selects both their mean and their median.
        if wanted is None or one.name.casefold().startswith(tuple(map(str.casefold, wanted))):
            yield one


def _facts(entry: Entry) -> Iterator[Fact]:
    judged, unit = entry.judgement, entry.indicator.unit
    if entry.problem:
        yield Fact("No value", entry.problem)
        return
    yield Fact("Status", f"{words.RAG_WORDS[judged.rag]}: {judged.reason}")
    if words.target(entry):
        yield Fact("Target", _target(entry))
    yield from _moves(entry)
    if entry.year_to_date is not None:
        count = entry.year_to_date
        yield Fact("Since 1 April", f"{words.rate(count, unit)} ({words.fraction(count)})")
    if entry.whole_years:
        yield Fact("Whole years", ", ".join(_short(one, unit) for one in entry.whole_years))
    if entry.provisional:
        later = ", ".join(
            f"{_short(one, unit)} ({words.fraction(one.count)})" for one in entry.provisional
        )
        yield Fact("Later, provisional", later)
    if judged.one_case is not None:
        yield Fact("Small numbers", _small(entry))
    if chance := _chance(entry):
        yield Fact("More than chance", chance)
    yield from (Fact("Event", f"{words.day(one.date)}: {one.note}") for one in _events(entry))
    yield from (Fact("Please note", warning) for warning in entry.warnings)


def _target(entry: Entry) -> str:
    needs = entry.judgement.to_target
    told = words.target(entry) + (f": {needs} would meet it" if needs else "")
    return told + words.aim(entry.target)


def _moves(entry: Entry) -> Iterator[Fact]:
    """Yield the movement since the last period and since a year earlier, with both values."""
    for moved in (entry.movement, entry.year_movement):
        if moved.against is None:
            yield Fact("Before", words.movement(moved))
            continue
        count = moved.against.count
        was = f"{words.rate(count, entry.indicator.unit)} ({words.fraction(count)})"
        told = {"same": f"same, {was}", "none": f"then {was}"}
        said = told.get(moved.direction, f"{words.movement(moved)}, from {was}")
        yield Fact(f"Since {moved.against.period.shown}", said)


def _short(point: Point, unit: str) -> str:
    return f"{point.period.shown} {words.rate(point.count, unit)}"


def _small(entry: Entry) -> str:
    one_case, interval = entry.judgement.one_case, entry.judgement.interval
    told = f"one {entry.indicator.noun[0]} is worth {words.number(one_case)} points"
    if interval is None:
        return told
    low, high = (words.number(end) for end in interval)
    return f"{told}; chance alone explains {low} to {high}{entry.indicator.unit}"


def _chance(entry: Entry) -> str:
    """Join what the funnel and process chart say, or return an empty text without either."""
    told = [entry.funnel.says] if entry.funnel else []
    if entry.chart is not None:
        told += [entry.chart.variation, entry.chart.assurance]
    return "; ".join(part for part in told if part)


def _events(entry: Entry) -> list[Break]:
    """Return the breaks in the series since the first period that is drawn."""
    first = entry.history[0].period.start if entry.history else entry.point.period.start
    return [one for one in entry.indicator.breaks if one.date >= first]


def _whereabouts(entry: Entry, moved: Moved | None) -> Iterator[Fact]:
    """Yield how many cases came and went, who was left out, and the outcomes not counted."""
    if moved is not None and (moved.came or moved.went):
        told = (
            f"{len(moved.came):,} came, {len(moved.went):,} went since {moved.before.period.shown}"
        )
        yield Fact("Cases that moved", told)
    names = entry.indicator.outcome_names
    left_out = [f"{words.amount(many)} {why}" for why, many in entry.point.count.excluded.items()]
    gone = [
        f"{words.amount(many)} {names.get(code, code)}" for code, many in entry.not_counted.items()
    ]
    if left_out:
        yield Fact("Left out", ", ".join(left_out))
    if gone:
        yield Fact("Not counted", ", ".join(gone))


def trend(entry: Entry) -> Trend:
    """Build the trend from the history and later provisional periods, each with its target."""
    unit = entry.indicator.unit
    events = _events(entry)
    points = () if entry.problem else (*entry.history, *entry.provisional)
    marks = tuple(
        Mark(
            period=one.period.shown,
            value=one.count.value,
            printed=words.rate(one.count, unit),
            rag=one.rag,
            target=one.target,
            provisional=one.status == "provisional",
            event="; ".join(
                event.note for event in events if one.period.start <= event.date <= one.period.end
            ),
        )
        for one in points
    )
    low, high = entry.indicator.scale
    values = [each for one in marks for each in (one.value, one.target) if each is not None]
    # The scale of the catalogue, wider where a value or target lies outside it.
    return Trend(marks, min([low, *values]), max([high, *values]), _in_words(marks, unit))


def _in_words(marks: tuple[Mark, ...], unit: str) -> str:
    """Describe the trend in words, for readers who cannot see the picture."""
    # Lowest and highest are of official periods: a provisional value may still change.
    official = [mark for mark in marks if not mark.provisional] or list(marks)
    known = [mark for mark in official if mark.value is not None]
    if not known:
        return "No trend: there is no earlier value that can be shown"
    # No value here is None; `or 0` is for the type checker.
    lowest = min(known, key=lambda mark: mark.value or 0)
    highest = max(known, key=lambda mark: mark.value or 0)
    last = official[-1]
    told = (
        f"Trend from {official[0].period} to {last.period}: "
        f"lowest {lowest.printed} in {lowest.period}, highest {highest.printed} in "
        f"{highest.period}, latest {last.printed}"
    )
    aim = f"; target {words.percent(last.target, unit)}" if last.target is not None else ""
    hit = "".join(f"; {mark.period}: {mark.event}" for mark in official if mark.event)
    return told + aim + hit


def _comparators(found: Iterable[Comparator]) -> Iterator[Compared]:
    """Yield comparators with a figure, then those without one, grouped by reason."""
    told = [_comparator(one) for one in found]
    yield from (one for one in told if one.detail)
    lacking = [one for one in told if not one.detail]
    for reason in dict.fromkeys(one.value for one in lacking):
        names = ", ".join(one.name for one in lacking if one.value == reason)
        yield Compared(names, reason, "")


def _comparator(one: Comparator) -> Compared:
    period = parse_or_none(one.period)
    when = period.shown if period else one.period
    # Where there is no figure, the reason stands in its place.
    said = "" if one.value is None and not one.symbol else one.detail
    detail = [when, one.basis, one.source, said]
    return Compared(one.name, words.compared(one), ", ".join(part for part in detail if part))


def _variant(one: VariantCount, unit: str) -> Compared:
    if one.count is None:
        return Compared(one.title, "no value", one.problem)
    change = "" if one.points is None else f"{words.signed(one.points)} points"
    detail = ", ".join(part for part in (words.fraction(one.count), change) if part)
    return Compared(one.title, words.rate(one.count, unit), f"{detail}. {one.note}".strip(" ."))
