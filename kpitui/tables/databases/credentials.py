"""Who one is to a database: from the environment, or from the keyring, never from a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpitui.sql import Place
from kpitui.text import clean

USER, PASSWORD = "KPITUI_SQL_USER", "KPITUI_SQL_PASSWORD"
SERVICE = "kpitui"  # under which the keyring keeps a password


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password; what is empty is left to the driver.

    `told` says where the password is from, or why there is none.
    """

    user: str
    password: str = field(repr=False)
    told: str

    def not_let_in(self, said: str) -> str:
        """What is told where a server cannot be opened: who was tried, and what may be wrong."""
        who = f"as {clean(self.user)}, " if self.user else ""
        return f"{said}. It was tried {who}{self.told}: put right what is wrong of these or sql.url"


def credentials(place: Place, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Who to be to a database: by the environment, else by the config and the keyring."""
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
    """The password that the keyring keeps for a user of a server, or why there is none."""
    try:
        import keyring
    except ImportError:
        return "", "no keyring is installed (pip install 'kpitui[keyring]')"
    try:
        found = keyring.get_password(SERVICE, name)
    except Exception as error:  # each backend fails in its own way
        return "", f"the keyring cannot be read ({type(error).__name__})"
    return found or "", f"the keyring has none (keyring set {SERVICE} {clean(name)})"
