"""Text from files, made harmless once where it is read.

Control characters reach a terminal through every widget, and characters that cannot be seen turn
what is seen round: each is replaced by U+FFFD, and how many there were is reported.
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
    """The text with every hostile character replaced."""
    return text if text.isascii() and text.isprintable() else _HOSTILE.sub(REPLACEMENT, text)


def hostile(text: str) -> int:
    """How many hostile characters a text has."""
    return len(_HOSTILE.findall(text))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that looks most like `name`, if any looks like it at all."""
    return next(iter(get_close_matches(name, list(names), n=1, cutoff=0.6)), None)


def hint(name: str, names: Iterable[str]) -> str:
    """`` - did you mean NAME?``, or nothing."""
    close = nearest(name, names)
    return f" - did you mean {close}?" if close else ""


@lru_cache(maxsize=10_000)
def area_key(name: str) -> str:
    """The name of a council or region as it is compared: files write one name in several ways.

    In lower case, with `and` written out, and without what some leave out: Bristol, City of.
    """
    words = name.lower().replace("&", " and ").replace(", city of", "").replace(", county of", "")
    short = words.strip().removeprefix("county ").removesuffix(" borough")
    return re.sub(r"[^a-z0-9]+", " ", short).strip()
