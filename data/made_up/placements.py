"""The episodes of each spell of care: legal statuses and placements, one after the other."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from math import hypot
from pathlib import Path
from typing import NamedTuple

from made_up import story
from made_up.care import Spell, Where
from made_up.chance import Dice
from made_up.dates import Span, days_later

FOSTER = ("U1", "U4", "U6")
SUPPORTED = ("H5", "P2")
PLACES_BEFORE_10 = {"U6": 58.0, "U4": 24.0, "U1": 18.0}
PLACES_BEFORE_10_FAR = {"U6": 70.0, "U4": 30.0}
PLACES_AT_10_NEAR = {"U4": 38.0, "U6": 34.0, "U1": 14.0, "K2": 14.0}
PLACES_AT_10_FAR = {"K2": 42.0, "U6": 34.0, "U4": 14.0, "S1": 10.0}
PLACES_AT_16 = {"H5": 36.0, "U4": 24.0, "U6": 16.0, "K2": 18.0, "P2": 6.0}
PROVIDERS = {"U1": "PR1", "K2": "PR4", "H5": "PR4", "S1": "PR4", "P2": "PR1", "R1": "PR4"}
REASONS_TO_MOVE = {
    "CARPL": 40.0,
    "CREQB": 16.0,
    "CREQO": 12.0,
    "CHILD": 9.0,
    "PLACE": 6.0,
    "LAREQ": 5.0,
    "STAND": 3.0,
    "ALLEG": 2.0,
    "OTHER": 7.0,
}
NEEDS = {"N1": 64.0, "N2": 6.0, "N3": 5.0, "N4": 8.0, "N5": 12.0, "N6": 5.0}
APART = 12  # days at least between two changes of one child


class Placement(NamedTuple):
    """Where a child lives: `where` is what the indicators make of it."""

    place: str
    provider: str
    where: Where
    postcode: str
    miles: str = ""

    @property
    def is_far(self) -> bool:
        return self.where == "far" or (self.miles != "" and float(self.miles) > 20)

    @property
    def is_counted(self) -> bool:
        """Whether the distance counts: known, and not with the child's own parents."""
        return self.where in ("near", "far") or self.miles != ""


@dataclass(frozen=True)
class Change:
    """A new legal status or a new placement from a day on; at the start both."""

    day: date
    status: str = ""
    placement: Placement | None = None
    why: str = ""


class Episode(NamedTuple):
    """A row of `care_episodes`, the child's id aside."""

    decom: date
    rne: str
    ls: str
    place: str
    dec: date | None
    rec: str
    cin: str
    place_provider: str
    reason_place_change: str
    home_post: str
    pl_post: str
    urn: str
    distance_miles: str


@dataclass(eq=False)
class Stay:
    """A spell with its changes so far; the first of them is its start."""

    spell: Spell
    need: str
    home: str
    changes: list[Change] = field(default_factory=list)

    def placement_on(self, day: date) -> Placement:
        found = [each.placement for each in self.changes if each.day <= day and each.placement]
        return found[-1]

    def free(self, day: date, before_the_end: int = 30) -> bool:
        """Whether another change may fall on a day: nothing near it, and the end far enough."""
        end = self.spell.end or days_later(story.LAST_DAY, before_the_end)
        return (
            self.spell.start <= days_later(day, -APART)
            and day <= min(days_later(end, -before_the_end), story.LAST_DAY)
            and all(abs((day - each.day).days) >= APART for each in self.changes)
        )

    def add(self, change: Change, before_the_end: int = 30) -> bool:
        if not self.free(change.day, before_the_end):
            return False
        self.changes = sorted([*self.changes, change], key=lambda each: each.day)
        return True


class Places:
    """The real postcodes of the sample, by how far they are from every home in Wokingham."""

    def __init__(self, file: Path) -> None:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        grid = {row["postcode"]: (int(row["easting"]), int(row["northing"])) for row in rows}
        self.homes = [row["postcode"] for row in rows if row["place"] == "Wokingham"]
        miles = {postcode: [_miles(grid[postcode], grid[home]) for home in self.homes] for postcode in grid}
        self.near = [postcode for postcode in grid if max(miles[postcode]) < 19.5]
        self.far = [postcode for postcode in grid if min(miles[postcode]) > 20.5]


