"""All public pages of small councils at once, attacked by an integer program; more by hand.

`python -m benchmarks.public_attack 0 100` attacks a hundred councils.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kpitui.council import open_council
from kpitui.disclosure.ledger import is_small_count
from tests.public_attack import Pages, attack_everything, narrowed_down, read_pages, stocks_and_flows
from tests.small_councils import write_small_council

SEEDS = (2, 5)


@pytest.fixture(scope="module", params=SEEDS)
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder: Path = tmp_path_factory.mktemp("council") / str(request.param)
    return read_pages(open_council(write_small_council(folder, request.param)))


def test_stocks_and_flows_of_the_council_add_up(pages: Pages) -> None:
    """The attacker is told what is true."""
    checked = 0
    for terms, least, most in stocks_and_flows():
        values = [(times, pages.real.get((name, (quarter,)))) for (name, quarter), times in terms.items()]
        if any(value is None for _, value in values):
            continue  # not on these pages: plans that ended are on those of the second council alone
        checked += 1
        assert least <= sum(times * value for times, value in values if value is not None) <= most
    assert checked >= 3


def test_every_small_number_may_be_one_of_five(pages: Pages) -> None:
    assert sum(1 for _ in pages.small()) > 100
    assert narrowed_down(pages, attack_everything(pages)) == {}


def test_he_would_find_numbers_if_all_that_are_not_small_were_shown(pages: Pages) -> None:
    """Stocks and flows alone give numbers away: the attack does work."""
    shown_numbers = {where: None if is_small_count(number) else number for where, number in pages.real.items()}
    naive = Pages(shown_numbers, pages.real)
    attacker = attack_everything(naive)
    ranges = (attacker.range_of(number_sum) for _, _, number_sum in naive.small())
    assert any(least == most for least, most in ranges)
