"""Disclosure control: which numbers may be shown so that no small one can be worked out.

The cases of a stretch of time fall into classes: those of one class stand alike in every rule.  A
number that may be shown is the cases of some classes in some quarters.  It is small from 1 to 5.
Small numbers are hidden, and with them the numbers from which a small one could be worked out: each
further number is shown only while every small one has a witness: another table of cases, in which
it is another number, and which agrees with all that is shown.

As a rule the numbers that are small in the witness are those that are small: then to know why each
number is hidden does not help.  Where cases are so few that no such witness is found, why the later
numbers are hidden is kept back too (`Ledger.is_small`).

Witnesses are looked for among moves of a case or two from one class and quarter to another; what is
not found there is taken not to exist, so that too much may be hidden, never too little.  What is
shown at the end of a quarter depends on that quarter and those before it, and on nothing that came
later: the page of one meeting does not give away that of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

SMALLEST, LARGEST = 1, 5
TRIED = 12
"""Moves of which each is tried together with each: rarely is one move not enough."""


def small(number: float) -> bool:
    """Whether a count of children is hidden by itself."""
    return SMALLEST <= number <= LARGEST


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that may be shown: the cases of some classes in some quarters, both as bits.

    With `part_of` it is a part of a breakdown of those classes, whose rest must not be small.
    """

    quarters: int
    classes: int
    part_of: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """Cases that come and cases that go, as bits of a class in a quarter."""

    come: int
    go: int

    def adds(self, plus: int, minus: int = 0) -> int:
        """What the move adds to the cases of `plus`, less those of `minus`."""
        come, go = self.come, self.go
        more = (come & plus).bit_count() - (go & plus).bit_count()
        return more - (come & minus).bit_count() + (go & minus).bit_count()


Watched = tuple[int, int]
"""What nobody may work out where it is small: some cases, less some others."""


