"""An attacker who reads a page and works out what is not on it, by integer programming.

He knows what every number means: which add up to which, and which cannot exceed which.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Sum = Mapping[Any, float]
"""Unknowns, each with how often it is added."""

MOST = 100_000


@dataclass
class Attacker:
    """What is known of some whole numbers, none of them below nought."""

    places: dict[Hashable, int] = field(default_factory=dict)
    rows: list[tuple[Sum, float, float]] = field(default_factory=list)

    def learns(self, what: Sum, least: float, most: float | None = None) -> None:
        """A sum is between two numbers, or is one."""
        for name in what:
            self.places.setdefault(name, len(self.places))
        self.rows.append((what, least, least if most is None else most))

    def learns_not_small(self, what: Sum) -> None:
        """A sum is none, or 6 or more."""
        any_at_all = ("any", tuple(what))
        self.learns({any_at_all: 1}, 0, 1)
        self.learns({**what, any_at_all: -6}, 0, np.inf)
        self.learns({**what, any_at_all: -MOST}, -np.inf, 0)

    def range_of(self, what: Sum) -> tuple[int, int]:
        """The least and the most that a sum can be, by all that is known."""
        return self._extreme(what, 1), -self._extreme(what, -1)

    def _extreme(self, what: Sum, sign: int) -> int:
        for name in what:
            self.places.setdefault(name, len(self.places))
        many = len(self.places)
        known = np.zeros((len(self.rows), many))
        for row, (each, _, _) in enumerate(self.rows):
            for name, times in each.items():
                known[row, self.places[name]] += times
        goal = np.zeros(many)
        for name, times in what.items():
            goal[self.places[name]] += sign * times
        found = milp(
            goal,
            integrality=np.ones(many),
            bounds=Bounds(0, MOST),
            constraints=[LinearConstraint(known, [one[1] for one in self.rows], [one[2] for one in self.rows])]
            if self.rows
            else [],
        )
        assert found.success, found.message
        return round(float(found.fun))
