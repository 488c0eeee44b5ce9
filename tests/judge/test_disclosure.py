"""Which numbers are shown: leaks worked by hand, and an attacker against tables made at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitui.disclosure.ledger import DisclosureLedger, PublishableNumber, is_small_count
from tests.attacker import Attacker, Sum

# Cases that count by every definition; by the wider one alone; among whom they are; left out.
BOTH, WIDER, REST, LEFT = 1, 2, 4, 8
COUNTED, ALSO, ALL = BOTH, BOTH | WIDER, BOTH | WIDER | REST
GROUPS = (COUNTED, ALL, ALL & ~COUNTED, ALSO, ALL & ~ALSO, LEFT)
Counts = Mapping[int, int]


@dataclass
class Page:
    """A year's quarters, and the numbers on its page: of the quarters, so far, and of a variant."""

    quarters: Sequence[Counts]
    year_to_date: bool = False  # the main number is of the year so far

    def __post_init__(self) -> None:
        self.ledger = DisclosureLedger(GROUPS)
        self.asked: dict[tuple[int, int], None] = {}
        for place, counts in enumerate(self.quarters):
            this, so_far = 1 << place, (2 << place) - 1
            first, then = (so_far, this) if self.year_to_date else (this, so_far)
            cells = [
                PublishableNumber(quarter_set, group)
                for quarter_set, groups in ((first, (ALL, COUNTED)), (then, (ALL, COUNTED)),
                                     (first, (ALSO, LEFT)))
                for group in groups
            ]  # fmt: skip
            hints = [
                PublishableNumber(quarter_set, COUNTED, is_hint=True) for quarter_set in dict.fromkeys((first, then))
            ]
            self.ledger.add_quarter(counts, [*cells[:4], *hints, *cells[4:]])
            self.asked |= dict.fromkeys((cell.quarter_bits, cell.class_bits) for cell in cells)

    def value(self, quarters: int, classes: int) -> int:
        return sum(
            number
            for place, counts in enumerate(self.quarters)
            for part_name, number in counts.items()
            if quarters >> place & 1 and part_name & classes
        )

    def shows(self, quarters: int, classes: int) -> bool:
        return self.ledger.is_shown(quarters, classes)

    def tells(self, quarters: int, classes: int) -> bool:
        return self.ledger.is_told_small(quarters, classes)

    def watched(self) -> Iterator[tuple[int, int]]:
        """Every small number in some quarters: of a group, or of one beside another."""
        differences = (WIDER, ALL & ~ALSO)
        for quarters in range(1, 1 << len(self.quarters)):
            for classes in dict.fromkeys((*GROUPS, *differences)):
                if is_small_count(self.value(quarters, classes)):
                    yield quarters, classes

    def attacker(self) -> Attacker:
        """He sees what is shown, and of some of what is hidden that it is small."""
        attacker = Attacker()
        for quarters, classes in self.asked:
            number_sum = self.sum(quarters, classes)
            if self.shows(quarters, classes):
                attacker.learns(number_sum, self.value(quarters, classes))
            elif self.ledger.is_told_small(quarters, classes):
                attacker.learns(number_sum, 1, 5)
        return attacker

    def sum(self, quarters: int, classes: int) -> Sum:
        return {
            (place, part_class): 1
            for place in range(len(self.quarters))
            for part_class in (BOTH, WIDER, REST, LEFT)
            if quarters >> place & 1 and part_class & classes
        }


def quarter(both_count: int, rest_count: int, wider: int = 0, left_count: int = 0) -> Counts:
    return {BOTH: both_count, WIDER: wider, REST: rest_count, LEFT: left_count}


def test_a_number_from_1_to_5_is_hidden_and_those_beside_it_are_not() -> None:
    for number in range(8):
        page = Page([quarter(number, 30)])
        assert page.shows(1, COUNTED) == (number not in (1, 2, 3, 4, 5))
        assert page.shows(1, ALL)


def test_a_small_complement_hides_the_numerator() -> None:
    page = Page([quarter(40, 3)])
    assert page.shows(1, ALL)
    assert not page.shows(1, COUNTED)


def test_where_nobody_is_missing_nothing_is_hidden() -> None:
    page = Page([quarter(40, 0)])
    assert page.shows(1, ALL)
    assert page.shows(1, COUNTED)


def test_the_year_so_far_less_its_quarters_gives_nothing_away() -> None:
    page = Page([quarter(8, 30), quarter(3, 30), quarter(9, 30)])
    shown_sums = [page.shows(quarter_set, COUNTED) for quarter_set in (0b001, 0b010, 0b100, 0b011, 0b111)]
    assert shown_sums == [True, False, True, False, False]
    assert page.shows(0b111, ALL)