class Ledger:
    """The quarters of a stretch of time, and which of their numbers are shown.

    `groups` are the sets of classes that numbers are of.  They are watched in every quarter and in
    quarters together, and so is what any of them has over another that it contains.  `pairs` are
    numbers that stand beside each other, of different cases: their difference is watched.
    `tells_why` is whether it may be told of every number that is hidden if it is small.
    """

    def __init__(self, groups: Iterable[int], pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._groups = tuple(dict.fromkeys(groups))
        self._pairs = tuple(dict.fromkeys(pairs))
        self._classes = reduce(
            or_, (*self._groups, *(one for pair in self._pairs for one in pair)), 0
        )
        self._width = self._classes.bit_length()
        self._quarters: list[Mapping[int, int]] = []  # cases by class
        self._cases: dict[int, int] = {}  # by class in a quarter
        self._present = 0  # classes
        self._held = 0  # classes in quarters, as are all below
        self._shown: dict[int, None] = {}
        self._covered = 0
        self._kept: dict[
            int, int
        ] = {}  # numbers of which no witness changes whether they are small
        self.tells_why = True
        self._witness: dict[Watched, Move] = {}
        self._alike: list[int] = []
        self._crossed: dict[tuple[int, int], list[int]] = {}
        self._sound: dict[Move, bool] = {}

    def shows(self, quarters: int, classes: int) -> bool:
        """Whether a number is shown."""
        return self._at(quarters, classes) in self._shown

    def is_small(self, quarters: int, classes: int) -> bool:
        """Whether a number is hidden for being small, as far as that may be told."""
        return small(self._kept.get(self._at(quarters, classes), 0))

    def add(self, cases: Mapping[int, int], cells: Sequence[Cell]) -> None:
        """One more quarter: its cases by class, and the numbers that end with it, in their order.

        Of two numbers that cannot both be shown it is the first that is.
        """
        quarter = len(self._quarters)
        kept = {one: number for one, number in cases.items() if number and one & self._classes}
        self._quarters.append(kept)
        for one, number in kept.items():
            self._present |= one
            self._held |= one << quarter * self._width
            self._cases[one << quarter * self._width] = number
        self._part_again()
        self._protect_all(self._at(cell.quarters, cell.classes) for cell in cells)
        parts: dict[tuple[int, int], int] = {}
        for cell in cells:
            whole = cell.quarters, cell.part_of
            rest = cell.part_of & ~parts.get(whole, 0) & ~cell.classes
            if cell.part_of and small(self._value(self._at(cell.quarters, rest))):
                continue
            if self._admit(self._at(cell.quarters, cell.classes)):
                parts[whole] = parts.get(whole, 0) | cell.classes

    # --- what is small ----------------------------------------------------------------------------

    def _at(self, quarters: int, classes: int) -> int:
        """Classes in each of some quarters."""
        chosen = (at for at in range(quarters.bit_length()) if quarters >> at & 1)
        return sum(classes << at * self._width for at in chosen)

    def _value(self, plus: int) -> int:
        return sum(self._cases[one] for one in _bits(plus & self._held))

    def _watched(self) -> Iterator[Watched]:
        """What is small, in each quarter until now and in any of them together."""
        pairs = [*((one, 0) for one in self._sets()), *self._pairs]
        values = [
            [_sum(cases, plus) - _sum(cases, minus) for plus, minus in pairs]
            for cases in self._quarters
        ]
        for quarters in range(1, 1 << len(values)):
            chosen = [row for at, row in enumerate(values) if quarters >> at & 1]
            for (plus, minus), value in zip(
                pairs, map(sum, zip(*chosen, strict=True)), strict=True
            ):
                if small(abs(value)):
                    yield self._at(quarters, plus), self._at(quarters, minus)

    def _sets(self) -> Iterable[int]:
        """The groups, and what one has over another that it contains, each set of cases once."""
        there = self._present
        groups = {one & there: one for one in self._groups}.values()
        over = (one & ~other for one in groups for other in groups if not other & there & ~one)
        return {one & there: one for one in [*groups, *over]}.values()

    # --- what is shown, and the witnesses ---------------------------------------------------------

    def _protect_all(self, asked: Iterable[int]) -> None:
        """Find a witness for all that is small, and if that may be keep why `asked` are hidden."""
        before = self._kept, self._witness
        if self.tells_why:
            self._kept = self._kept | {number: self._value(number) for number in asked}
            self.tells_why = self._all_have_witnesses()
        if not self.tells_why:
            # One is sure to be found: a case of the last quarter, of which nothing is shown yet, or
            # what was found for the quarters before it.
            self._kept, self._witness = before
            if not self._all_have_witnesses():
                raise RuntimeError("a small number without a witness: nothing may be shown")

    def _all_have_witnesses(self) -> bool:
        self._sound = {}
        self._witness = {one: move for one, move in self._witness.items() if self._is_sound(move)}
        for watched in self._watched():
            if watched not in self._witness:
                found = self._find(watched, self._witness.values()) or self._find_two(watched)
                if found is None:
                    return False
                self._witness[watched] = found
        return True

    def _admit(self, number: int) -> bool:
        """Show a number if every small one still has a witness, or gets another."""
        if number in self._shown:
            return True
        if small(self._value(number)):
            return False
        before = self._alike, self._crossed, self._covered
        self._part(number)
        found: dict[Watched, Move] = {}
        for watched, move in self._witness.items():
            if move.adds(number):
                again = self._find(watched, found.values()) or self._find_two(watched)
                if again is None:
                    self._alike, self._crossed, self._covered = before
                    return False
                found[watched] = again
        self._witness |= found
        self._shown[number] = None
        return True

    def _find(self, watched: Watched, known: Iterable[Move]) -> Move | None:
        """A move that changes a number and nothing that is shown."""
        for move in dict.fromkeys(known):
            if move.adds(*watched):
                return move
        return next(filter(self._is_sound, self._moves(*watched)), None)

    def _find_two(self, watched: Watched) -> Move | None:
        """Two moves at once, the second to make good what the first makes small or large."""
        for first in islice(self._moves(*watched), TRIED):
            if first.go & ~self._held:
                continue
            spoilt = next(self._spoilt(first), 0)  # not sound by itself, or it would have done
            for second in islice(self._moves(spoilt, 0), TRIED):
                both = _together(first, second)
                if both is not None and both.adds(*watched) and self._is_sound(both):
                    return both
        return None

    def _moves(self, plus: int, minus: int) -> Iterator[Move]:
        for alike in self._alike:
            sides = [alike & plus, alike & minus, alike & ~plus & ~minus]
            for come in (0, 1, 2):
                for go in (0, 1, 2):
                    if come != go:
                        yield from self._pairs_of(sides[come], sides[go] & self._held)
            if not alike & self._covered:  # in no number that is shown: cases may come and go
                yield from (Move(one, 0) for one in _bits(alike & (plus | minus)))
                yield from (Move(0, one) for one in _bits(alike & (plus | minus) & self._held))
        for (at, to), sets in self._crossed.items():
            for alike in sets:
                for one in _bits(alike):
                    for other in _bits(alike & ~one):
                        here, there = at * self._width, to * self._width
                        move = Move(one << here | other << there, other << here | one << there)
                        if move.adds(plus, minus):
                            yield move

    @staticmethod
    def _pairs_of(come: int, go: int) -> Iterator[Move]:
        for one in _bits(come):
            for other in _bits(go):
                yield Move(one, other)

    def _is_sound(self, move: Move) -> bool:
        """Whether there are the cases that go, and what is kept stays small, or not small."""
        known = self._sound.get(move)
        if known is None:
            there = not move.go & ~self._held
            known = self._sound[move] = there and next(self._spoilt(move), None) is None
        return known

    def _spoilt(self, move: Move) -> Iterator[int]:
        """The numbers that a move makes small, or small no more."""
        for number, value in self._kept.items():
            if (by := move.adds(number)) and small(value) != small(value + by):
                yield number

    def _part_again(self) -> None:
        """All classes in all quarters until now, parted by what is shown."""
        many = len(self._quarters)
        self._alike = [self._at((1 << many) - 1, self._present)]
        pairs = [(at, to) for at in range(many) for to in range(at + 1, many)]
        self._crossed = {pair: [self._present] for pair in pairs}
        self._covered = 0
        for number in self._shown:
            self._part(number)

    def _part(self, number: int) -> None:
        """What a number tells apart: classes in quarters, and classes between two quarters."""
        self._covered |= number
        self._alike = _parted(self._alike, number)
        crossed = {}
        for (at, to), sets in self._crossed.items():
            one, other = self._classes_of(number, at), self._classes_of(number, to)
            # The cases of a number are of the same classes in all its quarters.
            crossed[at, to] = sets if one == other else _parted(sets, one | other)
        self._crossed = crossed

    def _classes_of(self, number: int, quarter: int) -> int:
        return number >> quarter * self._width & (1 << self._width) - 1


def _together(one: Move, other: Move) -> Move | None:
    """Two moves as one, where no class in a quarter is in both."""
    if (one.come | one.go) & (other.come | other.go):
        return None
    return Move(one.come | other.come, one.go | other.go)


def _parted(sets: Iterable[int], by: int) -> list[int]:
    return [part for one in sets for part in (one & by, one & ~by) if part]


def _sum(cases: Mapping[int, int], classes: int) -> int:
    return sum(number for one, number in cases.items() if one & classes)


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest
        number ^= lowest
