"""A guard around the libraries that read files: whatever they raise concerns one file alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kpitui.model.issues import create_message
from kpitui.readers.raw_table import UnreadableTable


@contextmanager
def translate_reader_errors(*known_errors: type[BaseException]) -> Iterator[None]:
    """Turn what a library raises on a hostile file into UnreadableTable, but `known_errors`.

    Its text may quote a cell, so the message has the kind of the error alone.
    """
    passing_errors: tuple[type[BaseException], ...] = (
        UnreadableTable, KeyboardInterrupt, SystemExit, GeneratorExit, *known_errors,
    )  # fmt: skip
    try:
        yield
    except passing_errors:
        raise
    except BaseException as error:  # a panic in polars is not an Exception
        raise UnreadableTable(create_message("file-breaks-reader", error=type(error).__name__)) from None
