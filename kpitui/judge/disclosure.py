"""Disclosure control: decide which counts may be shown so that no small one can be worked out.

The cases of a stretch of time fall into classes: every rule treats the cases of one class alike.
One class in one quarter is a slot, and each slot is a bit. A number that may be shown is the cases
of some classes in some quarters, so a set of slots. It is small from 1 to 5.

Small numbers are hidden, and with them the numbers from which a small one could be worked out. A
further number is shown only while every small one has a witness: another table of cases that gives
the small number another value and agrees with everything shown.

As a rule the numbers that are small in the witness are the ones that are small in fact. Then it
does not help to know why a number is hidden. Where cases are too few for such a witness, the ledger
stops telling why later numbers are hidden (`DisclosureLedger.is_hidden_as_small`).

The search tries moves of a case or two from one slot to another. It takes a witness that it does
not find not to exist: too much may be hidden, never too little. What is shown at the end of a
quarter depends on that quarter and those before it, never on later ones, so the page of one meeting
does not give away the page of another. docs/public.md states the guarantee.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

# 0 is shown, and so are 6 and more (docs/public.md, What is hidden).
SMALLEST, LARGEST = 1, 5
TRIED = 12
"""First moves, and second moves for each, that are tried in pairs; one move is mostly enough."""


def small(number: float) -> bool:
    """Say whether a count of children is hidden on its own account: from 1 to 5."""
    return SMALLEST <= number <= LARGEST


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that may be shown: the cases of some classes in some quarters, both as bits.

    With `breakdown_classes` it is one part of a breakdown of those classes. The parts that stay
    hidden must not add up to a small number.
    """

    quarters: int
    classes: int
    part_of: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """A change to the table of cases: the slots that gain and those that lose a case, as bits."""

    come: int
    go: int

    def adds(self, plus: int, minus: int = 0) -> int:
        """Return the change to the cases of `added_slots` less those of `subtracted_slots`."""
        come, go = self.come, self.go
        more = (come & plus).bit_count() - (go & plus).bit_count()
        return more - (come & minus).bit_count() + (go & minus).bit_count()


Watched = tuple[int, int]
"""A value that nobody may work out while it is small: some slots, less some others."""


