"""Child protection plans, and the visits to the children who are on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from made_up import story
from made_up.care import Spell
from made_up.chance import Dice
from made_up.dates import Span, days_later, is_working_day, working_day_from, working_days_later, years_later
from made_up.people import People, Person

CATEGORIES = {"NEG": 44.0, "EMO": 38.0, "PHY": 11.0, "SAB": 4.0, "MUL": 3.0}
AGES = {(0, 1): 17.0, (1, 5): 30.0, (5, 10): 30.0, (10, 16): 23.0}
# A plan is looked at again after three months, then every six: plans end soon after a conference.
LENGTHS = {(85, 115): 14.0, (170, 215): 26.0, (255, 310): 24.0, (350, 410): 23.0, (520, 640): 13.0}
BROTHERS_AND_SISTERS = {1: 52.0, 2: 28.0, 3: 20.0}
INTERVAL = 10
VISITED_FROM = story.FIRST_DAY  # plans that ended before it have no visits in the sample
# How many working days after the last visit the next one comes, when it is in time and when late.
IN_TIME = {3: 2.0, 4: 3, 5: 7, 6: 7, 7: 11, 8: 17, 9: 24, 10: 29}
LATE_BY = {1: 32.0, 2: 22, 3: 14, 4: 10, 5: 8, 6: 5, 8: 5, 10: 4}


@dataclass(eq=False)
class Plan:
    person: Person
    start: date
    end: date | None
    category: str
    previous: int = 0
    other_authority: bool = False
    interval: int | None = None


class Visit(NamedTuple):
    person: Person
    day: date
    seen: bool
    setting: str


class Planner:
    """Makes the plans of one span after the other, knowing the ones before."""

    def __init__(self, people: People, spells: Iterable[Spell]) -> None:
        self.people, self.dice = people, Dice("plans")
        self.plans: dict[Person, list[Plan]] = {}
        self.in_care = {spell.person for spell in spells}

    def add(self, plan: Plan) -> None:
        plan.person.seen(plan.start)
        self.plans.setdefault(plan.person, []).append(plan)

    def before_care(self, spells: Iterable[Spell]) -> None:
        """Almost half of the children who come into care were on a plan in the months before."""
        for spell in spells:
            start = working_day_from(days_later(spell.start, -self.dice.number(45, 300)))
            suits = spell.kind == "usual" and not spell.is_return and start >= date(2012, 4, 1)
            if suits and 0.1 < spell.person.age(start) < 15 and self.dice.happens(0.45):
                end = working_day_from(days_later(spell.start, self.dice.number(1, 21)))
                known = end if end <= story.LAST_DAY else None
                self.add(Plan(spell.person, start, known, self.dice.weighted(CATEGORIES)))

    def fill(self, span: Span, figures: story.Plans) -> None:
        """The other plans of a span: the repeats that the story asks for, and first plans."""
        there = [plan for plans in self.plans.values() for plan in plans if plan.start in span]
        for number in range(figures.ever):
            day = self.dice.working_day(*span)
            if number < figures.within_24_months:
                self._again(day, fewest=90, most=700)
            elif self.dice.happens(0.55):
                self._again(day, fewest=760, most=2500)
            else:  # the plan before is too old to be in the table, or another council's
                self._first([self._child(day)], day, previous=self.dice.weighted({1: 85, 2: 15}))
        left = figures.starts - figures.ever - len(there)
        while left > 0:
            family = min(left, self.dice.weighted(BROTHERS_AND_SISTERS))
            day = self.dice.working_day(*span)
            self._first([self._child(day) for _ in range(family)], day)
            left -= family
        if self.dice.happens(0.5):
            self._of_another_council(span)

    def _child(self, day: date) -> Person:
        return self.people.of_age(day, AGES)

    def _first(self, children: list[Person], day: date, previous: int = 0) -> None:
        category, end = self.dice.weighted(CATEGORIES), self._end(children[0], day)
        interval = 5 if self.dice.happens(0.03) else None
        for child in children:
            self.add(Plan(child, day, end, category, previous, interval=interval))

    def _again(self, day: date, fewest: int, most: int) -> None:
        """A plan for a child whose last one ended so many days before."""
        candidates = [
            plans[-1]
            for person, plans in self.plans.items()
            if person not in self.in_care
            and plans[-1].end is not None
            and fewest <= (day - plans[-1].end).days <= most
            and person.age(day) < 16
            and not plans[-1].other_authority
        ]
        if not candidates:
            self._first([self._child(day)], day, previous=1)
            return
        last = self.dice.one_of(sorted(candidates, key=lambda plan: plan.person.number))
        category, end = self.dice.weighted(CATEGORIES), self._end(last.person, day)
        self.add(Plan(last.person, day, end, category, last.previous + 1))

    def _of_another_council(self, span: Span) -> None:
        """A child who stays in the area for a while, on the plan of another council."""
        day = self.dice.working_day(*span)
        end = working_day_from(days_later(day, self.dice.number(40, 120)))
        child = self._child(day)
        category = self.dice.weighted(CATEGORIES)
        self.add(Plan(child, day, _if_known(end), category, other_authority=True))

    def _end(self, child: Person, day: date) -> date | None:
        end = working_day_from(days_later(day, self.dice.number(*self.dice.weighted(LENGTHS))))
        grown_up = days_later(years_later(child.born, 18), -7)
        return _if_known(min(end, grown_up))


def make_plans(people: People, spells: list[Spell]) -> list[Plan]:
    """Every plan since April 2012, those that start earlier first."""
    planner = Planner(people, spells)
    planner.before_care(spells)
    for span, figures in zip(story.PLAN_SPANS, story.PLANS, strict=True):
        planner.fill(span, figures)
    every = [plan for plans in planner.plans.values() for plan in plans]
    return sorted(every, key=lambda plan: (plan.start, plan.person.number))


class Visitor:
    """Visits the children on one plan, in time as often as the story says."""

    def __init__(self, plan: Plan, number: int, draw: int) -> None:
        self.plan, self.dice = plan, Dice(f"visits to plan {number}, draw {draw}")
        self.last_day = min(plan.end or story.LAST_DAY, story.LAST_DAY)
        self.interval = plan.interval or INTERVAL

    def visits(self) -> Iterator[Visit]:
        """The visits of the plan, in the order of their days."""
        clock = self.plan.start
        while (day := self._next(clock)) is not None:
            yield from self._in_vain(clock, day)
            yield Visit(self.plan.person, day, True, self.dice.weighted({"Home": 94, "Other": 6}))
            clock = day

    def _next(self, clock: date) -> date | None:
        """The day of the next visit; None where the plan or the extract ends before it."""
        due = working_days_later(clock, self.interval)
        days = self.dice.weighted(IN_TIME)
        if self.interval != INTERVAL:
            days = max(1, days * self.interval // INTERVAL)
        if due <= self.last_day and not self.dice.happens(_share(due)):
            days = self.interval + self.dice.weighted(LATE_BY)
        day = working_days_later(clock, days)
        return day if day <= self.last_day else None

    def _in_vain(self, clock: date, day: date) -> Iterator[Visit]:
        """Now and then a visit that does not count: nobody seen, or the child seen at school."""
        between = [days_later(clock, n) for n in range(2, (day - clock).days - 1)]
        days = [each for each in between if is_working_day(each)]
        if not days or not self.dice.happens(0.07):
            return
        at_school = self.plan.person.age(day) > 5 and self.dice.happens(0.5)
        setting = "School" if at_school else "Home"
        yield Visit(self.plan.person, self.dice.one_of(days), at_school, setting)


def make_visits(plans: list[Plan]) -> list[Visit]:
    """Visits under every plan that was still running on 1 April 2015 or started later.

    Plans that run in the quarters that the committee was told of are drawn again, one after the
    other, where that brings the visits due and made in time nearer to what it was told.
    """
    running = [plan for plan in plans if plan.end is None or plan.end >= VISITED_FROM]
    visits = [list(Visitor(plan, number, 0).visits()) for number, plan in enumerate(running)]
    tallies = [_tally(plan, made) for plan, made in zip(running, visits, strict=True)]
    off = Counter(story.VISITS_TOLD)
    for tally in tallies:
        off.subtract(tally)
    draw = 0
    while any(off.values()):
        draw += 1
        for number, plan in enumerate(running):
            if not tallies[number]:
                continue
            again = list(Visitor(plan, number, draw).visits())
            tally = _tally(plan, again)
            change = {key: tallies[number][key] - tally[key] for key in off}
            if _distance({key: off[key] + change[key] for key in off}) < _distance(off):
                visits[number], tallies[number] = again, tally
                off.update(change)
    return [visit for made in visits for visit in made]


def _tally(plan: Plan, visits: Iterable[Visit]) -> Counter[tuple[int, str]]:
    """A plan's visits due, and made in time, in the quarters that were told, by their numbers."""
    interval, tally = plan.interval or INTERVAL, Counter[tuple[int, str]]()
    days = [visit.day for visit in visits if visit.seen and visit.setting != "School"]
    for clock, day in zip([plan.start, *days], [*days, None], strict=True):
        due = working_days_later(clock, interval)
        in_time = day is not None and day <= due
        if in_time or plan.end is None or plan.end >= due:
            for number in {number for number, _ in story.VISITS_TOLD}:
                if due in story.SPANS[number]:
                    tally.update([(number, "due"), *([(number, "in time")] if in_time else [])])
    return tally


def _distance(off: Mapping[tuple[int, str], int]) -> int:
    return sum(abs(number) for number in off.values())


def _share(due: date) -> float:
    """The share of visits that are made in time, of those due on a day."""
    shares = zip(story.SPANS, story.VISITS, strict=True)
    return next((share for span, share in shares if due in span), story.VISITS_BEFORE)


def _if_known(day: date) -> date | None:
    return day if day <= story.LAST_DAY else None
