"""Escapes texts, so that Markdown shows them as they are."""

from __future__ import annotations

import re

from kpitui.text import clean_text

# Includes "@", which a wiki may read as an email link or as the name of a user.
_MARKUP_CHARACTER = re.compile(r"([\\`*_\[\]<>|~&@])")
# GitHub turns bare addresses into links: a backslash inside the prefix prevents it.
_LINK_START = re.compile(r"(?i)(https?|ftp|mailto)(:)|(www)(\.)")
# At the start of a line these make headings and lists: "# a", "- a", "1. a", but not "45.0%".
_LINE_START_MARKUP = re.compile(r"^(\d*)([#+=-]|(?<=\d)[.)](?=\s|$))")


def to_markdown(text: str) -> str:
    """Escape a text so that Markdown shows it as it is, on one line."""
    escaped_text = _MARKUP_CHARACTER.sub(r"\\\1", clean_text(" ".join(text.split())))
    escaped_text = _LINK_START.sub(lambda match: "\\".join(filter(None, match.groups())), escaped_text)
    return _LINE_START_MARKUP.sub(r"\1\\\2", escaped_text)
