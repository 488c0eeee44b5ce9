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

YEARS = [(period.index,) for period in list_periods(parse_period("2017-18 Q1"), parse_period("2018-19 Q3"))]

Name = tuple[str, ...]
Where = tuple[Name, tuple[int, ...]]
"""What a number is of, and the quarters that it is of."""


def quarters(period_text: str, window: str) -> tuple[int, ...] | None:
    """The quarters of a window at a period's end; None where it is no whole number of quarters."""
    period = parse_period(period_text)
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
    indicator_id = indicator.id
    rules = {rule.id: rule for rule in (indicator.rule, *indicator.variants)}

    def of(rule: str, period: str, point_json: Mapping[str, Any], window: str = "") -> Iterator[Any]:
        quarters_counted = quarters(period, window or rules[rule].window)
        if quarters_counted is None:
            is_event = rules[rule].window != "period-end"
            assert (
                "public" not in document or not is_event or point_json["numerator"] is point_json["denominator"] is None
            )
            return
        rule_id = indicator_id if rule == "in-quarter" else rule  # the same cases, in another window
        if rules[rule].distinct == "last" or (rules[rule].distinct and rules[rule].window == "period"):
            rule_id = f"{rule} told apart over {len(quarters_counted)} quarters"
        yield (("n", rule_id), quarters_counted), point_json["numerator"]
        yield (("d", rule_id), quarters_counted), point_json["denominator"]
        if "excluded" in point_json:
            # A reason that is not named has no case.
            for reason in {*point_json["excluded"], *(exclusion.reason for exclusion in rules[rule].exclusions)}:
                yield (("x", rule_id, reason), quarters_counted), point_json["excluded"].get(reason, 0)

    points = [*document["history"], *document["provisional"], *document["whole_years"]]
    for point in (*points, document, document["previous"], document["year_earlier"]):
        yield from of(indicator_id, point["period"], point)
    for point in document["history"]:
        for rule, variant in point["variants"].items():
            yield from of(rule, point["period"], variant)
    for variant in document["variants"]:
        yield from of(variant["id"], document["period"], variant)
    if document["year_to_date"]:
        yield from of(indicator_id, document["period"], document["year_to_date"], "year-to-date")
    quarters_counted = quarters(document["period"], document["window"])
    assert quarters_counted is not None
    if indicator.rule.outcome_column:
        for outcome in {*document["not_counted"], *indicator.outcome_names}:
            yield (("o", outcome), quarters_counted), document["not_counted"].get(outcome, 0)


def read_hints(document: Mapping[str, Any], indicator: Indicator) -> Iterator[Where]:
    """Every hidden number of which a page says that it is from 1 to 5."""
    for point in (*document["history"], *document["whole_years"], document):
        quarters_counted = quarters(point["period"], indicator.rule.window)
        if quarters_counted is None:
            continue
        if point["rag"] != "none" and point["numerator"] is None:
            yield ("n", indicator.id), quarters_counted
        # Bounds are told of where each hidden number of unknown cases is small.
        hidden_reasons = {reason for reason, number in point["excluded"].items() if number is None}
        if point["low"] is not None:
            yield from (
                (("x", indicator.id, reason), quarters_counted) for reason in hidden_reasons & point["unknown"].keys()
            )


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
    indicator_id, apart = "care-entrants-over-20-miles", "children told apart over 1 quarters"
    yield {("d", indicator_id): 1, ("d", apart): -1}, None
    yield {("n", indicator_id): 1, ("n", apart): -1}, None


def left_out() -> Sums:
    """What a variant leaves out besides, its denominator has no more."""
    for indicator_id, variant, reason in (
        ("permanence", "excluding-18-plus", "18 or over"),
        ("permanence", "excluding-transfers-and-deaths", "transfer or death"),
        ("repeat-referrals", "excluding-no-further-action", "no further action"),
    ):
        yield {("d", indicator_id): 1, ("d", variant): -1, ("x", variant, reason): -1}, 0
    yield {("n", "repeat-referrals"): 1, ("n", "excluding-no-further-action"): -1}, None
    for variant in ("excluding-18-plus", "planned-return-only", "with-arrangements-orders", "with-staying-put"):
        yield {("x", "permanence", "short break"): 1, ("x", variant, "short break"): -1}, 0
    yield {("x", PLANS, OTHER_PLAN): 1, ("x", "repeat-plans-ever", OTHER_PLAN): -1}, 0


