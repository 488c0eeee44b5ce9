"""Credentials for a database: from the environment or the keyring, never from a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpitui.sql import Place
from kpitui.text import clean

USER, PASSWORD = "KPITUI_SQL_USER", "KPITUI_SQL_PASSWORD"
SERVICE = "kpitui"  # the name of the service in the keyring


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password; the driver decides about one that is empty.

    `provenance` says where the password is from, or why there is none.
    """

    user: str
    # Kept out of the repr, so that no log or traceback shows it.
    password: str = field(repr=False)
    told: str

    def not_let_in(self, said: str) -> str:
        """Extend a refusal by a server: who was tried, with which password, and what to correct."""
        who = f"as {clean(self.user)}, " if self.user else ""
        return f"{said}. It was tried {who}{self.told}: put right what is wrong of these or sql.url"


def credentials(place: Place, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Find the user and password for a database.

    The environment comes first. Otherwise the user is that of the config, and the password the one
    that the keyring holds for this user on this host.
    """
    user = environment.get(USER) or place.user
    if given := environment.get(PASSWORD):
        return Credentials(user, given, f"with the password of {PASSWORD}")
    if not user:
        return Credentials("", "", f"without {USER} and {PASSWORD}")
    kept, why_not = _kept(f"{user}@{place.host}")
    if kept:
        return Credentials(user, kept, "with the password of the keyring")
    return Credentials(user, "", f"without a password: {PASSWORD} is not set, and {why_not}")


def _kept(name: str) -> tuple[str, str]:
    """Return the password in the keyring, or an empty one with the reason why there is none."""
    try:
        import keyring
    except ImportError:
        return "", "no keyring is installed (pip install 'kpitui[keyring]')"
    try:
        found = keyring.get_password(SERVICE, name)
    except Exception as error:  # every keyring backend raises errors of its own
        return "", f"the keyring cannot be read ({type(error).__name__})"
    return found or "", f"the keyring has none (keyring set {SERVICE} {clean(name)})"
