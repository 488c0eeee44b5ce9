"""Views saved under a name: those in the config, and the user's own in the state folder."""

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
    """Return the path of the file with the user's own views."""
    return state_folder() / "views.toml"


def own() -> dict[str, str]:
    """Return the user's own views by name; none if the file cannot be read."""
    try:
        return _read()
    except (OSError, ValueError):
        return {}


def known(named: Views) -> dict[str, str]:
    """Return the config's views and the user's own, which win where both have a name."""
    return {**named, **own()}


def save(name: str, told: str, opener: str) -> str:
    """Save an address under a name, replacing any it had; return what was done.

    `opening_key` is the key that opens saved views. A file that cannot be read is not overwritten:
    it may be a list with a slip in it.
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
    """Return why a view cannot have this name, or an empty text."""
    if not name or len(name) > LONGEST:
        return f"A name has 1 to {LONGEST} letters"
    try:
        # Opening a view tries addresses before names, so this name would never be reached.
        address.parse(name, codes)
    except ValueError:
        return ""
    return f"{name} is an address itself: choose another name"


def find(text: str, codes: Iterable[str], named: Views) -> Address:
    """Return the address that a text is or names, in upper or lower case.

    Raises ValueError as `parse_address` does.
    """
    codes = tuple(codes)
    try:
        return address.parse(text, codes)
    except ValueError:
        by_name = {name.casefold(): told for name, told in known(named).items()}
        if (told := by_name.get(text.strip().casefold())) is None:
            raise
    return address.parse(told, codes)


def mistakes(settings: Settings) -> Iterator[Issue]:
    """Yield an issue for each view in the config that is no address, and for a bad `open`."""
    codes = [name for one in settings.indicators for name in (one.id, one.code)]
    asked = [(f"views.{name}", told) for name, told in settings.views.items()]
    asked += [("open", settings.opens_at)] if settings.opens_at else []
    for where, told in asked:
        try:
            # `open` may be the name of a view, but a view may not be another view's name.
            find(told, codes, settings.views if where == "open" else {})
        except ValueError as error:
            yield Issue(str(settings.file), f"{where}: {error}")


def _read() -> dict[str, str]:
    """Return the views of the file; none if there is no file. Raises OSError and ValueError."""
    import tomli

    try:
        found = tomli.loads(views_file().read_text(encoding="utf-8")).get("views", {})
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise ValueError("views is no table")
    # The file can be edited by hand: what it says goes to the terminal.
    return {clean(name): clean(told) for name, told in found.items() if isinstance(told, str)}


def _written(views: Views) -> str:
    """Format views as TOML. A JSON string is a TOML string too."""
    lines = (f"{_quoted(name)} = {_quoted(told)}\n" for name, told in sorted(views.items()))
    return f"{HEAD}\n[views]\n{''.join(lines)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
