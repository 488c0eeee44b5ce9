"""Early years settings with invented names, and their inspections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from made_up import story
from made_up.chance import Dice
from made_up.dates import Span, days_later, quarters, working_day_from

CHILDMINDER = "Childminder"
GROUP = "Childcare on non-domestic premises"
AT_HOME = "Childcare on domestic premises"
TYPES = {CHILDMINDER: 76.0, GROUP: 22.0, AT_HOME: 2.0}
YEARS_OPEN: dict[str, dict[tuple[int, int], float]] = {
    CHILDMINDER: {(1, 4): 40, (4, 30): 60},
    GROUP: {(4, 60): 1},
    AT_HOME: {(4, 60): 1},
}
PLACES = {CHILDMINDER: (3, 9), GROUP: (18, 80), AT_HOME: (12, 26)}

COLOURS = ("Amber", "Indigo", "Lilac", "Marmalade", "Mauve", "Mint", "Peach", "Turquoise")
CREATURES = ("Axolotl", "Dragon", "Gryphon", "Narwhal", "Pangolin", "Phoenix", "Unicorn", "Yeti")
KINDS = ("Day Nursery", "Pre-school", "Playgroup", "Nursery School")

INSPECTED_SPANS = (*quarters(2012, 27), *story.SPANS[15:])
MET, NOT_MET = "Met", "Not Met (with actions)"


@dataclass(eq=False)
class Setting:
    number: int
    type: str
    registered: date
    closed: date | None
    on_register: bool
    places: int
    name: str = ""
    has_children: bool = True  # without children on roll an inspection only says met or not met
    due: date = date.max
    grades: list[tuple[date, str, str]] = field(default_factory=list)

    def open_on(self, day: date) -> bool:
        return self.registered <= day and (self.closed is None or self.closed > day)

    @property
    def is_below_good(self) -> bool:
        return bool(self.grades) and self.grades[-1][1] in ("3", "4")


class Inspection(NamedTuple):
    setting: Setting
    day: date
    published: date
    overall: str
    outcome: str


class Register:
    """The settings of the area as they come and go."""

    def __init__(self) -> None:
        self.dice = Dice("early years")
        self.settings: list[Setting] = []

    def fill(self) -> None:
        """Settings open in 2012, then every quarter as many new ones as have closed."""
        start = INSPECTED_SPANS[0].start
        for _ in range(story.SETTINGS_OPEN + 12):
            self._open(days_later(start, -self.dice.number(30, 3600)), start)
        for span in INSPECTED_SPANS:
            now = sum(setting.on_register and setting.open_on(span.end) for setting in self.settings)
            for _ in range(max(0, story.SETTINGS_OPEN - now + self.dice.number(-2, 2))):
                day = self.dice.working_day(*span)
                self._open(day, day)
        self._name()

    def _open(self, registered: date, inspected_from: date) -> None:
        kind = self.dice.weighted(TYPES)
        years = self.dice.weighted(YEARS_OPEN[kind])
        closed = days_later(inspected_from, self.dice.number(years[0] * 365, years[1] * 365))
        setting = Setting(
            len(self.settings) + 1,
            kind,
            registered,
            closed if closed <= story.LAST_DAY else None,
            self.dice.happens(0.95),
            self.dice.number(*PLACES[kind]),
            has_children=kind != CHILDMINDER or self.dice.happens(0.88),
        )
        # A first inspection comes within 30 months; those of 2012 are somewhere in the cycle.
        soon = (0, 1100) if registered < inspected_from else (180, 900)
        setting.due = days_later(inspected_from, self.dice.number(*soon))
        self.settings.append(setting)

    def _name(self) -> None:
        names = [f"{c} {a} {k}" for k in KINDS for a in CREATURES for c in COLOURS]
        for setting in self.settings:
            if setting.type == CHILDMINDER:
                setting.name = f"Childminder {setting.number:03} (made up)"
            else:
                setting.name = f"{names.pop(self.dice.number(0, len(names) - 1))} (made up)"


class Inspector:
    """Inspects what is due, and gives the grades below Good that the story asks for."""

    def __init__(self, register: Register) -> None:
        self.register, self.dice = register, Dice("inspections")

    def inspect(self, span: Span, below_good: tuple[int, ...]) -> Iterator[Inspection]:
        open_now = [
            setting
            for setting in self.register.settings
            if setting.on_register and setting.open_on(span.end) and setting.registered < span.start
        ]
        due = [setting for setting in open_now if setting.due <= span.end]
        chosen = self._to_be_below(open_now, len(below_good))
        for setting, grade in zip(chosen, below_good, strict=True):
            yield self._give(setting, span, str(grade), "")
        for setting in due:
            if setting not in chosen:
                yield self._give(setting, span, *self._result(setting))

    def _to_be_below(self, open_now: list[Setting], count: int) -> list[Setting]:
        """Settings with a grade that is not below Good yet, and not just inspected."""
        fine = [each for each in open_now if each.has_children and not each.is_below_good]
        soonest = sorted(fine, key=lambda each: (each.due, each.number))
        return self.dice.shuffled(soonest[:12])[:count]

    def _result(self, setting: Setting) -> tuple[str, str]:
        if not setting.has_children:
            return "", self.dice.weighted({MET: 92, NOT_MET: 8})
        if setting.is_below_good:
            return self.dice.weighted({"2": 94, "1": 6}), ""
        return self.dice.weighted({"2": 78, "1": 22}), ""

    def _give(self, setting: Setting, span: Span, grade: str, outcome: str) -> Inspection:
        day = self.dice.working_day(span.start, days_later(span.end, -7))
        published = working_day_from(days_later(day, self.dice.number(24, 40)))
        wait = (170, 330) if grade in ("3", "4") else (1000, 1400)
        setting.due = days_later(day, self.dice.number(*wait))
        if grade:
            setting.grades.append((day, grade, outcome))
        return Inspection(setting, day, published, grade, outcome)


def make_settings() -> tuple[list[Setting], list[Inspection]]:
    """Every setting, and every inspection since April 2012 that was published by the meeting."""
    register = Register()
    register.fill()
    inspector = Inspector(register)
    inspections = [
        inspection
        for number, span in enumerate(INSPECTED_SPANS)
        for inspection in inspector.inspect(span, story.BELOW_GOOD.get(number, ()))
    ]
    known = [each for each in inspections if each.published <= date(2019, 3, 22)]
    return register.settings, sorted(known, key=lambda each: (each.setting.number, each.day))
