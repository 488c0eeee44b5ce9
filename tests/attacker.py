"""An attacker who reads a page and works out what is not on it, by integer programming.

He knows what every number means: which add up to which, and which cannot exceed which.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

Sum = Mapping[Any, float]
"""Unknowns, each with how often it is added."""

MOST = 100_000


@dataclass
class Attacker:
    """What is known of some whole numbers, none of them below nought."""

    places: dict[Hashable, int] = field(default_factory=dict)
    rows: list[tuple[Sum, float, float]] = field(default_factory=list)
    matrix: tuple[tuple[int, int], LinearConstraint] | None = None

    def learns(self, number_sum: Sum, least: float, most: float | None = None) -> None:
        """A sum is between two numbers, or is one."""
        for name in number_sum:
            self.places.setdefault(name, len(self.places))
        self.rows.append((number_sum, least, least if most is None else most))

    def range_of(self, number_sum: Sum) -> tuple[int, int]:
        """The least and the most that a sum can be, by all that is known."""
        return self._extreme(number_sum, 1), -self._extreme(number_sum, -1)

    def _extreme(self, number_sum: Sum, sign: int) -> int:
        for name in number_sum:
            self.places.setdefault(name, len(self.places))
        goal = np.zeros(len(self.places))
        for name, times in number_sum.items():
            goal[self.places[name]] += sign * times
        solution = milp(
            goal,
            integrality=np.ones(len(self.places)),
            bounds=Bounds(0, MOST),
            constraints=[self._all_known()] if self.rows else [],
        )
        assert solution.success, solution.message
        return round(float(solution.fun))

    def _all_known(self) -> LinearConstraint:
        """All that is known as one matrix, made anew when more is learnt."""
        size = len(self.rows), len(self.places)
        if self.matrix is None or self.matrix[0] != size:
            cells = [
                (row, self.places[name], times)
                for row, (number_sum, _, _) in enumerate(self.rows)
                for name, times in number_sum.items()
            ]
            rows, columns, values = zip(*cells, strict=True)
            equations = coo_array((values, (rows, columns)), shape=size).tocsr()
            self.matrix = (
                size,
                LinearConstraint(equations, [row[1] for row in self.rows], [row[2] for row in self.rows]),
            )
        return self.matrix[1]
