"""Numbers in figures of three lines."""

from __future__ import annotations

from typing import Final

from kpitui.tui.styled_text import StyledLine, StyledSpan
from kpitui.tui.theme import Tone
from kpitui.wording import MINUS_SIGN

_BIG_GLYPHS: Final = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": ("╺┓ ", " ┃ ", "╺┻╸"),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    ".": (" ", " ", "."),
    "%": ("   ", "   ", "%  "),
    MINUS_SIGN: ("   ", "╺━╸", "   "),
    ",": (" ", " ", ","),
}


def draw_big_figures(figure_text: str, tone: Tone = "strong") -> tuple[StyledLine, ...]:
    """Draw a text in large figures, or on one line if it is not a plain number."""
    # Values such as "just below 45.0%" and hidden ones have no large figures.
    if not figure_text or any(character not in _BIG_GLYPHS for character in figure_text):
        return ((StyledSpan(figure_text, tone),),)
    figure_rows = (" ".join(_BIG_GLYPHS[character][row] for character in figure_text) for row in range(3))
    return tuple((StyledSpan(text, tone),) for text in figure_rows)
