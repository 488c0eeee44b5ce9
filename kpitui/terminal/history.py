"""The views that were looked at, to go back and forward among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST: Final = 200


@dataclass(slots=True)
class History:
    """Addresses in the order in which they were looked at, and which of them one is at."""

    visited: list[str] = field(default_factory=list)
    at: int = -1

    def visit(self, address: str) -> None:
        """Look at a view: what could be gone forward to from the one before is forgotten."""
        if self.visited and self.visited[self.at] == address:
            return
        self.visited = [*self.visited[: self.at + 1], address][-MOST:]
        self.at = len(self.visited) - 1

    def recent(self, most: int) -> tuple[str, ...]:
        """The views looked at last, other than where one is, the latest first and each once."""
        here = self.visited[self.at] if self.visited else ""
        others = dict.fromkeys(one for one in reversed(self.visited) if one != here)
        return tuple(others)[:most]

    def step(self, by: int) -> str | None:
        """Go back (-1) or forward (1): the address that is there, if one is."""
        if not 0 <= self.at + by < len(self.visited):
            return None
        self.at += by
        return self.visited[self.at]
