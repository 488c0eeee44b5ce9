"""The formats of a briefing. Each module lays out the same briefing and adds no facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.text import format_install_command

if TYPE_CHECKING:
    from kpitui.report.briefing.composer import Briefing

    BriefingRenderer = Callable[[Briefing], bytes]

BRIEFING_FORMATS: Mapping[str, str] = {
    "html": "a web page to read or print",
    "pdf": "pages to hand out",
    "xlsx": "a workbook",
    "md": "Markdown",
    "csv": "a row for each indicator",
    "docx": "a Word document, in the council's own styles",
}
# Format: the module and the function that render it.
RENDERERS = {
    "html": ("briefing_html", "render_html"),
    "pdf": ("briefing_pdf", "render_pdf"),
    "docx": ("briefing_docx", "render_docx"),
    "xlsx": ("briefing_workbook", "render_workbook"),
    "md": ("briefing_markdown", "render_markdown"),
    "csv": ("briefing_csv", "render_csv"),
}
# Format: the package it needs, and the extra of pyproject.toml that installs it.
FORMAT_EXTRAS = {"xlsx": ("xlsxwriter", "xlsx"), "pdf": ("typst", "pdf"), "docx": ("docx", "docx")}


class UnknownFormat(ValueError):
    """The file name has no extension that is a known format."""


class UnusableTemplate(ValueError):
    """The council's own template is not there, or is no Word document."""


class MissingExtra(ValueError):
    """A format needs a package that is not installed."""


def choose_format(path: Path) -> str:
    """Return the format for a file name. Raises UnknownFormat, listing the known extensions."""
    extension = path.suffix.removeprefix(".").lower()
    if extension not in BRIEFING_FORMATS:
        extensions = ", ".join(f".{name}" for name in BRIEFING_FORMATS)
        raise UnknownFormat(f"{path.name} must end in one of {extensions}: the extension chooses the format")
    return extension


def find_missing_extra(format_name: str) -> str:
    """Say which package a format needs that is not installed, and how to install it; else an empty text."""
    package_name, extra_name = FORMAT_EXTRAS.get(format_name, ("", ""))
    if not package_name or find_spec(package_name) is not None:
        return ""
    return f"a .{format_name} file needs {package_name}: {format_install_command(extra_name)}"


def render_briefing(briefing: Briefing, format_name: str) -> bytes:
    """Render a briefing in one of BRIEFING_FORMATS.

    The same briefing gives the same bytes. Raises MissingExtra with the command that installs the
    missing package.
    """
    module_name, name = RENDERERS[format_name]
    try:
        # Imported on demand: xlsxwriter and typst may not be installed.
        module = import_module(f"kpitui.report.formats.{module_name}")
    except ModuleNotFoundError as error:
        # Any other missing module is a bug of ours, not an extra to install.
        missing_extra = find_missing_extra(format_name)
        if not missing_extra or str(error.name).partition(".")[0] != FORMAT_EXTRAS[format_name][0]:
            raise
        raise MissingExtra(missing_extra) from None
    renderer: BriefingRenderer = getattr(module, name)
    return renderer(briefing)
