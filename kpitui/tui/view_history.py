"""The views looked at so far, to go back and forward among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MAX_ADDRESSES: Final = 200


@dataclass(slots=True)
class ViewHistory:
    """Addresses in the order of looking, and the position of the present one."""

    addresses: list[str] = field(default_factory=list)
    position: int = -1
    _view_texts: dict[str, str] = field(default_factory=dict)  # by address: what stays as rows are arranged

    def record_address(self, address_text: str, view_text: str = "") -> None:
        """Record an address as looked at; what lay forward of the present position is dropped.

        With the same `view_text` as the present one, the address takes its place.
        """
        # Redrawing a screen records it again.
        if self.addresses and self.addresses[self.position] == address_text:
            return
        self._view_texts[address_text] = view_text
        if view_text and self.addresses and view_text == self._view_texts.get(self.addresses[self.position]):
            self.addresses[self.position] = address_text
            return
        self.addresses = [*self.addresses[: self.position + 1], address_text][-MAX_ADDRESSES:]
        self.position = len(self.addresses) - 1

    def list_recent_addresses(self, limit: int) -> tuple[str, ...]:
        """Return the addresses looked at before the present one, the latest first, each once."""
        address = self.addresses[self.position] if self.addresses else ""
        addresses = dict.fromkeys(text for text in reversed(self.addresses) if text != address)
        return tuple(addresses)[:limit]

    def step_position(self, step_count: int) -> str | None:
        """Go back (-1) or forward (1) and return the address there, or None at either end."""
        if not 0 <= self.position + step_count < len(self.addresses):
            return None
        self.position += step_count
        return self.addresses[self.position]
