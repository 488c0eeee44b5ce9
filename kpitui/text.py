"""Clean text, where it is read and once more on its way out, by what may pass.

Letters, marks, numbers, punctuation, symbols and the plain space pass. Control characters would
reach the terminal through any widget, and invisible ones can reverse the text that is shown: each
is replaced by U+FFFD and, in a table, counted for an issue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"

# The rule of `clean_text` for polars: its regular expressions know Unicode's categories. Other
# spaces than the plain one stay in a table, and become plain on the way out.
HOSTILE_CHARACTERS = r"[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]"


def clean_text(text: str) -> str:
    """Return the text on one line with every hostile character replaced, at the same length.

    Spaces that are wide, narrow or do not break become plain ones.
    """
    # Python calls a character printable exactly if it is in one of the categories that may pass.
    return text if text.isprintable() else "".join(map(_clean_character, text))


def clean_lines(text: str) -> str:
    """Return a text of several lines, each cleaned."""
    return "\n".join(map(clean_text, text.replace("\r\n", "\n").split("\n")))


def count_hostile_characters(text: str) -> int:
    """Count the hostile characters in a text."""
    return sum(map(_is_hostile, text))


def _clean_character(character: str) -> str:
    if _is_hostile(character):
        return REPLACEMENT_CHARACTER
    return character if character.isprintable() else " "


def _is_hostile(character: str) -> bool:
    return not character.isprintable() and unicodedata.category(character) != "Zs"


# Of names with a wrong letter 97 in 100 are this much like the right one, of unrelated names 2. One
# letter of three is a third of a name.
NAME_LIKENESS, SHORT_NAME_LIKENESS, SHORT_NAME = 0.75, 0.66, 3


def find_nearest_name(name: str, candidate_names: Iterable[str]) -> str | None:
    """Find the candidate most like `name`, or None if none is at all like it."""
    # Capitals are compared away, so that vp7 is close to VP7.
    names_by_folded = {candidate_name.casefold(): candidate_name for candidate_name in candidate_names}
    likeness = SHORT_NAME_LIKENESS if len(name) <= SHORT_NAME else NAME_LIKENESS
    close_names = get_close_matches(name.casefold(), names_by_folded, n=1, cutoff=likeness)
    return names_by_folded[close_names[0]] if close_names else None


def format_name_hint(name: str, candidate_names: Iterable[str]) -> str:
    """Format `` - did you mean NAME?`` for the nearest candidate, or an empty text."""
    nearest_name = find_nearest_name(name, candidate_names)
    return f" - did you mean {nearest_name}?" if nearest_name else ""


def format_install_command(extra_name: str) -> str:
    """Format the command that adds an extra of `pyproject.toml`, to be run in the clone."""
    # Never by the package's name: nobody here owns that name in a public index.
    return f".venv/bin/pip install '.[{extra_name}]'"


# What councils add to a heading: footnotes, the form of the cells, and whether they must be filled.
_HEADING_NOTES = re.compile(
    r"\[note[^\]]*\]|\[[0-9, ]+\]|\(note[^)]*\)|\((?:dd|yyyy|mm)[-/. ][a-z/. -]+\)|\(y(?:es)?[ /]+no?\)"
)


# Thousands of files have few headings among them.
@lru_cache(maxsize=10_000)
def fold_heading(heading: str) -> str:
    """Fold a heading for comparison: small letters and digits, without notes such as `(dd/mm/yyyy)`.

    `Date of Birth (dd/mm/yyyy)*`, `date_of_birth` and `Date Of Birth [note 2]` are then one.
    """
    return re.sub(r"[^\w\ufffd]+|[_\u00b2\u00b3\u00b9\u2070-\u2079]", "", _HEADING_NOTES.sub("", heading.lower()))


# A published file repeats a few hundred names in all of its rows.
@lru_cache(maxsize=10_000)
def normalise_area_name(area_name: str) -> str:
    """Normalise the name of a council or region for comparison, since files write it in many ways.

    Lower case, "and" for "&", and without what some files omit: "Bristol, City of" is "bristol".
    """
    name = area_name.lower().replace("&", " and ").replace(", city of", "").replace(", county of", "")
    short_name = name.strip().removeprefix("county ").removesuffix(" borough")
    return re.sub(r"[^a-z0-9]+", " ", short_name).strip()
