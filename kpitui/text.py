"""Clean text from files once, when it is read.

Control characters would reach the terminal through any widget, and invisible characters can
reverse the text that is shown. Each is replaced by U+FFFD and counted for an issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"

# C0, DEL, C1, soft hyphen, Arabic letter mark, Mongolian vowel separator, zero-width and direction
# marks, line and paragraph separators, invisible operators, byte order mark, interlinear and tags.
HOSTILE_CHARACTERS = (
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_HOSTILE_PATTERN = re.compile(HOSTILE_CHARACTERS)


def clean_text(text: str) -> str:
    """Return the text with every hostile character replaced, at the same length."""
    # Nearly all cells are printable ASCII: the two checks are cheaper than the search.
    return text if text.isascii() and text.isprintable() else _HOSTILE_PATTERN.sub(REPLACEMENT_CHARACTER, text)


def count_hostile_characters(text: str) -> int:
    """Count the hostile characters in a text."""
    return len(_HOSTILE_PATTERN.findall(text))


def find_nearest_name(name: str, candidate_names: Iterable[str]) -> str | None:
    """Find the candidate most like `name`, or None if none is at all like it."""
    # Capitals are compared away, so that vp7 is close to VP7.
    names_by_folded = {candidate_name.casefold(): candidate_name for candidate_name in candidate_names}
    close_names = get_close_matches(name.casefold(), names_by_folded, n=1, cutoff=0.6)
    return names_by_folded[close_names[0]] if close_names else None


def format_name_hint(name: str, candidate_names: Iterable[str]) -> str:
    """Format `` - did you mean NAME?`` for the nearest candidate, or an empty text."""
    nearest_name = find_nearest_name(name, candidate_names)
    return f" - did you mean {nearest_name}?" if nearest_name else ""


def format_install_command(extra_name: str) -> str:
    """Format the command that adds an extra of `pyproject.toml`, to be run in the clone."""
    # Never by the package's name: nobody here owns that name in a public index.
    return f".venv/bin/pip install '.[{extra_name}]'"


# A published file repeats a few hundred names in all of its rows.
@lru_cache(maxsize=10_000)
def normalise_area_name(area_name: str) -> str:
    """Normalise the name of a council or region for comparison, since files write it in many ways.

    Lower case, "and" for "&", and without what some files omit: "Bristol, City of" is "bristol".
    """
    name = area_name.lower().replace("&", " and ").replace(", city of", "").replace(", county of", "")
    short_name = name.strip().removeprefix("county ").removesuffix(" borough")
    return re.sub(r"[^a-z0-9]+", " ", short_name).strip()
