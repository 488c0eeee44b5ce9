"""Locations of the config and of the files that kpitui keeps for itself."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

SAMPLE_CONFIG = Path(__file__).with_name("sample") / "config.toml"
# Only the built package carries the sample folder: in a checkout the sample is at the root.
CHECKOUT_CONFIG = Path(__file__).parent.parent / "config.toml"


def find_config(config_path: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Find the config: `config_path`, $KPITUI_CONFIG, ./config.toml, the user's or the sample.

    The first two are returned whether or not they exist, so that a mistyped path is an error.
    """
    if config_path is not None:
        return config_path
    if path := environment.get("KPITUI_CONFIG"):
        return Path(path)
    config_home = environment.get("XDG_CONFIG_HOME") or expand_home(Path("~/.config"))
    paths = (Path("config.toml"), Path(config_home) / "kpitui" / "config.toml", SAMPLE_CONFIG)
    return next((candidate for candidate in paths if candidate.is_file()), CHECKOUT_CONFIG)


def expand_home(path: Path) -> Path:
    """Put the user's home in place of ``~``; where there is none, the path stays as it is."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def get_state_folder() -> Path:
    """Return ``$XDG_STATE_HOME/kpitui`` or ``~/.local/state/kpitui``. Raises OSError without a home."""
    if state_home := os.environ.get("XDG_STATE_HOME"):
        return Path(state_home) / "kpitui"
    try:
        return Path.home() / ".local" / "state" / "kpitui"
    except RuntimeError:
        raise OSError(errno.ENOENT, "you have no home folder: set XDG_STATE_HOME") from None


def get_snapshot_path(config_path: Path) -> Path:
    """Return the path of a config's last board; the file itself says what it was made from.

    Raises OSError without a home.
    """
    # A clash of checksums does no harm: the snapshot names the config that it was made from.
    return get_state_folder() / "boards" / f"{crc32(os.fsencode(config_path.absolute())):08x}.json"
