"""Disclosure control: which numbers may be shown so that no small one can be worked out.

The cases of a stretch of time fall into classes: those of one class stand alike in every rule.  A
number that may be shown is the cases of some classes in some quarters.  It is small from 1 to 5.
Small numbers are hidden, and with them every number from which a small one could be worked out:
each further number is shown only while every small one keeps a witness, another table of cases that
would print exactly the same page, in which the small one is another.

Witnesses are looked for among moves of a case or two from one class or quarter to another.  What
is not found is taken not to exist, so that too much may be hidden, never too little.  A witness
leaves every number that is hidden for being small from 1 to 5: to know why a number is hidden does
not help.  What was shown when a quarter ended depends on that quarter and those of the year before
it, and on nothing that came later: a page of one meeting does not give away that of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SMALLEST, LARGEST = 1, 5
NOBODY = 1
"""The class of cases that are not there: a move from it adds a case, one to it takes it away."""


def small(number: float) -> bool:
    """Whether a count of children is hidden by itself."""
    return SMALLEST <= number <= LARGEST


@dataclass(frozen=True, slots=True)
class Cell:
    """The cases of some classes in some quarters, both as bits of a number.

    The bit `NOBODY` is no class of cases.  With `part_of` the cell is a part of a breakdown of
    those classes, whose rest must not be small either.
    """

    quarters: int
    classes: int
    part_of: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """What nobody may work out where it is small: the cases of some classes, less some others."""

    quarters: int
    plus: int
    minus: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """One case more of `one` and one fewer of `other` in quarter `at`, and the reverse in `to`.

    Without `to` (-1) it is not made good in another quarter.  `sign` is -1 for the opposite.
    """

    at: int
    to: int
    one: int  # a class, as its bit
    other: int
    sign: int

    def of(self, quarters: int, plus: int, minus: int = 0) -> int:
        """What the move adds to a number."""
        when = (quarters >> self.at & 1) - (quarters >> self.to & 1 if self.to >= 0 else 0)
        if not when:
            return 0
        return self.sign * when * (_side(self.one, plus, minus) - _side(self.other, plus, minus))


def _side(one: int, plus: int, minus: int) -> int:
    return bool(one & plus) - bool(one & minus)


class Ledger:
    """The quarters of a stretch of time, and which of their numbers are shown.

    `groups` are the sets of classes that the stretch's numbers are of.  They are watched, and so
    is what any of them has over one that it contains.  `pairs` are sets of classes that are not of
    the same cases, and stand beside each other in one page: their difference is watched.
    """

    def __init__(self, groups: Iterable[int], pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._groups = tuple(dict.fromkeys(groups))
        self._pairs = tuple(pairs)
        self._counts: list[dict[int, int]] = []  # for each quarter: cases by class
        self._present = 0
        self._shown: dict[tuple[int, int], None] = {}
        self._primary: list[tuple[int, int, int]] = []  # quarters, classes, value
        self._witness: dict[Watched, Move] = {}
        self._alike: dict[tuple[int, int], list[int]] = {}
        self._sound: dict[Move, bool] = {}
        self.unprotected: list[Watched] = []

    def shows(self, quarters: int, classes: int) -> bool:
        """Whether a number is shown."""
        return (quarters, classes) in self._shown

    def add(self, counts: dict[int, int], cells: Sequence[Cell]) -> None:
        """One more quarter: its cases by class, and the numbers that end with it, first first."""
        self._counts.append(counts)
        for one, number in counts.items():
            self._present |= one if number else 0
        # Classes that were not there until now do not change the numbers of before.
        self._alike = self._all_alike()
        wanted = [(one, self._value(one.quarters, one.classes)) for one in cells]
        for cell, value in wanted:
            if small(value):
                self._primary.append((cell.quarters, cell.classes, value))
        self._sound = {}
        self._witness = {one: move for one, move in self._witness.items() if self._is_sound(move)}
        for watched in self._small():
            found = self._find(watched, set(self._witness.values()))
            if found is None:
                self.unprotected.append(watched)
            else:
                self._witness[watched] = found
        parts: dict[tuple[int, int], int] = {}
        for cell, value in wanted:
            whole = cell.quarters, cell.part_of
            rest = cell.part_of & ~parts.get(whole, 0) & ~cell.classes
            if small(value) or (cell.part_of and small(self._value(cell.quarters, rest))):
                continue
            if self._admit(cell):
                parts[whole] = parts.get(whole, 0) | cell.classes

    # --- what is watched ------------------------------------------------------------------------

    def _value(self, quarters: int, plus: int, minus: int = 0) -> int:
        total = 0
        for quarter, counts in enumerate(self._counts):
            if quarters >> quarter & 1:
                for one, number in counts.items():
                    total += number * _side(one, plus, minus)
        return total

    def _small(self) -> Iterator[Watched]:
        """What is small among the quarters until now, in any of them together."""
        watched = [*((one, 0) for one in self._sets()), *self._pairs]
        values = [
            [sum(n * _side(one, *pair) for one, n in counts.items()) for pair in watched]
            for counts in self._counts
        ]
        for quarters in range(1, 1 << len(self._counts)):
            chosen = [row for at, row in enumerate(values) if quarters >> at & 1]
            for (plus, minus), value in zip(
                watched, map(sum, zip(*chosen, strict=True)), strict=True
            ):
                if (
                    small(abs(value))
                    and (one := Watched(quarters, plus, minus)) not in self._witness
                ):
                    yield one

    def _sets(self) -> Iterable[int]:
        """The groups, and what one has over another that it contains, each set of cases once."""
        there = self._present
        groups = {one & there: one for one in self._groups}
        over = (
            one & ~other
            for one in groups.values()
            for other in groups.values()
            if not other & there & ~one
        )
        return {one & there: one for one in [*groups.values(), *over]}.values()

    # --- showing and witnesses ------------------------------------------------------------------

    def _admit(self, cell: Cell) -> bool:
        """Show a number if every small one still has a witness, or gets another."""
        key = cell.quarters, cell.classes
        if key in self._shown:
            return True
        before = self._alike
        self._alike = {
            when: _parted(sets, cell.classes) if _parts(when, cell.quarters) else sets
            for when, sets in before.items()
        }
        found: dict[Watched, Move] = {}
        for one, move in self._witness.items():
            if move.of(*key):
                again = self._find(one, found.values())
                if again is None:
                    self._alike = before
                    return False
                found[one] = again
        self._witness |= found
        self._shown[key] = None
        return True

    def _find(self, one: Watched, tried: Iterable[Move] = ()) -> Move | None:
        """A move that changes a number and nothing that is shown."""
        for move in dict.fromkeys(tried):
            if move.of(one.quarters, one.plus, one.minus):
                return move
        for when, sets in self._alike.items():
            if _parts(when, one.quarters):
                for move in self._moves(one, when, sets):
                    if self._is_sound(move):
                        return move
        return None

    def _moves(self, one: Watched, when: tuple[int, int], sets: list[int]) -> Iterator[Move]:
        for alike in sets:
            sides = [alike & one.plus, alike & one.minus, alike & ~one.plus & ~one.minus]
            for place, side in enumerate(sides):
                for other in sides[place + 1 :]:
                    for more in _bits(side):
                        for fewer in _bits(other):
                            yield Move(*when, more, fewer, 1)
                            yield Move(*when, more, fewer, -1)

    def _is_sound(self, move: Move) -> bool:
        """Whether no class falls below none, and what is hidden as small stays small."""
        known = self._sound.get(move)
        if known is None:
            known = self._sound[move] = self._leaves_cases(move) and all(
                small(value + move.of(quarters, classes))
                for quarters, classes, value in self._primary
            )
        return known

    def _leaves_cases(self, move: Move) -> bool:
        changed = [(move.at, move.one, move.sign), (move.at, move.other, -move.sign)]
        if move.to >= 0:
            changed += [(move.to, move.one, -move.sign), (move.to, move.other, move.sign)]
        return all(
            one == NOBODY or by > 0 or self._counts[quarter].get(one, 0) > 0
            for quarter, one, by in changed
        )

    def _all_alike(self) -> dict[tuple[int, int], list[int]]:
        """For each quarter and each two, the classes that what is shown does not tell apart."""
        many = len(self._counts)
        whens = [(at, to) for at in range(many) for to in (-1, *range(at + 1, many))]
        everything = [self._present | NOBODY]
        found = dict.fromkeys(whens, everything)
        for quarters, classes in self._shown:
            for when in whens:
                if _parts(when, quarters):
                    found[when] = _parted(found[when], classes)
        return found


def _parts(when: tuple[int, int], quarters: int) -> bool:
    """Whether a number is of one of two quarters, and not of both."""
    at, to = when
    return bool(quarters >> at & 1) != bool(to >= 0 and quarters >> to & 1)


def _parted(sets: list[int], classes: int) -> list[int]:
    return [part for one in sets for part in (one & classes, one & ~classes) if part]


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest
        number ^= lowest
