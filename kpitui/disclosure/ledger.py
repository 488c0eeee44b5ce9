"""Disclosure control: decide which counts may be shown so that no small one can be worked out.

The cases of a stretch of time fall into classes: every rule treats the cases of one class alike.
One class in one quarter is a slot, and each slot is a bit. A number that may be shown is the cases
of some classes in some quarters, so a set of slots. It is small from 1 to 5.

Small numbers are hidden, and with them the numbers from which a small one could be worked out. A
further number is shown only while every small one has a ladder: other tables of cases that agree
with everything shown, in which the small number takes at least `MIN_POSSIBLE_VALUES` of the values
from 0 to 6. Of a number that is hidden it is told that it is small only if the ladders allow that
as well.

The search tries moves of cases from one slot to another. It takes a ladder that it does not find not
to exist: too much may be hidden, never too little. What is shown at the end of a quarter depends on
that quarter and those before it, never on later ones, so the page of one meeting does not give away
the page of another. PROOF.md beside this file argues why that is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from kpitui.disclosure.case_moves import CaseMove, MoveSearch, iterate_bits
from kpitui.model.board import LARGEST_HIDDEN_COUNT, SMALLEST_HIDDEN_COUNT

LARGEST_GUARDED_VALUE: Final = LARGEST_HIDDEN_COUNT + 1
MIN_POSSIBLE_VALUES: Final = 5
"""How many of the values from 0 to 6 a small number may have, by all that is shown."""


def is_small_count(case_count: float) -> bool:
    """Say whether a count of children is hidden on its own account: from 1 to 5."""
    return SMALLEST_HIDDEN_COUNT <= case_count <= LARGEST_HIDDEN_COUNT


@dataclass(frozen=True, slots=True)
class PublishableNumber:
    """A number that may be shown: the cases of some classes in some quarters, both as bits.

    With `breakdown_classes` it is one part of a breakdown of those classes. The parts that stay
    hidden must not add up to a small number. A candidate that `is_hint` is not the number, but that it
    is small.
    """

    quarter_bits: int
    class_bits: int
    breakdown_classes: int = 0
    is_hint: bool = False


WatchedDifference = tuple[int, int]
"""A value that nobody may work out while it is small: some slots, less some others."""


class Ladder:
    """The values that one small number takes in other tables, and the moves that lead there.

    Moves that make it larger are made one after another on one table, those that make it smaller on
    another. Every table on the way has no slot below 0, and leaves small what is told to be.
    """

    def __init__(self, small_value: int, cases_by_slot: Mapping[int, int], told_values: Mapping[int, int]) -> None:
        self.moves: list[CaseMove] = []
        self._cases_by_slot, self._told_values = cases_by_slot, told_values
        self._values = {small_value}
        # By direction: the value reached, the cases taken from slots, and the changes of what is told.
        self._reached_values = {True: small_value, False: small_value}
        self._taken_cases: dict[bool, dict[int, int]] = {True: {}, False: {}}
        self._told_changes: dict[bool, dict[int, int]] = {True: {}, False: {}}

    @property
    def is_complete(self) -> bool:
        """Say whether enough values are possible."""
        return len(self._values) >= MIN_POSSIBLE_VALUES

    def add_move(self, move: CaseMove, value_change: int) -> None:
        """Make a move that changes the number, as often as it can be made and is of use."""
        if not value_change:
            return
        direction = value_change > 0
        reached_value = self._reached_values[direction]
        room = LARGEST_GUARDED_VALUE - reached_value if direction else reached_value
        if room < abs(value_change):
            return
        told_changes = {slots: change for slots in self._told_values if (change := move.compute_change(slots))}
        repeat_count = min(room // abs(value_change), self._limit_repeats(move, direction, told_changes))
        if repeat_count <= 0:
            return
        self.moves.append(move)
        self._values |= {reached_value + value_change * number for number in range(1, repeat_count + 1)}
        self._reached_values[direction] += value_change * repeat_count
        taken_cases, earlier_changes = self._taken_cases[direction], self._told_changes[direction]
        for slot in iterate_bits(move.leaving_slots):
            taken_cases[slot] = taken_cases.get(slot, 0) + repeat_count
        for number_slots, change in told_changes.items():
            earlier_changes[number_slots] = earlier_changes.get(number_slots, 0) + change * repeat_count

    def _limit_repeats(self, move: CaseMove, direction: bool, told_changes: Mapping[int, int]) -> int:
        """Return how often a move can be made after the moves before it."""
        limits = [LARGEST_GUARDED_VALUE]
        for slot in iterate_bits(move.leaving_slots):
            limits.append(self._cases_by_slot.get(slot, 0) - self._taken_cases[direction].get(slot, 0))
        for number_slots, change in told_changes.items():
            value = self._told_values[number_slots] + self._told_changes[direction].get(number_slots, 0)
            room = LARGEST_HIDDEN_COUNT - value if change > 0 else value - SMALLEST_HIDDEN_COUNT
            limits.append(room // abs(change))
        return min(limits)


class DisclosureLedger:
    """Decides, one quarter after another, which numbers of a stretch of time are shown.

    `class_groups` are the sets of classes that numbers are made of. Each is watched in every
    quarter and in quarters together, and so is what one has beyond another that it contains.
    `group_pairs` are groups of different cases that stand side by side: their difference is
    watched.
    """

    def __init__(self, class_groups: Iterable[int], group_pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._class_groups = tuple(dict.fromkeys(class_groups))
        self._group_pairs = tuple(dict.fromkeys(group_pairs))
        self._all_classes = reduce(
            or_, (*self._class_groups, *(group for pair in self._group_pairs for group in pair)), 0
        )
        self._quarter_cases: list[Mapping[int, int]] = []  # cases by class, for each quarter
        self._cases_by_slot: dict[int, int] = {}  # by slot
        self._present_classes = 0  # classes with a case in any quarter
        self._shown_numbers: dict[int, None] = {}  # as slots
        self._told_values: dict[int, int] = {}  # numbers that are told to be small
        self._ladder_moves: dict[WatchedDifference, tuple[CaseMove, ...]] = {}
        self._ladder_slots: dict[WatchedDifference, int] = {}  # all that the moves of a ladder change
        self.given_away: dict[WatchedDifference, int] = {}  # small, and no longer guarded since a release
        self._search = MoveSearch(self._all_classes.bit_length(), self._cases_by_slot)

    def is_shown(self, quarter_bits: int, class_bits: int) -> bool:
        """Say whether the number of these classes in these quarters is shown."""
        return self._search.combine_slots(quarter_bits, class_bits) in self._shown_numbers

    def is_told_small(self, quarter_bits: int, class_bits: int) -> bool:
        """Say whether it may be told of a number that it is hidden for being small."""
        return self._search.combine_slots(quarter_bits, class_bits) in self._told_values

    @property
    def present_classes(self) -> int:
        """Return the classes with a case in any quarter until now."""
        return self._present_classes

    def split_slots(self, number_slots: int) -> tuple[int, int]:
        """Return the quarters and the classes of some slots."""
        width, quarter_bits, class_bits = self._search.quarter_width, 0, 0
        for index in range(len(self._quarter_cases)):
            quarter_classes = number_slots >> index * width & (1 << width) - 1
            quarter_bits |= bool(quarter_classes) << index
            class_bits |= quarter_classes
        return quarter_bits, class_bits & self._present_classes

    def add_quarter(self, cases_by_class: Mapping[int, int], candidates: Sequence[PublishableNumber]) -> None:
        """Add the next quarter, and decide which of the numbers that end with it are shown.

        `cases_by_class` gives the cases of each class, by its bit. `candidates` come in order of
        importance: of two numbers that cannot both be shown, the first one is.
        """
        index = len(self._quarter_cases)
        cases = {bit: count for bit, count in cases_by_class.items() if count and bit & self._all_classes}
        self._quarter_cases.append(cases)
        for class_bit, case_count in cases.items():
            self._present_classes |= class_bit
            slot = self._search.combine_slots(1 << index, class_bit)
            self._search.occupied_slots |= slot
            self._cases_by_slot[slot] = case_count
        self._search.partition_slots(len(self._quarter_cases), self._present_classes, self._shown_numbers)
        # Everything small needs a ladder before the first candidate is tried against it.
        self._build_missing_ladders()
        self._admit_candidates(candidates)

    def release_numbers(self, numbers: Iterable[tuple[int, int]]) -> None:
        """Show numbers whatever they are, each given by its quarters and its classes.

        Everything shown until now stays shown. Small numbers that keep no ladder are given away with
        the released ones, and are not watched any longer.
        """
        for quarter_bits, class_bits in numbers:
            number_slots = self._search.combine_slots(quarter_bits, class_bits)
            if number_slots in self._shown_numbers:
                continue
            self._search.refine_parts(number_slots)
            self._shown_numbers[number_slots] = None
            self._told_values.pop(number_slots, None)
            self._drop_broken_ladders(number_slots)

    def _drop_broken_ladders(self, number_slots: int) -> None:
        """Build the ladders again that change a number, and give up those that cannot be built."""
        for difference, ladder_moves in list(self._ladder_moves.items()):
            lasting_moves = [move for move in ladder_moves if not move.compute_change(number_slots)]
            if len(lasting_moves) == len(ladder_moves):
                continue
            mended_moves = self._build_ladder(difference, lasting_moves)
            if mended_moves is not None:
                self._keep_ladder(difference, mended_moves)
                continue
            self.given_away[difference] = self._sum_cases(difference[0]) - self._sum_cases(difference[1])
            del self._ladder_moves[difference], self._ladder_slots[difference]

    def _admit_candidates(self, candidates: Iterable[PublishableNumber]) -> None:
        """Show the numbers that may be shown, one after another."""
        parts: dict[tuple[int, int], int] = {}
        for candidate in candidates:
            number_slots = self._search.combine_slots(candidate.quarter_bits, candidate.class_bits)
            if candidate.is_hint:
                self._tell_if_small(number_slots)
                continue
            breakdown = candidate.quarter_bits, candidate.breakdown_classes
            # The total less the parts shown gives the parts that are hidden: if few cases remain,
            # this part would give them away.
            classes = candidate.breakdown_classes & ~parts.get(breakdown, 0) & ~candidate.class_bits
            if candidate.breakdown_classes and is_small_count(
                self._sum_cases(self._search.combine_slots(candidate.quarter_bits, classes))
            ):
                continue
            if self._admit_number(number_slots):
                parts[breakdown] = parts.get(breakdown, 0) | candidate.class_bits

    # --- what is small ----------------------------------------------------------------------------

    def _sum_cases(self, slot_bits: int) -> int:
        return sum(self._cases_by_slot[bit] for bit in iterate_bits(slot_bits & self._search.occupied_slots))

    def _list_small_differences(self) -> Iterator[WatchedDifference]:
        """Yield what is small, in each quarter until now and in any of them together."""
        set_pairs = [*((class_set, 0) for class_set in self._derive_class_sets()), *self._group_pairs]
        quarter_values = [
            [
                _sum_cases_of_classes(cases_by_class, classes)
                - _sum_cases_of_classes(cases_by_class, subtracted_classes)
                for classes, subtracted_classes in set_pairs
            ]
            for cases_by_class in self._quarter_cases
        ]
        # Each subset of the quarters as bits: up to 15 in a financial year.
        for quarter_bits in range(1, 1 << len(quarter_values)):
            chosen_values = [values for index, values in enumerate(quarter_values) if quarter_bits >> index & 1]
            for class_pair, difference in zip(set_pairs, map(sum, zip(*chosen_values, strict=True)), strict=True):
                if is_small_count(abs(difference)):
                    larger_classes, smaller_classes = class_pair if difference > 0 else reversed(class_pair)
                    yield (
                        self._search.combine_slots(quarter_bits, larger_classes),
                        self._search.combine_slots(quarter_bits, smaller_classes),
                    )

    def _derive_class_sets(self) -> Iterable[int]:
        """Return the class sets to watch: the groups, and what one has beyond another."""
        classes = self._present_classes
        class_groups = {class_group & classes: class_group for class_group in self._class_groups}.values()
        remainders = (
            group & ~contained_group
            for group in class_groups
            for contained_group in class_groups
            if not contained_group & classes & ~group
        )
        # Sets that differ in classes without cases alone are the same cases, and are watched once.
        return {class_set & classes: class_set for class_set in [*class_groups, *remainders]}.values()

    # --- what is shown and told, and the ladders --------------------------------------------------

    def _build_missing_ladders(self) -> None:
        """Build the ladders of all that has become small with the last quarter.

        Nothing is shown of that quarter yet: cases may come and go there, so that this cannot fail.
        """
        for difference in self._list_small_differences():
            if difference not in self._ladder_moves and difference not in self.given_away:
                ladder_moves = self._build_ladder(difference, ())
                # A part that was released may leave what grows out of it with less than five values.
                if ladder_moves is None and self.given_away:
                    self.given_away[difference] = self._sum_cases(difference[0]) - self._sum_cases(difference[1])
                    continue
                if ladder_moves is None:
                    raise RuntimeError("a small number without a ladder: nothing may be shown")
                self._keep_ladder(difference, ladder_moves)

    def _build_ladder(
        self, difference: WatchedDifference, first_moves: Iterable[CaseMove]
    ) -> tuple[CaseMove, ...] | None:
        """Build a ladder, from `first_moves` as far as they lead; None where none is found."""
        small_value = self._sum_cases(difference[0]) - self._sum_cases(difference[1])
        ladder = Ladder(small_value, self._cases_by_slot, self._told_values)
        for moves in (dict.fromkeys(first_moves), self._search.generate_moves(*difference)):
            for move in moves:
                ladder.add_move(move, move.compute_change(*difference))
                if ladder.is_complete:
                    return tuple(ladder.moves)
        return None

    def _admit_number(self, number_slots: int) -> bool:
        """Show a number if every small one keeps a ladder; say whether it is shown."""
        if number_slots in self._shown_numbers:
            return True
        if is_small_count(self._sum_cases(number_slots)):
            return False
        # New moves must leave the number as it is too, so it takes part in the search; if a ladder
        # cannot be mended, the parts go back to what they were.
        undo_refining = self._search.refine_parts(number_slots)
        if not self._mend_ladders(number_slots, keeps_changing_moves=False):
            undo_refining()
            return False
        self._shown_numbers[number_slots] = None
        return True

    def _tell_if_small(self, number_slots: int) -> None:
        """Tell that a number is small if it is, and if every small one keeps a ladder."""
        case_count = self._sum_cases(number_slots)
        if number_slots not in self._told_values and is_small_count(case_count):
            self._told_values[number_slots] = case_count
            if not self._mend_ladders(number_slots, keeps_changing_moves=True):
                del self._told_values[number_slots]

    def _mend_ladders(self, number_slots: int, *, keeps_changing_moves: bool) -> bool:
        """Build all ladders again that change a number; change none unless all can be built."""
        mended_ladders: dict[WatchedDifference, tuple[CaseMove, ...]] = {}
        new_moves: dict[CaseMove, None] = {}
        for difference, ladder_moves in self._ladder_moves.items():
            if not self._ladder_slots[difference] & number_slots:
                continue
            lasting_moves = [move for move in ladder_moves if not move.compute_change(number_slots)]
            if len(lasting_moves) == len(ladder_moves):
                continue
            # Moves found for other numbers save a search.
            first_moves = [*lasting_moves, *(ladder_moves if keeps_changing_moves else ()), *new_moves]
            mended_moves = self._build_ladder(difference, first_moves)
            if mended_moves is None:
                return False
            mended_ladders[difference] = mended_moves
            new_moves |= dict.fromkeys(mended_moves)
        for difference, mended_moves in mended_ladders.items():
            self._keep_ladder(difference, mended_moves)
        return True

    def _keep_ladder(self, difference: WatchedDifference, ladder_moves: tuple[CaseMove, ...]) -> None:
        self._ladder_moves[difference] = ladder_moves
        self._ladder_slots[difference] = reduce(
            or_, (move.arriving_slots | move.leaving_slots for move in ladder_moves)
        )


def _sum_cases_of_classes(cases_by_class: Mapping[int, int], class_bits: int) -> int:
    return sum(count for bit, count in cases_by_class.items() if bit & class_bits)
