"""Who comes into care and who leaves it: spells of care, without their placements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from made_up import story
from made_up.chance import Dice
from made_up.dates import Span, days_later, years_later
from made_up.people import People, Person

Kind = str  # usual, unaccompanied, short break
Where = str  # near, far, withheld (an address kept from the files), parents


@dataclass(eq=False)
class Spell:
    """A stay in care from the first day to the last, or still going on."""

    person: Person
    kind: Kind
    start: date
    where: Where = "near"  # the first placement
    end: date | None = None
    reason: str = ""
    turned_18: bool = False
    is_return: bool = False

    def open_on(self, day: date) -> bool:
        """Whether the child is in care at the end of a day."""
        return self.start <= day and (self.end is None or self.end > day)


class Leaving(NamedTuple):
    """How a reason for leaving care goes with age (years) and time in care (days)."""

    ages: tuple[float, float]
    stays: tuple[int, int]
    usual_stay: int


LEAVINGS = {
    "E4A": Leaving((0.3, 16.5), (20, 2000), 200),
    "E4B": Leaving((4, 17.3), (7, 900), 90),
    "E11": Leaving((0.8, 6), (300, 1100), 550),
    "E12": Leaving((0.8, 6), (300, 1100), 550),
    "SGO": Leaving((0.6, 12), (180, 1800), 420),
    "E41": Leaving((0.5, 14), (90, 900), 300),
    "E13": Leaving((10, 17.7), (30, 1500), 400),
    "E3": Leaving((0.5, 16), (30, 1200), 200),
    "E8": Leaving((15.5, 17.8), (60, 1500), 300),
    "E9": Leaving((15.5, 17.8), (60, 1500), 300),
    "E16": Leaving((3, 15), (60, 900), 200),
}
AT_18 = {
    "E13": Leaving((18, 18), (300, 4000), 1500),
    "E17": Leaving((18, 18), (500, 6000), 2500),
    "E5": Leaving((18, 18), (240, 3000), 900),
    "E6": Leaving((18, 18), (240, 3000), 900),
    "E7": Leaving((18, 18), (900, 6000), 3000),
}
PERMANENT = {"E4A": 38.0, "E4B": 14.0, "SGO": 26.0, "E11": 8.0, "E12": 14.0}
NOT_PERMANENT = {
    ("E17", True): 22.0,
    ("E5", True): 20.0,
    ("E6", True): 4.0,
    ("E7", True): 6.0,
    ("E13", False): 8.0,
    ("E41", False): 14.0,
    ("E3", False): 10.0,
    ("E8", False): 8.0,
    ("E9", False): 5.0,
    ("E16", False): 3.0,
}
UNACCOMPANIED_LEFT = {("E5", True): 60.0, ("E17", True): 28.0, ("E6", True): 12.0}
SHORT_BREAKS_LEFT = {("E4A", False): 70.0, ("E8", False): 30.0}

# Until March 2018 the return knew two codes for special guardianship, from then on four.
NEW_CODES_FROM = date(2018, 4, 1)
GUARDIANSHIP = {"E45": 55.0, "E46": 10.0, "E47": 35.0}
GUARDIANSHIP_BEFORE = {"E43": 60.0, "E44": 40.0}

AGES_NOW = {(0, 1): 6.0, (1, 5): 16.0, (5, 10): 22.0, (10, 16): 42.0, (16, 18): 14.0}


class Event(NamedTuple):
    """Somebody comes (`coming`) or goes on a day."""

    day: date
    coming: bool
    kind: Kind
    where: Where = "near"
    is_return: bool = False
    reason: str = ""
    turned_18: bool = False


@dataclass(eq=False)
class Census:
    """All spells so far; events are to be told in the order of their days."""

    people: People
    dice: Dice
    spells: list[Spell]

    def come(self, event: Event) -> None:
        former = self._former(event.day) if event.is_return else None
        person = former or self.people.new(event.day, event.kind == "unaccompanied")
        person.seen(event.day)
        spell = Spell(person, event.kind, event.day, event.where, is_return=former is not None)
        self.spells.append(spell)

    def go(self, event: Event) -> None:
        """End the spell that suits the reason best, by chance; the child's age follows from it."""
        weights = {
            spell: suits for spell in self.spells if spell.end is None and (suits := self._suits(spell, event)) > 0
        }
        spell = self.dice.weighted(weights)
        spell.end, spell.reason, spell.turned_18 = event.day, event.reason, event.turned_18
        if spell.person.dob is None:
            spell.person.dob = self._birth(spell, event)
        if spell.kind == "unaccompanied":
            spell.person.uasc_until = event.day

    def settle(self) -> None:
        """Give those who are still in care an age: under 18 well past the last day."""
        for spell in self.spells:
            if spell.person.dob is None:
                spell.person.dob = self._birth_of_one_who_stays(spell)

    def _suits(self, spell: Spell, event: Event) -> float:
        stay = (event.day - spell.start).days
        if spell.kind != event.kind:
            return 0
        if spell.kind == "unaccompanied":  # they come at 16 or 17: those here longest turn 18
            return (stay / 400) ** 6 if stay >= 150 else 0
        if spell.kind == "short break":
            return 1 if stay >= 60 else 0
        rule = _rule(event)
        shortest, longest = rule.stays
        youngest, oldest = rule.ages
        fits = shortest <= stay <= longest and stay + 14 < _days(oldest)
        if spell.person.dob is not None:
            fits = fits and youngest <= spell.person.age(event.day) <= oldest
        return (1 + abs(stay - rule.usual_stay) / rule.usual_stay) ** -3 if fits else 0

    def _birth(self, spell: Spell, event: Event) -> date:
        if event.turned_18:
            return years_later(event.day, -18)
        if spell.kind == "short break":
            return days_later(spell.start, -self.dice.number(5 * 365, 13 * 365))
        youngest, oldest = _rule(event).ages
        stay = (event.day - spell.start).days
        fewest = max(_days(youngest), stay + 10)
        most = _days(oldest)
        if oldest <= 6:  # who is adopted came as a baby, or little more
            most = min(most, fewest + 1200)
        return days_later(event.day, -self.dice.number(fewest, max(fewest, most)))

    def _birth_of_one_who_stays(self, spell: Spell) -> date:
        stay = (story.LAST_DAY - spell.start).days
        if spell.kind == "unaccompanied":
            age = self.dice.number(_days(15.8) + stay // 2, min(_days(17.8), _days(17.2) + stay))
            return days_later(story.LAST_DAY, -age)
        if spell.kind == "short break":
            return days_later(spell.start, -self.dice.number(5 * 365, 13 * 365))
        for _ in range(50):
            youngest, oldest = self.dice.weighted(AGES_NOW)
            days = self.dice.number(youngest * 365, min(oldest * 365, _days(17.6)))
            if days > stay + 10:
                return days_later(story.LAST_DAY, -days)
        return days_later(story.LAST_DAY, -self.dice.number(stay + 10, _days(17.6)))

    def _former(self, day: date) -> Person:
        """A child who went home some months before and is not in care now."""
        inside = {spell.person for spell in self.spells if spell.end is None}
        home = [
            spell.person
            for spell in self.spells
            if spell.reason in ("E4A", "E4B")
            and spell.kind == "usual"
            and spell.end is not None
            and 60 <= (day - spell.end).days <= 420
            and spell.person.age(day) < 14
            and spell.person not in inside
        ]
        return self.dice.one_of(home)


def make_spells(people: People) -> list[Spell]:
    """Every spell of care that the sample knows, with the ages of its children."""
    dice = Dice("care")
    census = Census(people, dice, [])
    for event in _events(dice):
        if event.coming:
            census.come(event)
        else:
            census.go(event)
    census.settle()
    return census.spells


def _events(dice: Dice) -> list[Event]:
    events = [*_in_care_at_first(dice)]
    for span, figures in zip(story.SPANS, story.CARE, strict=True):
        events += [*_comers(dice, span, figures), *_goers(dice, span, figures)]
    return sorted(events, key=lambda event: (event.day, event.coming))


def _in_care_at_first(dice: Dice) -> Iterator[Event]:
    """Children in care on 1 April 2015; the older a stay, the fewer are left of it."""
    for _ in range(story.IN_CARE_AT_FIRST["usual"]):
        days = dice.weighted({(20, 365): 36, (365, 1095): 34, (1095, 2555): 20, (2555, 4200): 10})
        where = "far" if dice.happens(0.33) else "near"
        yield Event(days_later(story.FIRST_DAY, -dice.number(*days)), True, "usual", where)
    for _ in range(story.IN_CARE_AT_FIRST["unaccompanied"]):
        yield Event(days_later(story.FIRST_DAY, -dice.number(30, 500)), True, "unaccompanied")
    for _ in range(story.IN_CARE_AT_FIRST["short break"]):
        yield Event(days_later(story.FIRST_DAY, -dice.number(60, 500)), True, "short break")


def _comers(dice: Dice, span: Span, figures: story.Care) -> Iterator[Event]:
    near = figures.entries - figures.entries_far
    places = ["far"] * figures.entries_far + ["near"] * near
    places += ["withheld"] * figures.withheld + ["parents"] * figures.with_parents
    for number, where in enumerate(places):
        is_return = where == "near" and number < figures.entries_far + figures.returned
        yield Event(dice.working_day(*span), True, "usual", where, is_return)
    for _ in range(figures.unaccompanied[0]):
        yield Event(dice.day(*span), True, "unaccompanied", dice.one_of(("near", "far")))
    for _ in range(figures.short_breaks[0]):
        yield Event(dice.working_day(*span), True, "short break")


def _goers(dice: Dice, span: Span, figures: story.Care) -> Iterator[Event]:
    for kind, reason, turned_18 in _reasons(dice, span, figures):
        day = dice.day(*span) if turned_18 else dice.working_day(*span)
        if reason == "SGO":
            new = day >= NEW_CODES_FROM
            reason = dice.weighted(GUARDIANSHIP if new else GUARDIANSHIP_BEFORE)
        yield Event(day, False, kind, reason=reason, turned_18=turned_18)


def _reasons(dice: Dice, span: Span, figures: story.Care) -> Iterator[tuple[Kind, str, bool]]:
    others = figures.leavers - figures.unaccompanied[1]
    if span == story.THE_QUARTER:
        yield from (("usual", *left) for left in story.LEFT_IN_THE_QUARTER)
        yield from (("unaccompanied", *left) for left in story.UNACCOMPANIED_LEFT_IN_THE_QUARTER)
    else:
        for number in range(others):
            if number < figures.permanent:
                yield "usual", dice.weighted(PERMANENT), False
            else:
                yield "usual", *dice.weighted(NOT_PERMANENT)
        for _ in range(figures.unaccompanied[1]):
            yield "unaccompanied", *dice.weighted(UNACCOMPANIED_LEFT)
    for _ in range(figures.short_breaks[1]):
        yield "short break", *dice.weighted(SHORT_BREAKS_LEFT)


def _days(years: float) -> int:
    return int(years * 365.25)


def _rule(event: Event) -> Leaving:
    if event.turned_18:
        return AT_18[event.reason]
    return LEAVINGS.get(event.reason, LEAVINGS["SGO"])