class Ledger:
    """Decides, one quarter after another, which numbers of a stretch of time are shown.

    `class_groups` are the sets of classes that numbers are made of. Each is watched in every
    quarter and in quarters together, and so is what one has beyond another that it contains.
    `group_pairs` are groups of different cases that stand side by side: their difference is
    watched. `discloses_reasons` says whether it may be told of every hidden number if it is small.
    """

    def __init__(self, groups: Iterable[int], pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._groups = tuple(dict.fromkeys(groups))
        self._pairs = tuple(dict.fromkeys(pairs))
        self._classes = reduce(
            or_, (*self._groups, *(one for pair in self._pairs for one in pair)), 0
        )
        self._width = self._classes.bit_length()
        self._quarters: list[Mapping[int, int]] = []  # cases by class, for each quarter
        self._cases: dict[int, int] = {}  # by slot
        self._present = 0  # classes with a case in any quarter
        self._held = 0  # slots with a case; the bit sets below are of slots too
        self._shown: dict[int, None] = {}
        self._covered = 0
        self._kept: dict[
            int, int
        ] = {}  # numbers that every witness leaves small, or leaves not small
        self.tells_why = True
        self._witness: dict[Watched, Move] = {}
        self._alike: list[int] = []
        self._crossed: dict[tuple[int, int], list[int]] = {}
        self._sound: dict[Move, bool] = {}

    def shows(self, quarters: int, classes: int) -> bool:
        """Say whether the number of these classes in these quarters is shown."""
        return self._at(quarters, classes) in self._shown

    def is_small(self, quarters: int, classes: int) -> bool:
        """Say whether a number is hidden for being small, as far as that may be told."""
        return small(self._kept.get(self._at(quarters, classes), 0))

    def add(self, cases: Mapping[int, int], cells: Sequence[Cell]) -> None:
        """Add the next quarter, and decide which of the numbers that end with it are shown.

        `cases_by_class` gives the cases of each class, by its bit. `candidates` come in order of
        importance: of two numbers that cannot both be shown, the first one is.
        """
        quarter = len(self._quarters)
        kept = {one: number for one, number in cases.items() if number and one & self._classes}
        self._quarters.append(kept)
        for one, number in kept.items():
            self._present |= one
            self._held |= one << quarter * self._width
            self._cases[one << quarter * self._width] = number
        self._part_again()
        # Everything small needs a witness before the first candidate is tried against it.
        self._protect_all(self._at(cell.quarters, cell.classes) for cell in cells)
        parts: dict[tuple[int, int], int] = {}
        for cell in cells:
            whole = cell.quarters, cell.part_of
            # The total less the parts shown gives the parts that are hidden: if few cases remain,
            # this part would give them away.
            rest = cell.part_of & ~parts.get(whole, 0) & ~cell.classes
            if cell.part_of and small(self._value(self._at(cell.quarters, rest))):
                continue
            if self._admit(self._at(cell.quarters, cell.classes)):
                parts[whole] = parts.get(whole, 0) | cell.classes

    # --- what is small ----------------------------------------------------------------------------

    def _at(self, quarters: int, classes: int) -> int:
        """Return the slots of some classes in each of some quarters."""
        chosen = (at for at in range(quarters.bit_length()) if quarters >> at & 1)
        return sum(classes << at * self._width for at in chosen)

    def _value(self, plus: int) -> int:
        return sum(self._cases[one] for one in _bits(plus & self._held))

    def _watched(self) -> Iterator[Watched]:
        """Yield what is small, in each quarter until now and in any of them together."""
        pairs = [*((one, 0) for one in self._sets()), *self._pairs]
        values = [
            [_sum(cases, plus) - _sum(cases, minus) for plus, minus in pairs]
            for cases in self._quarters
        ]
        # Each subset of the quarters as bits: up to 15 in a financial year.
        for quarters in range(1, 1 << len(values)):
            chosen = [row for at, row in enumerate(values) if quarters >> at & 1]
            for (plus, minus), value in zip(
                pairs, map(sum, zip(*chosen, strict=True)), strict=True
            ):
                if small(abs(value)):
                    yield self._at(quarters, plus), self._at(quarters, minus)

    def _sets(self) -> Iterable[int]:
        """Return the class sets to watch: the groups, and what one has beyond another."""
        there = self._present
        groups = {one & there: one for one in self._groups}.values()
        over = (one & ~other for one in groups for other in groups if not other & there & ~one)
        # Sets that differ in classes without cases alone are the same cases, and are watched once.
        return {one & there: one for one in [*groups, *over]}.values()

    # --- what is shown, and the witnesses ---------------------------------------------------------

    def _protect_all(self, asked: Iterable[int]) -> None:
        """Find witnesses for everything small; tell why candidates are hidden if possible."""
        before = self._kept, self._witness
        if self.tells_why:
            self._kept = self._kept | {number: self._value(number) for number in asked}
            self.tells_why = self._all_have_witnesses()
        if not self.tells_why:
            # This search does not fail: a case can come into the last quarter, of which nothing is
            # shown yet, and the quarters before it have the witnesses found for them.
            self._kept, self._witness = before
            if not self._all_have_witnesses():
                raise RuntimeError("a small number without a witness: nothing may be shown")

    def _all_have_witnesses(self) -> bool:
        """Say whether everything small has a witness; search for those that are missing."""
        # Which moves are valid depends on the cases and on the disclosed numbers, which have
        # changed.
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
        """Show a number if every small one keeps a witness; say whether it is shown."""
        if number in self._shown:
            return True
        if small(self._value(number)):
            return False
        before = self._alike, self._crossed, self._covered
        # Replacements must leave the new number as it is too, so it takes part in the search; if
        # one is missing, the partitions go back to what they were.
        self._part(number)
        found: dict[Watched, Move] = {}
        for watched, move in self._witness.items():
            # A witness that gives this number another value no longer agrees with what is shown.
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
        """Return a valid move that changes the difference and nothing shown, or None."""
        # Moves found for other numbers are valid already: trying them first saves a search.
        for move in dict.fromkeys(known):
            if move.adds(*watched):
                return move
        return next(filter(self._is_sound, self._moves(*watched)), None)

    def _find_two(self, watched: Watched) -> Move | None:
        """Return two moves as one, the second making good what the first makes small or large."""
        for first in islice(self._moves(*watched), TRIED):
            # A case can only leave a slot that has one.
            if first.go & ~self._held:
                continue
            # There is such a number: a move that leaves them all alone would have been found alone.
            spoilt = next(self._spoilt(first), 0)
            for second in islice(self._moves(spoilt, 0), TRIED):
                both = _together(first, second)
                if both is not None and both.adds(*watched) and self._is_sound(both):
                    return both
        return None

    def _moves(self, plus: int, minus: int) -> Iterator[Move]:
        """Yield moves that change the difference and leave every shown number as it is.

        They take a case from one interchangeable slot to another, let a case come or go in slots
        that no shown number covers, or swap two classes between two quarters.
        """
        for alike in self._alike:
            sides = [alike & plus, alike & minus, alike & ~plus & ~minus]
            for come in (0, 1, 2):
                for go in (0, 1, 2):
                    # A transfer within one side leaves the difference as it is.
                    if come != go:
                        yield from self._pairs_of(sides[come], sides[go] & self._held)
            # In slots that no shown number covers, cases may come and go.
            if not alike & self._covered:
                yield from (Move(one, 0) for one in _bits(alike & (plus | minus)))
                yield from (Move(0, one) for one in _bits(alike & (plus | minus) & self._held))
        for (at, to), sets in self._crossed.items():
            for alike in sets:
                for one in _bits(alike):
                    for other in _bits(alike & ~one):
                        # One class goes to the later quarter and another comes back: the totals of
                        # both quarters, and of both classes, stay.
                        here, there = at * self._width, to * self._width
                        move = Move(one << here | other << there, other << here | one << there)
                        if move.adds(plus, minus):
                            yield move

    @staticmethod
    def _pairs_of(come: int, go: int) -> Iterator[Move]:
        """Yield a move for every pair of an arriving and a leaving slot."""
        for one in _bits(come):
            for other in _bits(go):
                yield Move(one, other)

    def _is_sound(self, move: Move) -> bool:
        """Say whether the leaving cases exist and every disclosed number stays as small as it is.

        A number from 1 to 5 must stay so, and any other must not become so.
        """
        known = self._sound.get(move)
        if known is None:
            there = not move.go & ~self._held
            known = self._sound[move] = there and next(self._spoilt(move), None) is None
        return known

    def _spoilt(self, move: Move) -> Iterator[int]:
        """Yield the disclosed numbers that a move makes small, or small no more."""
        for number, value in self._kept.items():
            if (by := move.adds(number)) and small(value) != small(value + by):
                yield number

    def _part_again(self) -> None:
        """Partition all slots until now afresh, by the numbers shown."""
        # A new quarter brings slots that the old partitions lack.
        many = len(self._quarters)
        self._alike = [self._at((1 << many) - 1, self._present)]
        pairs = [(at, to) for at in range(many) for to in range(at + 1, many)]
        self._crossed = {pair: [self._present] for pair in pairs}
        self._covered = 0
        for number in self._shown:
            self._part(number)

    def _part(self, number: int) -> None:
        """Split the partitions by a number: slots, and classes that can swap between quarters."""
        self._covered |= number
        self._alike = _parted(self._alike, number)
        crossed = {}
        for (at, to), sets in self._crossed.items():
            one, other = self._classes_of(number, at), self._classes_of(number, to)
            # A number has the same classes in each of its quarters. With both quarters in it, or
            # neither, a swap between them leaves it as it is.
            crossed[at, to] = sets if one == other else _parted(sets, one | other)
        self._crossed = crossed

    def _classes_of(self, number: int, quarter: int) -> int:
        """Return the classes that a number has in one quarter."""
        return number >> quarter * self._width & (1 << self._width) - 1


def _together(one: Move, other: Move) -> Move | None:
    """Return two moves as one, or None where a slot is in both."""
    if (one.come | one.go) & (other.come | other.go):
        return None
    return Move(one.come | other.come, one.go | other.go)


def _parted(sets: Iterable[int], by: int) -> list[int]:
    """Split each set into its bits inside and outside `splitting_bits`, leaving out empty sets."""
    return [part for one in sets for part in (one & by, one & ~by) if part]


def _sum(cases: Mapping[int, int], classes: int) -> int:
    return sum(number for one, number in cases.items() if one & classes)


def _bits(number: int) -> Iterator[int]:
    """Yield the bits that are set, the lowest first, each as a power of two."""
    while number:
        lowest = number & -number
        yield lowest
        number ^= lowest
