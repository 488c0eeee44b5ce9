"""The forms of a briefing: each module lays the same one out, and adds nothing of its own."""

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
EXTRAS = {"xlsx": ("xlsxwriter", "xlsx"), "pdf": ("typst", "pdf")}


class NotAFormat(ValueError):
    """The file's ending says no form that there is."""


class NeedsExtra(ValueError):
    """A form needs a package that is not installed."""


def format_of(path: Path) -> str:
    """The form that a file's ending asks for.  Raises NotAFormat with those that there are."""
    ending = path.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise NotAFormat(f"{path.name} ends in none of {known}: the ending chooses the form")
    return ending


def write(told: Briefing, form: str) -> bytes:
    """A briefing in one of the FORMATS, the same bytes for the same briefing.

    Raises NeedsExtra with the line that installs what is missing.
    """
    try:
        writer: Writer = import_module(f"kpitui.report.writers.as_{form}").write
    except ModuleNotFoundError as error:
        package, extra = EXTRAS.get(form, ("", ""))
        if not package or error.name != package:
            raise
        line = f"pip install 'kpitui[{extra}]'"
        raise NeedsExtra(f"a .{form} file needs {package}: {line}") from None
    return writer(told)
