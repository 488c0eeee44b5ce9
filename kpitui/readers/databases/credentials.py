"""Credentials for a database: from the environment or the keyring, never from a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpitui.config_file.database_settings import DatabaseAddress
from kpitui.text import clean_text, format_install_command

USER_VARIABLE, PASSWORD_VARIABLE = "KPITUI_SQL_USER", "KPITUI_SQL_PASSWORD"
KEYRING_SERVICE = "kpitui"  # the name of the service in the keyring


@dataclass(frozen=True, slots=True)
class DatabaseCredentials:
    """A user name and a password; the driver decides about one that is empty.

    `provenance` says where the password is from, or why there is none.
    """

    user_name: str
    # Kept out of the repr, so that no log or traceback shows it.
    password: str = field(repr=False)
    provenance: str

    def explain_refusal(self, server_message: str) -> str:
        """Extend a refusal by a server: who was tried, with which password, and what to correct."""
        tried_user = f"as {clean_text(self.user_name)}, " if self.user_name else ""
        return (
            f"{server_message}. It was tried {tried_user}{self.provenance}: put right what is wrong of these or sql.url"
        )


def find_credentials(
    database_address: DatabaseAddress, environment: Mapping[str, str] = os.environ
) -> DatabaseCredentials:
    """Find the user and password for a database.

    The environment comes first. Otherwise the user is that of the config, and the password the one
    that the keyring holds for this user on this host.
    """
    user_name = environment.get(USER_VARIABLE) or database_address.user
    if password := environment.get(PASSWORD_VARIABLE):
        return DatabaseCredentials(user_name, password, f"with the password of {PASSWORD_VARIABLE}")
    if not user_name:
        return DatabaseCredentials("", "", f"without {USER_VARIABLE} and {PASSWORD_VARIABLE}")
    keyring_password, reason = _read_keyring(f"{user_name}@{database_address.host}")
    if keyring_password:
        return DatabaseCredentials(user_name, keyring_password, "with the password of the keyring")
    return DatabaseCredentials(user_name, "", f"without a password: {PASSWORD_VARIABLE} is not set, and {reason}")


def _read_keyring(account_name: str) -> tuple[str, str]:
    """Return the password in the keyring, or an empty one with the reason why there is none."""
    try:
        import keyring
    except ImportError:
        return "", f"no keyring is installed ({format_install_command('keyring')})"
    try:
        password = keyring.get_password(KEYRING_SERVICE, account_name)
    except Exception as error:  # every keyring backend raises errors of its own
        return "", f"the keyring cannot be read ({type(error).__name__})"
    return (password or "", f"the keyring has none (keyring set {KEYRING_SERVICE} {clean_text(account_name)})")
