"""Stamps of files: whether any of them has changed since they were last looked at."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

FileStamps = tuple[tuple[str, int, int], ...]
"""The name, size and time of each file."""


def stamp_files(source_paths: Iterable[Path]) -> FileStamps:
    """Return name, size and time of each file, and of each file directly in a folder.

    Paths that do not exist are left out. The result is sorted, so that two can be compared.
    """
    file_stamps: list[tuple[str, int, int]] = []
    for source_path in source_paths:
        try:
            with os.scandir(source_path) as entries:
                file_stamps += [_stamp_file(entry.path, entry.stat()) for entry in entries if entry.is_file()]
        # A path is a file or a folder; scandir says which, without asking first.
        except NotADirectoryError:
            file_stamps.append(_stamp_file(str(source_path), source_path.stat()))
        except OSError:
            continue
    return tuple(sorted(file_stamps))


def _stamp_file(file_name: str, file_status: os.stat_result) -> tuple[str, int, int]:
    return file_name, file_status.st_size, file_status.st_mtime_ns
