"""What the public pages of a council say, number by number, and what the definitions tell of them.

An attacker is given all pages at once: figures, windows, variants, what is left out and why, outcomes,
unknown cases, colours of hidden numbers, and what the children of a state tell of the events that
begin and end it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from kpitui.board import build_board
from kpitui.council import Council
from kpitui.disclosure.ledger import is_small_count
from kpitui.disclosure.people import is_about_children
from kpitui.model.board import Board
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period, list_periods, parse_period
from kpitui.report import json_output
from tests.attacker import Attacker, Sum

YEARS = [(one.index,) for one in list_periods(parse_period("2017-18 Q1"), parse_period("2018-19 Q3"))]

Name = tuple[str, ...]
Where = tuple[Name, tuple[int, ...]]
"""What a number is of, and the quarters that it is of."""


def quarters(written: str, window: str) -> tuple[int, ...] | None:
    """The quarters of a window at a period's end; None where it is no whole number of quarters."""
    period = parse_period(written)
    first, last = period.first_month, period.last_month
    if window == "year-to-date":
        first = last - last % 12
    if window == "period-end":
        first = last - last % 3
    if first % 3 or (last + 1) % 3:
        return None
    return tuple(range(first // 3, last // 3 + 1))


def read(document: Mapping[str, Any], indicator: Indicator) -> Iterator[tuple[Where, Any]]:
    """Every number that a page of one indicator shows, or None for what it hides."""
    own = indicator.id
    rules = {rule.id: rule for rule in (indicator.rule, *indicator.variants)}

    def of(rule: str, period: str, told: Mapping[str, Any], window: str = "") -> Iterator[Any]:
        when = quarters(period, window or rules[rule].window)
        if when is None:
            is_event = rules[rule].window != "period-end"
            assert "public" not in document or not is_event or told["numerator"] is told["denominator"] is None
            return
        named = own if rule == "in-quarter" else rule  # the same cases, in another window
        if rules[rule].distinct == "last" or (rules[rule].distinct and rules[rule].window == "period"):
            named = f"{rule} told apart over {len(when)} quarters"
        yield (("n", named), when), told["numerator"]
        yield (("d", named), when), told["denominator"]
        if "excluded" in told:
            # A reason that is not named has no case.
            for reason in {*told["excluded"], *(exclusion.reason for exclusion in rules[rule].exclusions)}:
                yield (("x", named, reason), when), told["excluded"].get(reason, 0)

    points = [*document["history"], *document["provisional"], *document["whole_years"]]
    for point in (*points, document, document["previous"], document["year_earlier"]):
        yield from of(own, point["period"], point)
    for point in document["history"]:
        for rule, told in point["variants"].items():
            yield from of(rule, point["period"], told)
    for told in document["variants"]:
        yield from of(told["id"], document["period"], told)
    if document["year_to_date"]:
        yield from of(own, document["period"], document["year_to_date"], "year-to-date")
    when = quarters(document["period"], document["window"])
    assert when is not None
    if indicator.rule.outcome_column:
        for outcome in {*document["not_counted"], *indicator.outcome_names}:
            yield (("o", outcome), when), document["not_counted"].get(outcome, 0)


def read_hints(document: Mapping[str, Any], indicator: Indicator) -> Iterator[Where]:
    """Every hidden number of which a page says that it is from 1 to 5."""
    for point in (*document["history"], *document["whole_years"], document):
        when = quarters(point["period"], indicator.rule.window)
        if when is None:
            continue
        if point["rag"] != "none" and point["numerator"] is None:
            yield ("n", indicator.id), when
        # Bounds are told of where each hidden number of unknown cases is small.
        hidden_reasons = {reason for reason, number in point["excluded"].items() if number is None}
        if point["low"] is not None:
            yield from ((("x", indicator.id, reason), when) for reason in hidden_reasons & point["unknown"].keys())


Sums = Iterator[tuple[Mapping[Name, int], float | None]]
"""Sums that the definitions tell of: what they are, or None where it is only 0 or more."""


def permanence() -> Sums:
    n, d, over18 = ("n", "permanence"), ("d", "permanence"), "excluding-18-plus"
    yield {("n", over18): -1, n: 1}, None
    yield {("d", over18): -1, d: 1}, None
    yield {d: 1, n: -1, ("d", over18): -1, ("n", over18): 1}, None
    yield {n: 1, ("n", "planned-return-only"): -1}, None
    yield {("n", "with-arrangements-orders"): 1, n: -1, ("o", "E41"): -1}, 0
    yield {("n", "with-staying-put"): 1, n: -1, ("o", "E17"): -1}, 0
    moved: dict[Name, int] = {("o", code): -1 for code in ("E2", "E3", "E15")}
    yield {d: 1, ("d", "excluding-transfers-and-deaths"): -1, **moved}, 0
    outcomes: list[Name] = [("o", f"E{code}") for code in (13, 14, 15, 16, 17, 2, 3, 41, 5, 6, 7, 8, 9)]
    yield {d: 1, n: -1, **dict.fromkeys(outcomes, -1)}, 0


def plans() -> Sums:
    within, ever = "repeat-plans-24-months", "repeat-plans-ever"
    yield {("d", within): 1, ("d", ever): -1}, 0
    yield {("n", ever): 1, ("n", within): -1}, None
    yield {("n", within): 1, ("n", "24-months-from-start"): -1}, None


def entrants() -> Sums:
    own, apart = "care-entrants-over-20-miles", "children told apart over 1 quarters"
    yield {("d", own): 1, ("d", apart): -1}, None
    yield {("n", own): 1, ("n", apart): -1}, None


def left_out() -> Sums:
    """What a variant leaves out besides, its denominator has no more."""
    for own, variant, reason in (
        ("permanence", "excluding-18-plus", "18 or over"),
        ("permanence", "excluding-transfers-and-deaths", "transfer or death"),
        ("repeat-referrals", "excluding-no-further-action", "no further action"),
    ):
        yield {("d", own): 1, ("d", variant): -1, ("x", variant, reason): -1}, 0
    yield {("n", "repeat-referrals"): 1, ("n", "excluding-no-further-action"): -1}, None
    for variant in ("excluding-18-plus", "planned-return-only", "with-arrangements-orders", "with-staying-put"):
        yield {("x", "permanence", "short break"): 1, ("x", variant, "short break"): -1}, 0
    yield {("x", PLANS, OTHER_PLAN): 1, ("x", "repeat-plans-ever", OTHER_PLAN): -1}, 0


def in_care() -> Sums:
    own, variant = "children-in-care-over-20-miles", "dfe-basis"
    asylum, unknown_distance = ("x", own, "unaccompanied asylum seeking child"), ("x", own, "distance unknown")
    yield {("d", variant): 1, ("d", own): -1, asylum: -1, unknown_distance: -1}, 0
    yield {("n", variant): 1, ("n", own): -1}, None
    yield {("n", own): 1, ("n", variant): -1, asylum: 1}, None
    # Other figures of the same children, where they are on the board.
    parents = ("x", own, "placed with parents")
    yield {("d", "three-or-more-placements"): 1, ("d", own): -1, parents: -1, asylum: -1, unknown_distance: -1}, 0
    yield {("d", "up-to-date-at-end"): 1, ("d", OPEN_PLANS): -1, ("x", OPEN_PLANS, OTHER_PLAN): -1}, 0


OPEN_PLANS, ENDED_PLANS = "plans-open-2-years", "plans-ended-2-years"
PLANS, OTHER_PLAN = "repeat-plans-24-months", "other authority's plan"
LEFT_OUT_OF_CARE = ("short break", "placed with parents", "unaccompanied asylum seeking child", "distance unknown")


def count_all(own: str, reasons: Iterable[str], quarter: int, times: int) -> dict[tuple[Name, int], float]:
    """All children of an indicator in a quarter, those left out as well."""
    names: list[Name] = [("d", own), *(("x", own, reason) for reason in reasons)]
    return {(name, quarter): times for name in names}


def stocks_and_flows() -> Iterator[tuple[Sum, float, float]]:
    """Who is in care is who was, and who entered, less who left; so with plans."""
    for (before,), (after,) in pairwise(YEARS):
        in_care = partial(count_all, "children-in-care-over-20-miles", LEFT_OUT_OF_CARE)
        entered = count_all("care-entrants-over-20-miles", LEFT_OUT_OF_CARE, after, -1)
        yield {**in_care(after, 1), **in_care(before, -1), **entered,
               **count_all("permanence", ["short break"], after, 1)}, 0, 0  # fmt: skip
        on_plans = partial(count_all, "up-to-date-at-end", ())
        started = count_all(PLANS, [OTHER_PLAN], after, -1)
        ended = count_all(ENDED_PLANS, [OTHER_PLAN], after, 1)
        yield {**on_plans(after, 1), **on_plans(before, -1), **started, **ended}, 0, 0


ATTACKS: Mapping[tuple[str, ...], Callable[[], Sums]] = {
    ("permanence",): permanence,
    ("repeat-plans-24-months", "repeat-plans-ever"): plans,
    ("care-entrants-over-20-miles",): entrants,
    ("repeat-referrals",): lambda: iter(()),
    ("protection-visits-on-time",): lambda: iter(()),
}


@dataclass
class Pages:
    """All that the pages of some indicators say, and what is true of the same."""

    shown: dict[Where, Any]
    real: dict[Where, Any]
    hints: set[Where] = field(default_factory=set)

    @classmethod
    def of(cls, boards: Mapping[tuple[Period, bool], Board], indicators: Iterable[str]) -> Pages:
        found = cls({}, {})
        found.add(boards, indicators)
        return found

    def add(self, boards: Mapping[tuple[Period, bool], Board], indicators: Iterable[str]) -> None:
        """Read further boards, public and internal ones. No number is shown otherwise on two of them."""
        for (_, public), board in boards.items():
            for entry in board.entries:
                if entry.indicator.id in indicators:
                    told = self.shown if public else self.real
                    document = json_output.entry_to_json(board, entry)
                    numbers = dict(read(document, entry.indicator))
                    told |= {where: number for where, number in numbers.items() if where not in told}
                    if public:
                        assert all(told[where] == number for where, number in numbers.items())
                        self.hints |= set(read_hints(document, entry.indicator))

    def attacker(self) -> Attacker:
        """One who reads the pages, and knows that no numerator exceeds its denominator."""
        attacker = Attacker()
        for (name, when), number in self.shown.items():
            if number is not None:
                attacker.learns(unknown(name, when), number)
        for name, when in self.hints:
            attacker.learns(unknown(name, when), 1, 5)
        for kind, *rule in {name for name, _ in self.real}:
            if kind == "n":
                for when in YEARS:
                    attacker.learns(less(("d", *rule), ("n", *rule), when), 0, float("inf"))
        return attacker

    def small(self) -> Iterator[tuple[Where, int, Sum]]:
        """Every small number in the years that are attacked, of those not counted as well."""
        for (name, when), number in self.real.items():
            if not set(when) <= {one for (one,) in YEARS}:
                continue
            if is_small_count(number):
                yield (name, when), number, unknown(name, when)
            if name[0] == "n":
                rest = self.real[("d", *name[1:]), when] - number
                if is_small_count(rest):
                    yield (("u", *name[1:]), when), rest, less(("d", *name[1:]), name, when)


def unknown(name: Name, when: Iterable[int]) -> Sum:
    return {(name, quarter): 1 for quarter in when}


def less(one: Name, other: Name, when: Iterable[int]) -> Sum:
    return {**unknown(one, when), **{(other, quarter): -1 for quarter in when}}


def attack(pages: Pages, definitions: Iterable[Callable[[], Sums]] = (), sums: Iterable[Any] = ()) -> Attacker:
    """One who reads the pages, and knows what the definitions tell."""
    attacker = pages.attacker()
    for (quarter,) in YEARS:
        for terms, value in (pair for define in definitions for pair in define()):
            what = {(name, quarter): times for name, times in terms.items()}
            attacker.learns(what, 0, float("inf") if value is None else value)
    for what, least, most in sums:
        attacker.learns(what, least, most)
    return attacker


def attack_everything(pages: Pages) -> Attacker:
    """One who reads all pages of all indicators, and knows of stocks and flows besides."""
    return attack(pages, (permanence, plans, entrants, left_out, in_care), stocks_and_flows())


def narrowed_down(pages: Pages, attacker: Attacker, least_values: int = 5) -> dict[Where, tuple[int, int, int]]:
    """The small numbers with fewer than five values from 0 to 6: what they are, and from where to where."""
    found = {}
    for where, number, what in pages.small():
        least, most = attacker.range_of(what)
        assert least <= number <= most, where
        if min(most, 6) - least + 1 < least_values:
            found[where] = number, least, most
    return found


PAGES = (
    ("2019-03-25", "2017-18 Q4"),
    ("2019-03-25", "2018-19 Q3"),
    ("2019-03-25", "2017-18"),
    ("2018-10-15", "2018-19 Q2"),
)
"""Meetings and their periods, whose pages are attacked together."""


def read_pages(council: Council, meetings: Iterable[tuple[str, str]] = PAGES) -> Pages:
    """The public pages of a council's meetings, and what is true."""
    pages = Pages({}, {})
    for day, period in meetings:
        boards = {
            (parse_period(period), public): build_board(
                council, date.fromisoformat(day), parse_period(period), public_view=public
            )
            for public in (True, False)
        }
        entries = boards[parse_period(period), True].entries
        pages.add(boards, [entry.indicator.id for entry in entries if is_about_children(entry.indicator)])
    return pages
