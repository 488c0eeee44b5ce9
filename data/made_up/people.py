"""The children of the sample, who do not exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from made_up.chance import Dice
from made_up.dates import days_later, years_later

SEXES = {"M": 52.0, "F": 48.0}
ETHNIC = {
    "WBRI": 74.0,
    "WOTH": 5.0,
    "MWBC": 4.0,
    "MWAS": 3.0,
    "MOTH": 2.0,
    "APKN": 4.0,
    "AIND": 3.0,
    "AOTH": 1.0,
    "BCRB": 1.0,
    "BAFR": 2.0,
    "OOTH": 1.0,
}
ETHNIC_OF_UNACCOMPANIED = {"AOTH": 30.0, "BAFR": 35.0, "OOTH": 25.0, "WOTH": 10.0}


@dataclass(eq=False)
class Person:
    """A child; the date of birth of a child in care is settled when its story is."""

    sex: str
    ethnic: str
    first_seen: date
    number: int
    dob: date | None = None
    unaccompanied: bool = False
    uasc_until: date | None = None

    @property
    def born(self) -> date:
        if self.dob is None:
            raise ValueError("the date of birth is not settled yet")
        return self.dob

    def seen(self, day: date) -> None:
        self.first_seen = min(self.first_seen, day)

    def age(self, day: date) -> float:
        """Years on a day, near enough to choose by."""
        return (day - self.born).days / 365.25


@dataclass(eq=False)
class People:
    """Everybody made so far."""

    dice: Dice = field(default_factory=lambda: Dice("people"))
    everybody: list[Person] = field(default_factory=list)

    def new(self, day: date, unaccompanied: bool = False) -> Person:
        """A child first seen on a day, of no age yet."""
        boys = {"M": 90.0, "F": 10.0} if unaccompanied else SEXES
        ethnic = ETHNIC_OF_UNACCOMPANIED if unaccompanied else ETHNIC
        person = Person(
            self.dice.weighted(boys), self.dice.weighted(ethnic), day, len(self.everybody), unaccompanied=unaccompanied
        )
        self.everybody.append(person)
        return person

    def of_age(self, day: date, ages: dict[tuple[int, int], float]) -> Person:
        """A child first seen on a day, aged between two birthdays drawn by weight."""
        person = self.new(day)
        youngest, oldest = self.dice.weighted(ages)
        first = days_later(years_later(day, -oldest), 1)
        person.dob = self.dice.day(first, days_later(years_later(day, -youngest), -14))
        return person

    def ids(self) -> dict[Person, str]:
        """MU0001, MU0002 ... in the order in which they were first seen."""
        order = sorted(self.everybody, key=lambda person: (person.first_seen, person.number))
        return {person: f"MU{place:04}" for place, person in enumerate(order, 1)}
