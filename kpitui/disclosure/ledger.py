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

from kpitui.model.board import LARGEST_HIDDEN_COUNT, SMALLEST_HIDDEN_COUNT

MAX_MOVES_COMBINED = 12
"""First moves, and second moves for each, that are tried in pairs; one move is mostly enough."""


def is_small_count(case_count: float) -> bool:
    """Say whether a count of children is hidden on its own account: from 1 to 5."""
    return SMALLEST_HIDDEN_COUNT <= case_count <= LARGEST_HIDDEN_COUNT


@dataclass(frozen=True, slots=True)
class PublishableNumber:
    """A number that may be shown: the cases of some classes in some quarters, both as bits.

    With `breakdown_classes` it is one part of a breakdown of those classes. The parts that stay
    hidden must not add up to a small number.
    """

    quarter_bits: int
    class_bits: int
    breakdown_classes: int = 0


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A change to the table of cases: the slots that gain and those that lose a case, as bits."""

    arriving_slots: int
    leaving_slots: int

    def compute_change(self, added_slots: int, subtracted_slots: int = 0) -> int:
        """Return the change to the cases of `added_slots` less those of `subtracted_slots`."""
        arriving, leaving = self.arriving_slots, self.leaving_slots
        added_change = (arriving & added_slots).bit_count() - (leaving & added_slots).bit_count()
        return added_change - (arriving & subtracted_slots).bit_count() + (leaving & subtracted_slots).bit_count()


WatchedDifference = tuple[int, int]
"""A value that nobody may work out while it is small: some slots, less some others."""


class DisclosureLedger:
    """Decides, one quarter after another, which numbers of a stretch of time are shown.

    `class_groups` are the sets of classes that numbers are made of. Each is watched in every
    quarter and in quarters together, and so is what one has beyond another that it contains.
    `group_pairs` are groups of different cases that stand side by side: their difference is
    watched. `discloses_reasons` says whether it may be told of every hidden number if it is small.
    """

    def __init__(self, class_groups: Iterable[int], group_pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._class_groups = tuple(dict.fromkeys(class_groups))
        self._group_pairs = tuple(dict.fromkeys(group_pairs))
        self._all_classes = reduce(
            or_, (*self._class_groups, *(group for pair in self._group_pairs for group in pair)), 0
        )
        self._quarter_width = self._all_classes.bit_length()
        self._quarter_cases: list[Mapping[int, int]] = []  # cases by class, for each quarter
        self._cases_by_slot: dict[int, int] = {}  # by slot
        self._present_classes = 0  # classes with a case in any quarter
        self._occupied_slots = 0  # slots with a case; the bit sets below are of slots too
        self._shown_numbers: dict[int, None] = {}
        self._covered_slots = 0
        self._disclosed_values: dict[int, int] = {}  # numbers that every witness leaves small, or leaves not small
        self.discloses_reasons = True
        self._witnesses: dict[WatchedDifference, CaseMove] = {}
        self._interchangeable_slots: list[int] = []
        self._swappable_classes: dict[tuple[int, int], list[int]] = {}
        self._move_validity: dict[CaseMove, bool] = {}

    def is_shown(self, quarter_bits: int, class_bits: int) -> bool:
        """Say whether the number of these classes in these quarters is shown."""
        return self._combine_slots(quarter_bits, class_bits) in self._shown_numbers

    def is_hidden_as_small(self, quarter_bits: int, class_bits: int) -> bool:
        """Say whether a number is hidden for being small, as far as that may be told."""
        return is_small_count(self._disclosed_values.get(self._combine_slots(quarter_bits, class_bits), 0))

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
            self._occupied_slots |= class_bit << index * self._quarter_width
            self._cases_by_slot[class_bit << index * self._quarter_width] = case_count
        self._rebuild_partitions()
        # Everything small needs a witness before the first candidate is tried against it.
        self._secure_witnesses(
            self._combine_slots(candidate.quarter_bits, candidate.class_bits) for candidate in candidates
        )
        parts: dict[tuple[int, int], int] = {}
        for candidate in candidates:
            breakdown = candidate.quarter_bits, candidate.breakdown_classes
            # The total less the parts shown gives the parts that are hidden: if few cases remain,
            # this part would give them away.
            classes = candidate.breakdown_classes & ~parts.get(breakdown, 0) & ~candidate.class_bits
            if candidate.breakdown_classes and is_small_count(
                self._sum_cases(self._combine_slots(candidate.quarter_bits, classes))
            ):
                continue
            if self._admit_number(self._combine_slots(candidate.quarter_bits, candidate.class_bits)):
                parts[breakdown] = parts.get(breakdown, 0) | candidate.class_bits

    # --- what is small ----------------------------------------------------------------------------

    def _combine_slots(self, quarter_bits: int, class_bits: int) -> int:
        """Return the slots of some classes in each of some quarters."""
        indexes = (index for index in range(quarter_bits.bit_length()) if quarter_bits >> index & 1)
        return sum(class_bits << quarter_index * self._quarter_width for quarter_index in indexes)

    def _sum_cases(self, slot_bits: int) -> int:
        return sum(self._cases_by_slot[bit] for bit in _iterate_bits(slot_bits & self._occupied_slots))

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
            for (added_classes, subtracted_classes), difference in zip(
                set_pairs, map(sum, zip(*chosen_values, strict=True)), strict=True
            ):
                if is_small_count(abs(difference)):
                    yield (
                        self._combine_slots(quarter_bits, added_classes),
                        self._combine_slots(quarter_bits, subtracted_classes),
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

    # --- what is shown, and the witnesses ---------------------------------------------------------

    def _secure_witnesses(self, candidate_slots: Iterable[int]) -> None:
        """Find witnesses for everything small; tell why candidates are hidden if possible."""
        state = self._disclosed_values, self._witnesses
        if self.discloses_reasons:
            self._disclosed_values = self._disclosed_values | {
                slots: self._sum_cases(slots) for slots in candidate_slots
            }
            self.discloses_reasons = self._has_all_witnesses()
        if not self.discloses_reasons:
            # This search does not fail: a case can come into the last quarter, of which nothing is
            # shown yet, and the quarters before it have the witnesses found for them.
            self._disclosed_values, self._witnesses = state
            if not self._has_all_witnesses():
                raise RuntimeError("a small number without a witness: nothing may be shown")

    def _has_all_witnesses(self) -> bool:
        """Say whether everything small has a witness; search for those that are missing."""
        # Which moves are valid depends on the cases and on the disclosed numbers, which have
        # changed.
        self._move_validity = {}
        self._witnesses = {
            difference: move for difference, move in self._witnesses.items() if self._is_valid_move(move)
        }
        for difference in self._list_small_differences():
            if difference not in self._witnesses:
                witness_move = self._find_witness(difference, self._witnesses.values()) or self._find_combined_witness(
                    difference
                )
                if witness_move is None:
                    return False
                self._witnesses[difference] = witness_move
        return True

    def _admit_number(self, number_slots: int) -> bool:
        """Show a number if every small one keeps a witness; say whether it is shown."""
        if number_slots in self._shown_numbers:
            return True
        if is_small_count(self._sum_cases(number_slots)):
            return False
        state = self._interchangeable_slots, self._swappable_classes, self._covered_slots
        # Replacements must leave the new number as it is too, so it takes part in the search; if
        # one is missing, the partitions go back to what they were.
        self._refine_partitions(number_slots)
        witnesses: dict[WatchedDifference, CaseMove] = {}
        for difference, witness_move in self._witnesses.items():
            # A witness that gives this number another value no longer agrees with what is shown.
            if witness_move.compute_change(number_slots):
                move = self._find_witness(difference, witnesses.values()) or self._find_combined_witness(difference)
                if move is None:
                    self._interchangeable_slots, self._swappable_classes, self._covered_slots = state
                    return False
                witnesses[difference] = move
        self._witnesses |= witnesses
        self._shown_numbers[number_slots] = None
        return True

    def _find_witness(self, difference: WatchedDifference, candidate_moves: Iterable[CaseMove]) -> CaseMove | None:
        """Return a valid move that changes the difference and nothing shown, or None."""
        # Moves found for other numbers are valid already: trying them first saves a search.
        for move in dict.fromkeys(candidate_moves):
            if move.compute_change(*difference):
                return move
        return next(filter(self._is_valid_move, self._generate_moves(*difference)), None)

    def _find_combined_witness(self, difference: WatchedDifference) -> CaseMove | None:
        """Return two moves as one, the second making good what the first makes small or large."""
        for first_move in islice(self._generate_moves(*difference), MAX_MOVES_COMBINED):
            # A case can only leave a slot that has one.
            if first_move.leaving_slots & ~self._occupied_slots:
                continue
            # There is such a number: a move that leaves them all alone would have been found alone.
            number = next(self._find_disturbed_numbers(first_move), 0)
            for second_move in islice(self._generate_moves(number, 0), MAX_MOVES_COMBINED):
                move = _combine_moves(first_move, second_move)
                if move is not None and move.compute_change(*difference) and self._is_valid_move(move):
                    return move
        return None

    def _generate_moves(self, added_slots: int, subtracted_slots: int) -> Iterator[CaseMove]:
        """Yield moves that change the difference and leave every shown number as it is.

        They take a case from one interchangeable slot to another, let a case come or go in slots
        that no shown number covers, or swap two classes between two quarters.
        """
        for alike_bits in self._interchangeable_slots:
            slot_sides = [
                alike_bits & added_slots,
                alike_bits & subtracted_slots,
                alike_bits & ~added_slots & ~subtracted_slots,
            ]
            for side in (0, 1, 2):
                for leaving_side in (0, 1, 2):
                    # A transfer within one side leaves the difference as it is.
                    if side != leaving_side:
                        yield from self._generate_transfers(
                            slot_sides[side], slot_sides[leaving_side] & self._occupied_slots
                        )
            # In slots that no shown number covers, cases may come and go.
            if not alike_bits & self._covered_slots:
                yield from (CaseMove(bit, 0) for bit in _iterate_bits(alike_bits & (added_slots | subtracted_slots)))
                yield from (
                    CaseMove(0, slot_bit)
                    for slot_bit in _iterate_bits(alike_bits & (added_slots | subtracted_slots) & self._occupied_slots)
                )
        for (quarter, later_quarter), class_sets in self._swappable_classes.items():
            for alike_bits in class_sets:
                for first_class in _iterate_bits(alike_bits):
                    for second_class in _iterate_bits(alike_bits & ~first_class):
                        # One class goes to the later quarter and another comes back: the totals of
                        # both quarters, and of both classes, stay.
                        shift, later_shift = (quarter * self._quarter_width, later_quarter * self._quarter_width)
                        swap_move = CaseMove(
                            first_class << shift | second_class << later_shift,
                            second_class << shift | first_class << later_shift,
                        )
                        if swap_move.compute_change(added_slots, subtracted_slots):
                            yield swap_move

    @staticmethod
    def _generate_transfers(arriving_slots: int, leaving_slots: int) -> Iterator[CaseMove]:
        """Yield a move for every pair of an arriving and a leaving slot."""
        for slot in _iterate_bits(arriving_slots):
            for leaving_slot in _iterate_bits(leaving_slots):
                yield CaseMove(slot, leaving_slot)

    def _is_valid_move(self, candidate_move: CaseMove) -> bool:
        """Say whether the leaving cases exist and every disclosed number stays as small as it is.

        A number from 1 to 5 must stay so, and any other must not become so.
        """
        is_valid = self._move_validity.get(candidate_move)
        if is_valid is None:
            cases_exist = not candidate_move.leaving_slots & ~self._occupied_slots
            is_valid = self._move_validity[candidate_move] = (
                cases_exist and next(self._find_disturbed_numbers(candidate_move), None) is None
            )
        return is_valid

    def _find_disturbed_numbers(self, candidate_move: CaseMove) -> Iterator[int]:
        """Yield the disclosed numbers that a move makes small, or small no more."""
        for number_slots, case_count in self._disclosed_values.items():
            if (change := candidate_move.compute_change(number_slots)) and is_small_count(case_count) != is_small_count(
                case_count + change
            ):
                yield number_slots

    def _rebuild_partitions(self) -> None:
        """Partition all slots until now afresh, by the numbers shown."""
        # A new quarter brings slots that the old partitions lack.
        count = len(self._quarter_cases)
        self._interchangeable_slots = [self._combine_slots((1 << count) - 1, self._present_classes)]
        pairs = [(quarter, later_quarter) for quarter in range(count) for later_quarter in range(quarter + 1, count)]
        self._swappable_classes = {pair: [self._present_classes] for pair in pairs}
        self._covered_slots = 0
        for number_slots in self._shown_numbers:
            self._refine_partitions(number_slots)

    def _refine_partitions(self, number_slots: int) -> None:
        """Split the partitions by a number: slots, and classes that can swap between quarters."""
        self._covered_slots |= number_slots
        self._interchangeable_slots = _split_bit_sets(self._interchangeable_slots, number_slots)
        classes = {}
        for (quarter, later_quarter), class_sets in self._swappable_classes.items():
            earlier_classes, later_classes = (
                self._extract_classes(number_slots, quarter),
                self._extract_classes(number_slots, later_quarter),
            )
            # A number has the same classes in each of its quarters. With both quarters in it, or
            # neither, a swap between them leaves it as it is.
            classes[quarter, later_quarter] = (
                class_sets
                if earlier_classes == later_classes
                else _split_bit_sets(class_sets, earlier_classes | later_classes)
            )
        self._swappable_classes = classes

    def _extract_classes(self, number_slots: int, quarter_index: int) -> int:
        """Return the classes that a number has in one quarter."""
        return number_slots >> quarter_index * self._quarter_width & (1 << self._quarter_width) - 1


def _combine_moves(first_move: CaseMove, second_move: CaseMove) -> CaseMove | None:
    """Return two moves as one, or None where a slot is in both."""
    if (first_move.arriving_slots | first_move.leaving_slots) & (
        second_move.arriving_slots | second_move.leaving_slots
    ):
        return None
    return CaseMove(
        first_move.arriving_slots | second_move.arriving_slots, first_move.leaving_slots | second_move.leaving_slots
    )


def _split_bit_sets(bit_sets: Iterable[int], splitting_bits: int) -> list[int]:
    """Split each set into its bits inside and outside `splitting_bits`, leaving out empty sets."""
    return [
        subset for bit_set in bit_sets for subset in (bit_set & splitting_bits, bit_set & ~splitting_bits) if subset
    ]


def _sum_cases_of_classes(cases_by_class: Mapping[int, int], class_bits: int) -> int:
    return sum(count for bit, count in cases_by_class.items() if bit & class_bits)


def _iterate_bits(bit_set: int) -> Iterator[int]:
    """Yield the bits that are set, the lowest first, each as a power of two."""
    while bit_set:
        lowest_bit = bit_set & -bit_set
        yield lowest_bit
        bit_set ^= lowest_bit
