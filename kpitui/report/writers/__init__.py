"""The formats of a briefing. Each module lays out the same briefing and adds no facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpitui.report.briefing import Briefing

    Writer = Callable[[Briefing], bytes]

FORMATS: Mapping[str, str] = {
    "html": "a page for a browser, to be read or printed",
    "pdf": "pages to be handed out",
    "xlsx": "a workbook",
    "md": "Markdown",
    "csv": "a row for each indicator",
}
# Format: the package it needs, and the extra of pyproject.toml that installs it.
EXTRAS = {"xlsx": ("xlsxwriter", "xlsx"), "pdf": ("typst", "pdf")}


class NotAFormat(ValueError):
    """The file name has no extension that is a known format."""


class NeedsExtra(ValueError):
    """A format needs a package that is not installed."""


def format_of(path: Path) -> str:
    """Return the format for a file name. Raises UnknownFormat, listing the known extensions."""
    ending = path.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise NotAFormat(f"{path.name} ends in none of {known}: the ending chooses the form")
    return ending


def write(told: Briefing, form: str) -> bytes:
    """Render a briefing in one of BRIEFING_FORMATS.

    The same briefing gives the same bytes. Raises MissingExtra with the command that installs the
    missing package.
    """
    try:
        # Imported on demand: xlsxwriter and typst may not be installed.
        writer: Writer = import_module(f"kpitui.report.writers.as_{form}").write
    except ModuleNotFoundError as error:
        package, extra = EXTRAS.get(form, ("", ""))
        # Any other missing module is a bug of ours, not an extra to install.
        if not package or error.name != package:
            raise
        line = f"pip install 'kpitui[{extra}]'"
        raise NeedsExtra(f"a .{form} file needs {package}: {line}") from None
    return writer(told)
