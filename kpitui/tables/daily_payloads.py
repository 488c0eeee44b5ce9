"""Recognise the JSON that councils send to the Department for Education every day, one child in each.

It has no legal status, so that short breaks cannot be told from care: it is known, and left alone.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kpitui.readers.text_blocks import open_binary

JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
_HEAD_BYTES = 64 * 1024  # bytes in which the first child must show itself
_CHILD_KEYS = (b'"la_child_id"', b'"social_care_episodes"')


def is_daily_payload(path: Path) -> bool:
    """Say whether a file of JSON has the keys of such a child."""
    try:
        with closing(open_binary(path)) as binary_file:
            head_bytes = binary_file.read(_HEAD_BYTES)
    except OSError:
        return False
    return all(key in head_bytes for key in _CHILD_KEYS)