def test_small_quarters_may_be_added_up_where_no_one_of_them_follows() -> None:
    page = Page([quarter(2, 30), quarter(4, 30), quarter(3, 30), quarter(3, 30)])
    assert not any(page.shows(1 << place, COUNTED) for place in range(4))
    assert page.shows(0b011, COUNTED)
    assert not page.shows(0b111, COUNTED)  # less the two before it: 3
    assert page.shows(0b1111, COUNTED)


@pytest.mark.parametrize(("first_number", "second_number"), [(1, 1), (5, 5)])
def test_a_sum_that_only_two_small_numbers_make_is_hidden(first_number: int, second_number: int) -> None:
    page = Page([quarter(first_number, 30), quarter(second_number, 30)])
    assert not page.shows(0b11, COUNTED)


def test_the_difference_between_two_years_to_date_is_a_quarter() -> None:
    page = Page([quarter(9, 30), quarter(3, 40), quarter(2, 30)], year_to_date=True)
    assert [page.shows((2 << place) - 1, COUNTED) for place in range(3)] == [True, False, False]


def test_what_a_variant_has_over_the_number_is_hidden() -> None:
    page = Page([quarter(8, 30, wider=2)])
    assert page.shows(1, COUNTED)
    assert not page.shows(1, ALSO)
    assert Page([quarter(8, 30, wider=7)]).shows(1, ALSO)


def test_a_small_number_may_have_a_variant_that_is_shown() -> None:
    page = Page([quarter(4, 30, wider=7)])
    assert not page.shows(1, COUNTED)
    assert page.shows(1, ALSO)


def test_the_rest_of_a_breakdown_is_not_small() -> None:
    ledger = DisclosureLedger([1, 2, 4, 7])
    ledger.add_quarter(
        {1: 20, 2: 8, 4: 3},
        [PublishableNumber(1, 7)] + [PublishableNumber(1, part_class, breakdown_classes=7) for part_class in (1, 2, 4)],
    )
    assert [ledger.is_shown(1, part_class) for part_class in (1, 2, 4)] == [True, False, False]


def test_the_difference_of_numbers_beside_each_other_is_watched() -> None:
    for second_number, is_shown in ((44, False), (50, True), (40, True)):
        ledger = DisclosureLedger([1, 2], group_pairs=[(1, 2)])
        ledger.add_quarter({1: 40, 2: second_number}, [PublishableNumber(1, 1), PublishableNumber(1, 2)])
        assert ledger.is_shown(1, 1)
        assert ledger.is_shown(1, 2) == is_shown


