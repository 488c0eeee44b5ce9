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

    def learns(self, what: Sum, least: float, most: float | None = None) -> None:
        """A sum is between two numbers, or is one."""
        for name in what:
            self.places.setdefault(name, len(self.places))
        self.rows.append((what, least, least if most is None else most))

    def range_of(self, what: Sum) -> tuple[int, int]:
        """The least and the most that a sum can be, by all that is known."""
        return self._extreme(what, 1), -self._extreme(what, -1)

    def _extreme(self, what: Sum, sign: int) -> int:
        for name in what:
            self.places.setdefault(name, len(self.places))
        goal = np.zeros(len(self.places))
        for name, times in what.items():
            goal[self.places[name]] += sign * times
        found = milp(
            goal,
            integrality=np.ones(len(self.places)),
            bounds=Bounds(0, MOST),
            constraints=[self._all_known()] if self.rows else [],
        )
        assert found.success, found.message
        return round(float(found.fun))

    def _all_known(self) -> LinearConstraint:
        """All that is known as one matrix, made anew when more is learnt."""
        size = len(self.rows), len(self.places)
        if self.matrix is None or self.matrix[0] != size:
            cells = [
                (row, self.places[name], times)
                for row, (what, _, _) in enumerate(self.rows)
                for name, times in what.items()
            ]
            rows, columns, values = zip(*cells, strict=True)
            known = coo_array((values, (rows, columns)), shape=size).tocsr()
            self.matrix = size, LinearConstraint(known, [one[1] for one in self.rows], [one[2] for one in self.rows])
        return self.matrix[1]
