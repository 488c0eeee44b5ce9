"""Changes to a table of cases that leave everything shown as it is, for the ladders of small numbers.

The slots are partitioned by the numbers shown: slots of one part are in the same numbers, so that a
case may go from one to another. PROOF.md says why each kind of move is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A change to the table of cases: the slots that gain and those that lose a case, as bits."""

    arriving_slots: int
    leaving_slots: int

    def compute_change(self, added_slots: int, subtracted_slots: int = 0) -> int:
        """Return the change to the cases of `added_slots` less those of `subtracted_slots`."""
        arriving, leaving = self.arriving_slots, self.leaving_slots
        added_change = (arriving & added_slots).bit_count() - (leaving & added_slots).bit_count()
        if not subtracted_slots:
            return added_change
        return added_change - (arriving & subtracted_slots).bit_count() + (leaving & subtracted_slots).bit_count()


@dataclass(slots=True)
class MoveSearch:
    """Finds moves between the slots of some quarters; each number that is shown leaves fewer of them.

    A slot is a class in a quarter: the bit of the class, `quarter_width` bits further for each quarter.
    """

    quarter_width: int
    cases_by_slot: Mapping[int, int]
    occupied_slots: int = 0  # slots with a case
    _covered_slots: int = 0  # slots in a number that is shown
    _interchangeable_slots: list[int] = field(default_factory=list)
    _swappable_classes: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def combine_slots(self, quarter_bits: int, class_bits: int) -> int:
        """Return the slots of some classes in each of some quarters."""
        indexes = (index for index in range(quarter_bits.bit_length()) if quarter_bits >> index & 1)
        return sum(class_bits << quarter_index * self.quarter_width for quarter_index in indexes)

    def partition_slots(self, quarter_count: int, present_classes: int, shown_numbers: Iterable[int]) -> None:
        """Partition the slots of so many quarters afresh: a new quarter brings slots of its own."""
        self._interchangeable_slots = [self.combine_slots((1 << quarter_count) - 1, present_classes)]
        quarter_pairs = combinations(range(quarter_count), 2)
        self._swappable_classes = {quarter_pair: [present_classes] for quarter_pair in quarter_pairs}
        self._covered_slots = 0
        for number_slots in shown_numbers:
            self.refine_parts(number_slots)

    def refine_parts(self, number_slots: int) -> Callable[[], None]:
        """Split the parts by a number that is shown; return what undoes it."""
        earlier_state = self._interchangeable_slots, self._swappable_classes, self._covered_slots
        self._covered_slots |= number_slots
        self._interchangeable_slots = _split_bit_sets(self._interchangeable_slots, number_slots)
        self._swappable_classes = {
            (quarter, later_quarter): self._split_classes(class_sets, number_slots, quarter, later_quarter)
            for (quarter, later_quarter), class_sets in self._swappable_classes.items()
        }

        def undo() -> None:
            self._interchangeable_slots, self._swappable_classes, self._covered_slots = earlier_state

        return undo

    def _split_classes(self, class_sets: list[int], number_slots: int, quarter: int, later_quarter: int) -> list[int]:
        """Split the classes that can swap between two quarters by a number."""
        earlier_classes = self._extract_classes(number_slots, quarter)
        later_classes = self._extract_classes(number_slots, later_quarter)
        # A number has the same classes in each of its quarters. With both quarters in it, or
        # neither, a swap between them leaves it as it is.
        if earlier_classes == later_classes:
            return class_sets
        return _split_bit_sets(class_sets, earlier_classes | later_classes)

    def _extract_classes(self, number_slots: int, quarter_index: int) -> int:
        """Return the classes that a number has in one quarter."""
        return number_slots >> quarter_index * self.quarter_width & (1 << self.quarter_width) - 1

    def generate_moves(self, added_slots: int, subtracted_slots: int) -> Iterator[CaseMove]:
        """Yield moves that change the difference and leave every shown number as it is.

        They let a case come or go in slots that no shown number covers, take a case from one
        interchangeable slot to another, or swap two classes between two quarters.
        """
        changing_slots = added_slots | subtracted_slots
        for alike_bits in self._interchangeable_slots:
            if not alike_bits & self._covered_slots:
                yield from (CaseMove(slot_bit, 0) for slot_bit in iterate_bits(alike_bits & changing_slots))
                yield from (CaseMove(0, slot_bit) for slot_bit in self._list_occupied(alike_bits & changing_slots))
        for alike_bits in self._interchangeable_slots:
            slot_sides = (alike_bits & added_slots, alike_bits & subtracted_slots, alike_bits & ~changing_slots)
            for side in (0, 1, 2):
                for leaving_side in (0, 1, 2):
                    # A transfer within one side leaves the difference as it is.
                    if side != leaving_side and slot_sides[side] and slot_sides[leaving_side] & self.occupied_slots:
                        yield from self._generate_transfers(slot_sides[side], slot_sides[leaving_side])
        yield from self._generate_swaps(added_slots, subtracted_slots)

    def _generate_transfers(self, arriving_slots: int, leaving_slots: int) -> Iterator[CaseMove]:
        """Yield a move for every pair of an arriving and a leaving slot."""
        for leaving_slot in self._list_occupied(leaving_slots):
            for slot in iterate_bits(arriving_slots):
                yield CaseMove(slot, leaving_slot)

    def _list_occupied(self, slot_bits: int) -> list[int]:
        """List the slots that have a case, those with the most first: they lead the furthest."""
        return sorted(iterate_bits(slot_bits & self.occupied_slots), key=lambda slot: -self.cases_by_slot[slot])

    def _generate_swaps(self, added_slots: int, subtracted_slots: int) -> Iterator[CaseMove]:
        """Yield moves by which one class goes to a later quarter and another comes back.

        The totals of both quarters, and of both classes, stay.
        """
        for (quarter, later_quarter), class_sets in self._swappable_classes.items():
            shift, later_shift = (quarter * self.quarter_width, later_quarter * self.quarter_width)
            for alike_bits in class_sets:
                for first_class in iterate_bits(alike_bits):
                    for second_class in iterate_bits(alike_bits & ~first_class):
                        swap_move = CaseMove(
                            first_class << shift | second_class << later_shift,
                            second_class << shift | first_class << later_shift,
                        )
                        # A case can only leave a slot that has one.
                        is_possible = not swap_move.leaving_slots & ~self.occupied_slots
                        if is_possible and swap_move.compute_change(added_slots, subtracted_slots):
                            yield swap_move


def _split_bit_sets(bit_sets: Iterable[int], splitting_bits: int) -> list[int]:
    """Split each set into its bits inside and outside `splitting_bits`, leaving out empty sets."""
    return [
        subset for bit_set in bit_sets for subset in (bit_set & splitting_bits, bit_set & ~splitting_bits) if subset
    ]


def iterate_bits(bit_set: int) -> Iterator[int]:
    """Yield the bits that are set, the lowest first, each as a power of two."""
    while bit_set:
        lowest_bit = bit_set & -bit_set
        yield lowest_bit
        bit_set ^= lowest_bit