def in_care() -> Sums:
    indicator_id, variant = "children-in-care-over-20-miles", "dfe-basis"
    asylum, unknown_distance = (
        ("x", indicator_id, "unaccompanied asylum seeking child"),
        ("x", indicator_id, "distance unknown"),
    )
    yield {("d", variant): 1, ("d", indicator_id): -1, asylum: -1, unknown_distance: -1}, 0
    yield {("n", variant): 1, ("n", indicator_id): -1}, None
    yield {("n", indicator_id): 1, ("n", variant): -1, asylum: 1}, None
    # Other figures of the same children, where they are on the board.
    parents = ("x", indicator_id, "placed with parents")
    yield (
        {("d", "three-or-more-placements"): 1, ("d", indicator_id): -1, parents: -1, asylum: -1, unknown_distance: -1},
        0,
    )
    yield {("d", "up-to-date-at-end"): 1, ("d", OPEN_PLANS): -1, ("x", OPEN_PLANS, OTHER_PLAN): -1}, 0


OPEN_PLANS, ENDED_PLANS = "plans-open-2-years", "plans-ended-2-years"
PLANS, OTHER_PLAN = "repeat-plans-24-months", "other authority's plan"
LEFT_OUT_OF_CARE = ("short break", "placed with parents", "unaccompanied asylum seeking child", "distance unknown")


def count_all(indicator_id: str, reasons: Iterable[str], quarter: int, times: int) -> dict[tuple[Name, int], float]:
    """All children of an indicator in a quarter, those left out as well."""
    names: list[Name] = [("d", indicator_id), *(("x", indicator_id, reason) for reason in reasons)]
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
        tables_made = cls({}, {})
        tables_made.add(boards, indicators)
        return tables_made

    def add(self, boards: Mapping[tuple[Period, bool], Board], indicators: Iterable[str]) -> None:
        """Read further boards, public and internal ones. No number is shown otherwise on two of them."""
        for (_, public), board in boards.items():
            for entry in board.entries:
                if entry.indicator.id in indicators:
                    point_json = self.shown if public else self.real
                    document = json_output.entry_to_json(board, entry)
                    numbers = dict(read(document, entry.indicator))
                    point_json |= {where: number for where, number in numbers.items() if where not in point_json}
                    if public:
                        assert all(point_json[where] == number for where, number in numbers.items())
                        self.hints |= set(read_hints(document, entry.indicator))

    def attacker(self) -> Attacker:
        """One who reads the pages, and knows that no numerator exceeds its denominator."""
        attacker = Attacker()
        for (name, quarters_counted), number in self.shown.items():
            if number is not None:
                attacker.learns(unknown(name, quarters_counted), number)
        for name, quarters_counted in self.hints:
            attacker.learns(unknown(name, quarters_counted), 1, 5)
        for kind, *rule in {name for name, _ in self.real}:
            if kind == "n":
                for quarters_counted in YEARS:
                    attacker.learns(less(("d", *rule), ("n", *rule), quarters_counted), 0, float("inf"))
        return attacker

    def small(self) -> Iterator[tuple[Where, int, Sum]]:
        """Every small number in the years that are attacked, of those not counted as well."""
        for (name, quarters_counted), number in self.real.items():
            if not set(quarters_counted) <= {first_name for (first_name,) in YEARS}:
                continue
            if is_small_count(number):
                yield (name, quarters_counted), number, unknown(name, quarters_counted)
            if name[0] == "n":
                remainder = self.real[("d", *name[1:]), quarters_counted] - number
                if is_small_count(remainder):
                    yield (
                        (("u", *name[1:]), quarters_counted),
                        remainder,
                        less(("d", *name[1:]), name, quarters_counted),
                    )


def unknown(name: Name, quarters_counted: Iterable[int]) -> Sum:
    return {(name, quarter): 1 for quarter in quarters_counted}


def less(first_name: Name, second_name: Name, quarters_counted: Iterable[int]) -> Sum:
    return {**unknown(first_name, quarters_counted), **{(second_name, quarter): -1 for quarter in quarters_counted}}


def attack(pages: Pages, definitions: Iterable[Callable[[], Sums]] = (), sums: Iterable[Any] = ()) -> Attacker:
    """One who reads the pages, and knows what the definitions tell."""
    attacker = pages.attacker()
    for (quarter,) in YEARS:
        for terms, value in (pair for define in definitions for pair in define()):
            number_sum = {(name, quarter): times for name, times in terms.items()}
            attacker.learns(number_sum, 0, float("inf") if value is None else value)
    for number_sum, least, most in sums:
        attacker.learns(number_sum, least, most)
    return attacker


def attack_everything(pages: Pages) -> Attacker:
    """One who reads all pages of all indicators, and knows of stocks and flows besides."""
    return attack(pages, (permanence, plans, entrants, left_out, in_care), stocks_and_flows())


def narrowed_down(pages: Pages, attacker: Attacker, least_values: int = 5) -> dict[Where, tuple[int, int, int]]:
    """The small numbers with fewer than five values from 0 to 6: what they are, and from where to where."""
    ranges = {}
    for where, number, number_sum in pages.small():
        least, most = attacker.range_of(number_sum)
        assert least <= number <= most, where
        if min(most, 6) - least + 1 < least_values:
            ranges[where] = number, least, most
    return ranges


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