def test_what_was_shown_when_a_quarter_ended_is_shown_ever_after() -> None:
    for numbers in product((0, 3, 8), repeat=4):
        quarters = [quarter(number, 20, wider=number // 2, left_count=number) for number in numbers]
        page = Page(quarters)
        for quarter_count in (1, 2, 3):
            part = Page(quarters[:quarter_count])
            assert {question: part.shows(*question) for question in part.asked} == {
                question: page.shows(*question) for question in part.asked
            }


FEW = st.integers(0, 9)
QUARTER = st.builds(quarter, FEW, FEW, FEW, FEW)


@given(st.lists(QUARTER, min_size=1, max_size=4), st.booleans())
@settings(max_examples=20, deadline=None)
def test_an_attacker_cannot_work_out_a_small_number(quarters: list[Counts], year_to_date: bool) -> None:
    page = Page(quarters, year_to_date)
    attacker = page.attacker()
    narrow = {}
    for quarters_of, classes in page.watched():
        least, most = attacker.range_of(page.sum(quarters_of, classes))
        if min(most, 6) - least < 4:
            narrow[quarters_of, classes] = least, most
    assert narrow == {}


@given(
    st.lists(QUARTER, min_size=1, max_size=3), st.booleans(), st.integers(0, 2), st.sampled_from([COUNTED, LEFT, ALL])
)
@settings(max_examples=15, deadline=None)
def test_beside_a_release_he_works_out_what_it_is_said_to_give_away_and_no_more(
    quarters: list[Counts], year_to_date: bool, place: int, released: int
) -> None:
    page = Page(quarters, year_to_date)
    shown_before = {part_class for part_class in page.asked if page.shows(*part_class)}
    quarter_bit = 1 << min(place, len(quarters) - 1)
    page.ledger.release_numbers([(quarter_bit, released)])
    assert shown_before <= {part_class for part_class in page.asked if page.shows(*part_class)}
    attacker = page.attacker()
    attacker.learns(page.sum(quarter_bit, released), page.value(quarter_bit, released))
    given_away = {page.ledger.split_slots(slots) for slots, less in page.ledger.given_away if not less}
    present = page.ledger.present_classes
    narrow = []
    for quarters_of, classes in page.watched():
        least, most = attacker.range_of(page.sum(quarters_of, classes))
        if min(most, 6) - least < 4 and (quarters_of, classes & present) not in given_away:
            narrow.append((quarters_of, classes))
    assert narrow == []


def test_a_release_shows_a_small_number_and_tells_what_follows() -> None:
    page = Page([quarter(3, 20)])
    assert (page.shows(1, COUNTED), page.shows(1, ALL)) == (False, True)
    page.ledger.release_numbers([(1, COUNTED)])
    assert page.shows(1, COUNTED)
    assert [page.ledger.split_slots(slots) for slots, _ in page.ledger.given_away] == [(1, BOTH)]
    # The wider number is 3 as well: nobody was told that no case is in it alone.
    assert not page.shows(1, ALSO) or page.value(1, ALSO) == 3


def test_what_comes_after_a_release_takes_it_as_known() -> None:
    page = Page([quarter(3, 20)])
    page.ledger.release_numbers([(1, COUNTED)])
    page.ledger.add_quarter(quarter(4, 20), [PublishableNumber(0b11, ALL), PublishableNumber(0b11, COUNTED)])
    # 7 in the half year less the 3 that were released would be the 4 of the second quarter.
    assert page.shows(0b11, ALL)
    assert not page.shows(0b11, COUNTED)


def test_two_cases_change_places_with_two_others_in_as_many_numbers() -> None:
    """Both totals, and the total of two of four classes, leave one free exchange of cases."""
    ledger = DisclosureLedger([1, 1 | 2, 1 | 4, 1 | 2 | 4 | 8])
    ledger.add_quarter(
        {1: 3, 2: 20, 4: 20, 8: 20}, [PublishableNumber(1, bits) for bits in (1 | 2 | 4 | 8, 1 | 2, 1 | 4)]
    )
    assert [ledger.is_shown(1, bits) for bits in (1 | 2 | 4 | 8, 1 | 2, 1 | 4, 1)] == [True, True, True, False]


def test_one_who_hides_only_small_numbers_is_found_out() -> None:
    """The attacker does work: primary suppression alone does not stop him."""
    page = Page([quarter(8, 30), quarter(3, 30)])
    attacker = page.attacker()
    attacker.learns(page.sum(0b11, COUNTED), page.value(0b11, COUNTED))
    assert attacker.range_of(page.sum(0b10, COUNTED)) == (3, 3)


def test_every_small_table_has_others_that_print_the_same_page() -> None:
    """All tables of two quarters, without a solver: each small number has five values among them."""
    tables = list(product(range(12), repeat=4))
    cells = [(quarter_set, part_class) for quarter_set in (0b01, 0b10, 0b11) for part_class in (ALL, COUNTED)]
    values = {table: [_value(table, *cell) for cell in cells] for table in tables}
    by_pattern: dict[tuple[str, ...], dict[object, list[tuple[int, ...]]]] = {}
    narrow = []
    for table_values in product(range(7), repeat=4):
        page = Page([quarter(*table_values[:2]), quarter(*table_values[2:])])
        pattern = tuple("shown" if page.shows(*cell) else "told" if page.tells(*cell) else "" for cell in cells)
        if pattern not in by_pattern:
            alike = by_pattern.setdefault(pattern, {})
            for other_table in tables:
                alike.setdefault(_seen(values[other_table], pattern), []).append(other_table)
        alike_tables = by_pattern[pattern][_seen(values[table_values], pattern)]
        narrow += [
            (table_values, watched)
            for watched in page.watched()
            if len({value for table in alike_tables if (value := _value(table, *watched)) <= 6}) < 5
        ]
    assert narrow == []


def _value(table: Sequence[int], quarters: int, classes: int) -> int:
    """The cases of two quarters, each with those that count and the rest."""
    return sum(
        table[2 * place + index]
        for place in range(2)
        for index, part_class in enumerate((BOTH, REST))
        if quarters >> place & 1 and part_class & classes
    )


def _seen(values: Sequence[int], pattern: Sequence[str]) -> tuple[int | bool, ...]:
    return tuple(
        value if flag == "shown" else is_small_count(value) if flag == "told" else True
        for value, flag in zip(values, pattern, strict=True)
    )
