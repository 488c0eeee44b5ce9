"""Collects mistakes of the catalogue and the config, each with its line."""

from __future__ import annotations

from collections.abc import Iterable

from kpitui.config_file.toml_document import KeyPath, TomlDocument
from kpitui.model.issues import CodedMessage, Issue, MessageValue, create_message
from kpitui.text import find_nearest_name


class ProblemCollector:
    """A collector of mistakes, each located in the document that has the key."""

    def __init__(self, documents: Iterable[TomlDocument]) -> None:
        self.documents = tuple(documents)
        self.issues: list[Issue] = []
        self.key_paths: list[KeyPath] = []

    def add_problem(self, key_path: KeyPath, code: str, /, **values: MessageValue) -> None:
        """Add a problem with a key, by its code."""
        self.add_message(key_path, create_message(code, **values))

    def add_message(self, key_path: KeyPath, message: CodedMessage) -> None:
        """Add a problem with a key, located where the key is."""
        issue_document = next(
            (document for document in self.documents if document.has_key(key_path)), self.documents[0]
        )
        self.issues.append(issue_document.create_issue(key_path, message))
        self.key_paths.append(key_path)

    def add_unknown_name(self, key_path: KeyPath, unknown_name: str, known_names: Iterable[str]) -> None:
        """Add a problem about an unknown name, with the nearest known one."""
        suggestion = find_nearest_name(unknown_name, known_names) or ""
        # The key ends with the name, unless the name is in the value.
        named_value = "" if key_path[-1:] == (unknown_name,) else unknown_name
        self.add_problem(key_path, "config-name-not-known", name=named_value, suggestion=suggestion)

    def has_problem_at(self, key_path: KeyPath) -> bool:
        """Say whether there is already a problem with exactly this key."""
        return key_path in self.key_paths
