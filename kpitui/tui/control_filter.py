"""Filters on every drawn line: they remove or replace what must not reach the terminal."""

# ruff: noqa: RUF001 - look-alikes are what this module replaces

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from kpitui.text import clean_text
from kpitui.wording import RAG_ASCII_SHAPES, RAG_SHAPES

_ASCII_PAIRS: Final = (
    ("▁▂▃▄▅▆▇█", "__.--=##"), ("─━┄┈╺╸", "-==.--"), ("│┃┊▌╹╻", "||:|''"),
    ("┌┐└┘├┤┬┴┼", "+++++++++"), ("┏┓┗┛┣┫┳┻╋", "+++++++++"),
    ("○▴▾›…", "x^v>~"), ("–—−×→←↑↓", "---x><^v"), ("‘’“”†", "''\"\"+"), ("\ufffd°½£", "?o~L"),
)  # fmt: skip
_ASCII_TABLE: Final = {
    ord(original): replacement
    for originals, replacements in _ASCII_PAIRS
    for original, replacement in zip(originals, replacements, strict=True)
} | {ord(RAG_SHAPES[rag]): RAG_ASCII_SHAPES[rag] for rag in RAG_SHAPES}
_BRAILLE_PATTERN: Final = re.compile("[\u2800-\u28ff]")


class ControlFilter(LineFilter):
    """Drops or replaces what may not pass in every segment that is not itself a control."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(_drop_unprintable(segment.text), segment.style)
            for segment in segments
        ]


def _drop_unprintable(drawn_text: str) -> str:
    # What takes no cell goes, so that the line keeps its width.
    return clean_text("".join(character for character in drawn_text if cell_len(character)))


class AsciiFilter(LineFilter):
    """Replaces block, box and braille characters with ASCII, for `--ascii`."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.control or segment.text.isascii() else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]


def to_ascii(drawn_text: str) -> str:
    """Return the text, cell for cell, without block, box or braille characters."""
    # Always one character for one, so that columns stay aligned.
    return _BRAILLE_PATTERN.sub(_reduce_braille, drawn_text.translate(_ASCII_TABLE))


def _reduce_braille(braille_match: re.Match[str]) -> str:
    # A braille character's offset from U+2800 is a bit for each dot: 1, 2, 4, 5 are the upper ones.
    """Choose the ASCII sign with the same height as the dots of a braille character."""
    dot_bits = ord(braille_match.group()) - 0x2800
    upper_dots, lower_dots = dot_bits & 0b00011011, dot_bits & 0b11100100
    if not dot_bits:
        return " "
    return ":" if upper_dots and lower_dots else "'" if upper_dots else "."
