"""Numbers in figures of three lines."""

from __future__ import annotations

from typing import Final

from kpitui.terminal.show import Line, Span
from kpitui.terminal.theme import Tone
from kpitui.words import MINUS

_FIGURES: Final = {
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
    MINUS: ("   ", "╺━╸", "   "),
    ",": (" ", " ", ","),
}


def figures(text: str, tone: Tone = "strong") -> tuple[Line, ...]:
    """Draw a text in large figures, or on one line if it is not a plain number."""
    # Values such as "just below 45.0%" and hidden ones have no large figures.
    if not text or any(sign not in _FIGURES for sign in text):
        return ((Span(text, tone),),)
    rows = (" ".join(_FIGURES[sign][row] for sign in text) for row in range(3))
    return tuple((Span(row, tone),) for row in rows)
