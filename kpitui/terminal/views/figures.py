"""A number in figures three lines high."""

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
    """Text in large figures; a text that is no plain number stays on one line."""
    if not text or any(sign not in _FIGURES for sign in text):
        return ((Span(text, tone),),)
    rows = (" ".join(_FIGURES[sign][row] for sign in text) for row in range(3))
    return tuple((Span(row, tone),) for row in rows)
