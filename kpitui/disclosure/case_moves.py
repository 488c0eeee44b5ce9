"""Changes to a table of cases that leave everything shown as it is, for the ladders of small numbers.

The slots are partitioned by the numbers shown: slots of one part are in the same numbers, so that a
case may go from one to another, and two cases may change places with two of other parts where these
are together in the same numbers. PROOF.md says why each kind of move is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, islice, permutations, product
from operator import or_


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


@dataclass(frozen=True, slots=True)
class SlotPart:
    """Slots that are in the same shown numbers; `signature` has a bit for each of these."""

    slots: int
    signature: int


_NO_SLOTS = SlotPart(0, 0)
_PartPair = tuple[SlotPart, SlotPart]
MAX_EXCHANGES = 20_000
"""How many exchanges one search looks at: with more, a number may be hidden that could be shown."""


@dataclass(slots=True)
class MoveSearch:
    """Finds moves between the slots of some quarters; each number that is shown leaves fewer of them.

    A slot is a class in a quarter: the bit of the class, `quarter_width` bits further for each quarter.
    """

    quarter_width: int
    cases_by_slot: Mapping[int, int]
    occupied_slots: int = 0  # slots with a case
    _parts: Sequence[SlotPart] = ()
    _number_count: int = 0
    _balanced_pairs: list[list[_PartPair]] | None = None  # worked out when first asked for

    def combine_slots(self, quarter_bits: int, class_bits: int) -> int:
        """Return the slots of some classes in each of some quarters."""
        indexes = (index for index in range(quarter_bits.bit_length()) if quarter_bits >> index & 1)
        return sum(class_bits << quarter_index * self.quarter_width for quarter_index in indexes)

    def partition_slots(self, quarter_count: int, present_classes: int, shown_numbers: Iterable[int]) -> None:
        """Partition the slots of so many quarters afresh: a new quarter brings slots of its own."""
        self._parts = [SlotPart(self.combine_slots((1 << quarter_count) - 1, present_classes), 0)]
        self._number_count = 0
        for number_slots in shown_numbers:
            self.refine_parts(number_slots)

    def refine_parts(self, number_slots: int) -> Callable[[], None]:
        """Split the parts by a number that is shown; return what undoes it."""
        earlier_state = self._parts, self._number_count, self._balanced_pairs
        number_bit = 1 << self._number_count
        split_parts = (
            part
            for whole in self._parts
            for part in (
                SlotPart(whole.slots & number_slots, whole.signature | number_bit),
                SlotPart(whole.slots & ~number_slots, whole.signature),
            )
        )
        self._parts = [part for part in split_parts if part.slots]
        self._number_count += 1
        self._balanced_pairs = None

        def undo() -> None:
            self._parts, self._number_count, self._balanced_pairs = earlier_state

        return undo

    def generate_moves(self, added_slots: int, subtracted_slots: int) -> Iterator[CaseMove]:
        """Yield moves that change the difference and leave every shown number as it is.

        They let a case come or go in slots that no shown number covers, take a case from one
        slot to another of its part, or exchange cases of parts that are in as many shown numbers.
        """
        changing_slots = added_slots | subtracted_slots
        for part in self._parts:
            if not part.signature:
                yield from (CaseMove(slot_bit, 0) for slot_bit in iterate_bits(part.slots & changing_slots))
                yield from (CaseMove(0, slot_bit) for slot_bit in self._list_occupied(part.slots & changing_slots))
        for part in self._parts:
            slot_sides = (part.slots & added_slots, part.slots & subtracted_slots, part.slots & ~changing_slots)
            for side in (0, 1, 2):
                for leaving_side in (0, 1, 2):
                    # A transfer within one side leaves the difference as it is.
                    if side != leaving_side and slot_sides[side] and slot_sides[leaving_side] & self.occupied_slots:
                        yield from self._generate_transfers(slot_sides[side], slot_sides[leaving_side])
        yield from islice(self._generate_exchanges(added_slots, subtracted_slots), MAX_EXCHANGES)

    def _generate_transfers(self, arriving_slots: int, leaving_slots: int) -> Iterator[CaseMove]:
        """Yield a move for every pair of an arriving and a leaving slot."""
        for leaving_slot in self._list_occupied(leaving_slots):
            for slot in iterate_bits(arriving_slots):
                yield CaseMove(slot, leaving_slot)

    def _list_occupied(self, slot_bits: int) -> list[int]:
        """List the slots that have a case, those with the most first: they lead the furthest."""
        return sorted(iterate_bits(slot_bits & self.occupied_slots), key=lambda slot: -self.cases_by_slot[slot])

    def _generate_exchanges(self, added_slots: int, subtracted_slots: int) -> Iterator[CaseMove]:
        """Yield moves by which cases come in one pair of parts and go in another.

        Together the two pairs are in the same shown numbers, equally often, so each number stays.
        """
        changing_slots = added_slots | subtracted_slots
        for part_pairs in self._balance_pairs():
            for arriving_pair, leaving_pair in permutations(part_pairs, 2):
                slots = reduce(or_, (part.slots for part in (*arriving_pair, *leaving_pair)))
                if not slots & changing_slots:
                    continue
                arriving_choices = [self._choose_slots(part, added_slots, subtracted_slots) for part in arriving_pair]
                leaving_choices = [
                    self._choose_slots(SlotPart(part.slots & self.occupied_slots, 0), added_slots, subtracted_slots)
                    if part.slots
                    else [0]
                    for part in leaving_pair
                ]
                for first, second, leaving, other_leaving in product(*arriving_choices, *leaving_choices):
                    exchange = CaseMove(first | second, leaving | other_leaving)
                    if exchange.compute_change(added_slots, subtracted_slots):
                        yield exchange

    def _choose_slots(self, part: SlotPart, added_slots: int, subtracted_slots: int) -> list[int]:
        """Choose a slot of a part that raises the difference, one that lowers it, and one that does neither."""
        if not part.slots:
            return [0] if part is _NO_SLOTS else []
        changing_slots = added_slots | subtracted_slots
        sides = (part.slots & added_slots, part.slots & subtracted_slots, part.slots & ~changing_slots)
        return [max(iterate_bits(side), key=lambda slot: self.cases_by_slot.get(slot, 0)) for side in sides if side]

    def _balance_pairs(self) -> list[list[_PartPair]]:
        """Return the pairs of parts that are together in the same numbers, equally often."""
        if self._balanced_pairs is None:
            pairs_by_sum: dict[tuple[int, int], list[_PartPair]] = {}
            for first, second in combinations([*self._parts, _NO_SLOTS], 2):
                # Of two bits, both and either tell the sum: 2, 1 or 0.
                signature_sum = first.signature & second.signature, first.signature | second.signature
                pairs_by_sum.setdefault(signature_sum, []).append((first, second))
            self._balanced_pairs = [pairs for pairs in pairs_by_sum.values() if pairs[1:]]
        return self._balanced_pairs


def iterate_bits(bit_set: int) -> Iterator[int]:
    """Yield the bits that are set, the lowest first, each as a power of two."""
    while bit_set:
        lowest_bit = bit_set & -bit_set
        yield lowest_bit
        bit_set ^= lowest_bit
