"""Breaks words that no column is wide enough for, which would be cut off at its end."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

MAX_WORD_CHARACTERS: Final = 24
WORD_PART_CHARACTERS: Final = 12
BREAK_OPPORTUNITY: Final = "\N{ZERO WIDTH SPACE}"
"""Invisible; a line may end after it."""
_LONG_WORD: Final = re.compile(rf"\S{{{MAX_WORD_CHARACTERS + 1},}}")


def break_long_words(text: str) -> str:
    """Return a text in which a line may end inside words of more than MAX_WORD_CHARACTERS."""
    return _LONG_WORD.sub(lambda match: _break_word(match[0]), text)


def _break_word(word: str) -> str:
    parts = [""]
    for character in word:
        # A mark stays with its letter.
        if len(parts[-1]) >= WORD_PART_CHARACTERS and not category(character).startswith("M"):
            parts.append("")
        parts[-1] += character
    return BREAK_OPPORTUNITY.join(parts)
