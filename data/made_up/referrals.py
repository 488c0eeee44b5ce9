"""Referrals: those that led to plans and to care, and all the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from made_up import story
from made_up.care import Spell
from made_up.chance import Dice
from made_up.dates import Span, days_later, years_later
from made_up.people import People, Person
from made_up.plans import Plan

# Sources by the codes of the children in need census.
SOURCES = {
    "1A": 4.0,
    "1B": 4.0,
    "1D": 2.0,
    "2A": 17.0,
    "2B": 2.0,
    "3A": 4.0,
    "3B": 4.0,
    "3C": 3.0,
    "3D": 4.0,
    "3E": 2.0,
    "4": 2.0,
    "5A": 6.0,
    "5C": 4.0,
    "6": 30.0,
    "7": 3.0,
    "8": 4.0,
    "9": 3.0,
    "10": 2.0,
}
AGES = {(0, 1): 11.0, (1, 5): 21.0, (5, 10): 27.0, (10, 16): 31.0, (16, 17): 10.0}
OF_THE_SAME_YEAR = (25, 350)  # days since the last referral, for a repeat
LONG_AGO = (380, 1500)  # for a child who was known once, and is no repeat


class Referral(NamedTuple):
    person: Person
    day: date
    source: str
    nfa: bool


class Desk:
    """Takes referrals in the order of their days, and knows each child's last."""

    def __init__(self, people: People, expected: dict[Person, list[date]]) -> None:
        self.people, self.dice = people, Dice("referrals")
        self.expected = expected
        self.last: dict[Person, date] = {}
        self.taken: list[Referral] = []

    def take(self, person: Person, day: date, nfa_share: float) -> None:
        person.seen(day)
        nfa = self.dice.happens(nfa_share)
        self.taken.append(Referral(person, day, self.dice.weighted(SOURCES), nfa))
        self.last[person] = day

    def fill(self, span: Span, figures: story.Referrals) -> None:
        """A span's referrals: the expected ones, and as many repeats and others as are left."""
        expected = sorted(
            (day, person.number, person) for person, days in self.expected.items() for day in days if day in span
        )
        again = sum(self._is_repeat(person, day) for day, _, person in expected)
        repeats = figures.repeats - again
        others = figures.all - len(expected) - repeats
        kinds = self.dice.shuffled([True] * repeats + [False] * others)
        days = sorted(self._day(span) for _ in kinds)
        for day, is_repeat in zip(days, kinds, strict=True):
            self.take(self._child(day, is_repeat), day, 0.05)
        for day, _, person in expected:
            self.take(person, day, 0)

    def _day(self, span: Span) -> date:
        # The police refer at weekends too.
        return self.dice.day(*span) if self.dice.happens(0.12) else self.dice.working_day(*span)

    def _child(self, day: date, is_repeat: bool) -> Person:
        if is_repeat:
            return self._known(day, OF_THE_SAME_YEAR) or self.people.of_age(day, AGES)
        known = self._known(day, LONG_AGO) if self.dice.happens(0.14) else None
        return known or self.people.of_age(day, AGES)

    def _known(self, day: date, since: tuple[int, int]) -> Person | None:
        """A child whose last referral lies so many days back, and whose story is not told."""
        fewest, most = since
        known = [
            person
            for person, last in self.last.items()
            if fewest <= (day - last).days <= most and person not in self.expected and person.age(day) < 17.9
        ]
        return self.dice.one_of(known) if known else None

    def _is_repeat(self, person: Person, day: date) -> bool:
        days = [*self.expected[person]]
        return any(years_later(day, -1) <= other < day for other in days)


def make_referrals(people: People, spells: list[Spell], plans: list[Plan]) -> list[Referral]:
    """Every referral since April 2013."""
    expected: dict[Person, list[date]] = {}
    for person, day in _expected(spells, plans):
        in_table = story.REFERRAL_SPANS[0].start <= day
        if in_table and (person.dob is None or day >= days_later(person.dob, 3)):
            expected.setdefault(person, []).append(day)
    desk = Desk(people, expected)
    for span, figures in zip(story.REFERRAL_SPANS, story.REFERRALS, strict=True):
        desk.fill(span, figures)
    return sorted(desk.taken, key=lambda referral: (referral.day, referral.person.number))


def _expected(spells: Iterable[Spell], plans: Iterable[Plan]) -> Iterator[tuple[Person, date]]:
    """A referral some weeks before each plan, and before care that no plan came before."""
    dice = Dice("referrals before plans and care")
    families: dict[tuple[date, str], date] = {}  # brothers and sisters are referred together
    planned = set()
    for plan in plans:
        if not plan.other_authority:
            before = days_later(plan.start, -dice.number(18, 45))
            planned.add(plan.person)
            if not plan.previous:
                before = families.setdefault((plan.start, plan.category), before)
            yield plan.person, before
    for spell in spells:
        if spell.is_return or spell.person not in planned:
            most = 0 if spell.kind == "unaccompanied" else 60
            yield spell.person, days_later(spell.start, -dice.number(min(5, most), most))
