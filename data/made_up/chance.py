"""Chance that falls the same way every time and everywhere."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from made_up.dates import is_working_day

SEED = "kpitui sample 2019-03-25"

T = TypeVar("T")


class Dice:
    """Draws of one family of tables; each family has its own, so that one can change alone.

    Everything is made from `random()`, the only method whose numbers Python promises to keep.
    """

    def __init__(self, name: str) -> None:
        self._random = random.Random(f"{SEED}: {name}")

    def happens(self, share: float) -> bool:
        """True in this share of draws."""
        return self._random.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one_of(self, items: Sequence[T]) -> T:
        return items[self.number(0, len(items) - 1)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, each as often as its weight says."""
        left = self._random.random() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return list(weights)[-1]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        rest = list(items)
        return [rest.pop(self.number(0, len(rest) - 1)) for _ in range(len(rest))]

    def day(self, first: date, last: date) -> date:
        """Any day from `first` to `last`, both included."""
        return first + timedelta(days=self.number(0, (last - first).days))

    def working_day(self, first: date, last: date) -> date:
        """A working day from `first` to `last`, which must have one between them."""
        day = self.day(first, last)
        while not is_working_day(day):
            day = self.day(first, last)
        return day
