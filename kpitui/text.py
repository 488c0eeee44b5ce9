"""Clean text from files once, when it is read.

Control characters would reach the terminal through any widget, and invisible characters can
reverse the text that is shown. Each is replaced by U+FFFD and counted for an issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# C0, DEL, C1, soft hyphen, Arabic letter mark, Mongolian vowel separator, zero-width and direction
# marks, line and paragraph separators, invisible operators, byte order mark, interlinear and tags.
HOSTILE = (
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_HOSTILE = re.compile(HOSTILE)


def clean(text: str) -> str:
    """Return the text with every hostile character replaced, at the same length."""
    # Nearly all cells are printable ASCII: the two checks are cheaper than the search.
    return text if text.isascii() and text.isprintable() else _HOSTILE.sub(REPLACEMENT, text)


def hostile(text: str) -> int:
    """Count the hostile characters in a text."""
    return len(_HOSTILE.findall(text))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Find the candidate most like `name`, or None if none is at all like it."""
    return next(iter(get_close_matches(name, list(names), n=1, cutoff=0.6)), None)


def hint(name: str, names: Iterable[str]) -> str:
    """Format `` - did you mean NAME?`` for the nearest candidate, or an empty text."""
    close = nearest(name, names)
    return f" - did you mean {close}?" if close else ""


# A published file repeats a few hundred names in all of its rows.
@lru_cache(maxsize=10_000)
def area_key(name: str) -> str:
    """Normalise the name of a council or region for comparison, since files write it in many ways.

    Lower case, "and" for "&", and without what some files omit: "Bristol, City of" is "bristol".
    """
    words = name.lower().replace("&", " and ").replace(", city of", "").replace(", county of", "")
    short = words.strip().removeprefix("county ").removesuffix(" borough")
    return re.sub(r"[^a-z0-9]+", " ", short).strip()
