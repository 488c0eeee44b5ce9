"""Views saved under a name: those that the config names, and one's own in the state folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kpitui.model import Issue
from kpitui.places import state_folder
from kpitui.terminal import address
from kpitui.terminal.address import Address
from kpitui.text import clean
from kpitui.whole import replace_whole

if TYPE_CHECKING:
    from kpitui.config import Settings

LONGEST: Final = 60
HEAD: Final = "# Views saved in kpitui, each with its address.\n"
Views = Mapping[str, str]


def views_file() -> Path:
    """Where one's own views are kept."""
    return state_folder() / "views.toml"


def own() -> dict[str, str]:
    """One's own views by name; none where the file cannot be read."""
    try:
        return _read()
    except (OSError, ValueError):
        return {}


def known(named: Views) -> dict[str, str]:
    """The views of the config with one's own; of two with one name, one's own."""
    return {**named, **own()}


def save(name: str, told: str, opener: str) -> str:
    """Keep an address under a name, in place of any it had; says what was done.

    `opener` is the key that opens it.

    A file that cannot be read is not written over: it may be a list with a slip in it.
    """
    path = views_file()
    try:
        kept = {**_read(), name: told}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_whole(path, _written(kept).encode())
    except OSError as error:
        return f"{clean(str(path))} cannot be written: {error.strerror}"
    except ValueError:
        return f"{clean(str(path))} is not TOML, and is not written over: put it right first"
    return f"Saved {name}: {told}. {opener} opens it"


def name_problem(name: str, codes: Iterable[str]) -> str:
    """Why a view cannot have a name, or an empty text."""
    if not name or len(name) > LONGEST:
        return f"A name has 1 to {LONGEST} letters"
    try:
        address.parse(name, codes)
    except ValueError:
        return ""
    return f"{name} is an address itself: choose another name"


def find(text: str, codes: Iterable[str], named: Views) -> Address:
    """The view of an address or of a name, in any capitals.  Raises ValueError as an address."""
    codes = tuple(codes)
    try:
        return address.parse(text, codes)
    except ValueError:
        by_name = {name.casefold(): told for name, told in known(named).items()}
        if (told := by_name.get(text.strip().casefold())) is None:
            raise
    return address.parse(told, codes)


def mistakes(settings: Settings) -> Iterator[Issue]:
    """The views of a config that are no addresses, and where it opens if that is no view."""
    codes = [name for one in settings.indicators for name in (one.id, one.code)]
    asked = [(f"views.{name}", told) for name, told in settings.views.items()]
    asked += [("open", settings.opens_at)] if settings.opens_at else []
    for where, told in asked:
        try:
            find(told, codes, settings.views if where == "open" else {})
        except ValueError as error:
            yield Issue(str(settings.file), f"{where}: {error}")


def _read() -> dict[str, str]:
    """The views of the file; none where there is no file.  Raises OSError and ValueError."""
    import tomli

    try:
        found = tomli.loads(views_file().read_text(encoding="utf-8")).get("views", {})
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise ValueError("views is no table")
    return {clean(name): clean(told) for name, told in found.items() if isinstance(told, str)}


def _written(views: Views) -> str:
    """Views as TOML: a text of JSON is one of TOML too."""
    lines = (f"{_quoted(name)} = {_quoted(told)}\n" for name, told in sorted(views.items()))
    return f"{HEAD}\n[views]\n{''.join(lines)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