class Maker:
    """Makes placements that suit a child's age and the way in which the spell will end."""

    def __init__(self, dice: Dice, places: Places) -> None:
        self.dice, self.places = dice, places

    def stay(self, spell: Spell) -> Stay:
        need = {"short break": "N2", "unaccompanied": "N8"}.get(spell.kind)
        home = "" if spell.kind == "unaccompanied" else self.dice.one_of(self.places.homes)
        stay = Stay(spell, need or self.dice.weighted(NEEDS), home)
        if spell.reason == "E7":
            stay.need = "N2"
        placement = self.placement(spell, spell.start, spell.where)
        stay.changes.append(Change(spell.start, self._first_status(spell), placement))
        return stay

    def placement(self, spell: Spell, day: date, where: Where) -> Placement:
        if where == "parents":
            return Placement("P1", "PR0", where, "")
        place = self._place(spell, day, where)
        provider = PROVIDERS.get(place) or ("PR4" if where == "far" else self._fostered_by())
        if where == "withheld":
            return Placement(place, provider, where, "")
        postcodes = self.places.far if where == "far" else self.places.near
        return Placement(place, provider, where, self.dice.one_of(postcodes))

    def move(self, spell: Spell, day: date, where: Where) -> Change:
        why = "CARPL" if where == "parents" else self.dice.weighted(REASONS_TO_MOVE)
        return Change(day, placement=self.placement(spell, day, where), why=why)

    def plan_ahead(self, stay: Stay) -> None:
        """The changes that the way a spell ends asks for, then the courts'."""
        spell = stay.spell
        if spell.where == "withheld":
            soon = days_later(spell.start, self.dice.number(14, 40))
            stay.add(self.move(spell, soon, "near"))
        if spell.reason in ("E11", "E12"):
            self._place_for_adoption(stay)
        if spell.kind == "unaccompanied" or (spell.turned_18 and spell.reason in ("E5", "E6")):
            self._move_to_supported(stay)
        if spell.kind == "usual":
            self._send_home_on_trial(stay)
            self._go_to_court(stay)

    def _first_status(self, spell: Spell) -> str:
        if spell.kind == "short break":
            return self.dice.weighted({"V4": 80, "V3": 20})
        if spell.kind == "unaccompanied":
            return "V2"
        if spell.where == "parents" or spell.reason in ("E11", "E12"):
            return "C1"
        return self.dice.weighted({"V2": 48, "C1": 40, "L2": 12})

    def _place(self, spell: Spell, day: date, where: Where) -> str:
        age = spell.person.age(day)
        if spell.kind == "short break":
            return self.dice.weighted({"U6": 60, "K2": 40})
        if spell.kind == "unaccompanied":
            return "U6" if spell.reason == "E17" or age < 16.7 else "H5"
        if spell.reason == "E17" and age >= 12:
            return self.dice.weighted({"U4": 60, "U6": 25, "U1": 15})
        if spell.reason == "E7" and age >= 10:
            return "K2"
        if spell.reason in ("E5", "E6") and spell.turned_18 and age >= 16.5:
            return "H5"
        if age < 10:
            return self.dice.weighted(PLACES_BEFORE_10_FAR if where == "far" else PLACES_BEFORE_10)
        if age < 16.2:
            return self.dice.weighted(PLACES_AT_10_FAR if where == "far" else PLACES_AT_10_NEAR)
        return self.dice.weighted(PLACES_AT_16)

    def _fostered_by(self) -> str:
        return self.dice.weighted({"PR1": 62, "PR4": 38})

    def _place_for_adoption(self, stay: Stay) -> None:
        """A placement order, then a home whose address is kept from the files."""
        spell = stay.spell
        placed = days_later(spell.end or story.LAST_DAY, -self.dice.number(110, 170))
        stay.add(Change(days_later(placed, -self.dice.number(20, 60)), "E1"))
        miles = f"{self.dice.number(120, 620) / 10:.1f}" if self.dice.happens(0.85) else ""
        home = Placement("A5", self.dice.one_of(("PR1", "PR5")), "withheld", "", miles)
        stay.add(Change(placed, placement=home, why="CARPL"))

    def _move_to_supported(self, stay: Stay) -> None:
        spell = stay.spell
        if spell.end is None or stay.changes[0].placement is None:
            return
        if spell.reason == "E17" or stay.changes[0].placement.place in SUPPORTED:
            return
        day = days_later(spell.end, -self.dice.number(100, 380))
        if not stay.free(day):
            day = days_later(spell.start, (spell.end - spell.start).days // 2)
        where = self.dice.weighted({"near": 70, "far": 30})
        placement = self.placement(spell, day, where)._replace(place="H5", provider="PR4")
        stay.add(Change(day, placement=placement, why="CARPL"))

    def _send_home_on_trial(self, stay: Stay) -> None:
        """Some who go home for good live with their parents first, while the order still holds."""
        spell = stay.spell
        if spell.reason != "E4A" or spell.end is None or (spell.end - spell.start).days < 240:
            return
        if self.dice.happens(0.5):
            day = days_later(spell.end, -self.dice.number(90, 200))
            if stay.add(self.move(spell, day, "parents")):
                stay.changes[0] = replace(stay.changes[0], status="C1")

    def _go_to_court(self, stay: Stay) -> None:
        start, first = stay.spell.start, stay.changes[0].status
        status, after = first, 0
        if first == "L2":  # an emergency protection order lasts eight days
            status = "C1"
            day = days_later(start, 8)
            if not _lasts_until(stay.spell, days_later(day, 10)):
                stay.changes[0] = replace(stay.changes[0], status="V2")
                return
            stay.changes = sorted([*stay.changes, Change(day, "C1")], key=lambda each: each.day)
        elif first == "V2" and self.dice.happens(0.3):
            after = self.dice.number(50, 110)
            status = "C1" if stay.add(Change(days_later(start, after), "C1")) else "V2"
        if status == "C1" and stay.spell.reason not in ("E11", "E12"):
            stay.add(Change(days_later(start, after + self.dice.number(150, 280)), "C2"))


def make_episodes(spells: Iterable[Spell], file: Path) -> Iterator[tuple[Spell, Episode]]:
    """The episodes of every spell, with moves so that the shares far from home come out."""
    dice = Dice("placements")
    maker = Maker(dice, Places(file))
    stays = [maker.stay(spell) for spell in spells]
    for stay in stays:
        maker.plan_ahead(stay)
    _send_more_home(stays, maker)
    for span, figures in zip(story.SPANS, story.CARE, strict=True):
        _move_children(stays, span, figures.far_share, maker)
    for stay in stays:
        yield from ((stay.spell, episode) for episode in _episodes(stay))


def _send_more_home(stays: list[Stay], maker: Maker) -> None:
    """Place a few more with their parents, until as many are not counted as the story says."""
    end = story.THE_QUARTER.end
    usual = [stay for stay in stays if stay.spell.kind == "usual" and stay.spell.open_on(end)]
    uncounted = sum(not stay.placement_on(end).is_counted for stay in usual)
    for stay in maker.dice.shuffled(usual):
        if uncounted >= story.NOT_COUNTED_AT_LAST:
            return
        day = maker.dice.working_day(date(2018, 5, 1), date(2018, 9, 20))
        orders = [change for change in stay.changes if change.status == "C2" and change.day < day]
        if stay.spell.end is None and orders and stay.spell.person.age(day) < 15:
            uncounted += stay.add(maker.move(stay.spell, day, "parents"))


def _move_children(stays: list[Stay], span: Span, far_share: float, maker: Maker) -> None:
    """A quarter's moves: some as they come, and those that bring the share to the story's."""
    dice = maker.dice
    here = [stay for stay in stays if stay.spell.kind == "usual" and stay.spell.open_on(span.end)]
    counted = [stay for stay in here if stay.placement_on(span.end).is_counted]
    now = sum(stay.placement_on(span.end).is_far for stay in counted)
    too_many = now - round(far_share * len(counted))
    turns = [("far", "near")] * too_many
    turns += [("near", "far")] * -too_many
    turns += [("near", "near")] * dice.number(3, 6) + [("far", "far")] * dice.number(1, 2)
    for before, after in turns:
        _move_one(here, before, after, span, maker)


def _move_one(stays: list[Stay], before: Where, after: Where, span: Span, maker: Maker) -> None:
    for stay in maker.dice.shuffled(stays):
        day = maker.dice.working_day(*span)
        stands = stay.placement_on(span.end)
        if stands.where != before or stands.place == "A5" or not stay.free(day, 120):
            continue
        # Nothing later in the span may undo the move.
        if stay.placement_on(day) == stands:
            stay.add(maker.move(stay.spell, day, after), 120)
            return
    raise ValueError(f"nobody can move from {before} to {after} in {span.start}")


def _episodes(stay: Stay) -> Iterator[Episode]:
    status, placement = "", Placement("", "", "near", "")
    following: list[Change | None] = [*stay.changes[1:], None]
    for change, after in zip(stay.changes, following, strict=True):
        status, placement = change.status or status, change.placement or placement
        yield Episode(
            decom=change.day,
            rne="S" if change is stay.changes[0] else "P" if change.placement else "L",
            ls=status,
            place=placement.place,
            dec=after.day if after else stay.spell.end,
            rec="X1" if after else stay.spell.reason,
            cin=stay.need,
            place_provider=placement.provider,
            reason_place_change=after.why if after else "",
            home_post=stay.home,
            pl_post=stay.home if placement.where == "parents" else placement.postcode,
            urn="",
            distance_miles=placement.miles,
        )


def _lasts_until(spell: Spell, day: date) -> bool:
    return day < (spell.end or story.LAST_DAY)


def _miles(one: tuple[int, int], other: tuple[int, int]) -> float:
    return hypot(one[0] - other[0], one[1] - other[1]) / 1000 / 1.6093
