"""The views looked at so far, to go back and forward among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST: Final = 200


@dataclass(slots=True)
class History:
    """Addresses in the order of looking, and the position of the present one."""

    visited: list[str] = field(default_factory=list)
    at: int = -1

    def visit(self, address: str) -> None:
        """Record an address as looked at; what lay forward of the present position is dropped."""
        # Redrawing a screen records it again.
        if self.visited and self.visited[self.at] == address:
            return
        self.visited = [*self.visited[: self.at + 1], address][-MOST:]
        self.at = len(self.visited) - 1

    def recent(self, most: int) -> tuple[str, ...]:
        """Return the addresses looked at before the present one, the latest first, each once."""
        here = self.visited[self.at] if self.visited else ""
        others = dict.fromkeys(one for one in reversed(self.visited) if one != here)
        return tuple(others)[:most]

    def step(self, by: int) -> str | None:
        """Go back (-1) or forward (1) and return the address there, or None at either end."""
        if not 0 <= self.at + by < len(self.visited):
            return None
        self.at += by
        return self.visited[self.at]
