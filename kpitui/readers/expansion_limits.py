"""How much a packed file may become: what its bytes turn into is counted before it is believed."""

from __future__ import annotations

LARGEST_UNPACKED_BYTES = 1_000_000_000
# A table packs to a fifth or a twentieth of its size; a file made to harm, to a thousandth.
USUAL_UNPACKED_BYTES, LARGEST_RATIO = 200_000_000, 20


def limit_unpacked_bytes(packed_bytes: int) -> int:
    """Return how many bytes a packed file of this size may unpack to."""
    return min(LARGEST_UNPACKED_BYTES, max(USUAL_UNPACKED_BYTES, LARGEST_RATIO * packed_bytes))
