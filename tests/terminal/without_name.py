"""The program on boards made by hand, over a Textual that has another name for one of its private names.

``python without_name.py MODULE DOTTED_NAME [KEY=VALUE ...]``: the words that follow are those of `played.py`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType


class RenamingLoader(SourceFileLoader):
    """Compiles a module as if the name had never been in it."""

    def __init__(self, fullname: str, path: str, gone: re.Pattern[str]) -> None:
        super().__init__(fullname, path)
        self.gone = gone

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_data(self.path).decode()
        return compile(self.gone.sub("renamed_in_this_version", source), self.path, "exec", dont_inherit=True)


class RenamingFinder:
    """Finds Textual's modules, and renames in those that hold the name."""

    def __init__(self, name: str) -> None:
        self.gone = re.compile(rf"\b{name}\b")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname.split(".")[0] == "textual" else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            loader = RenamingLoader(fullname, spec.loader.path, self.gone)
            if self.gone.search(loader.get_data(loader.path).decode()):
                spec.loader = loader
        return spec


def main(module_name: str, dotted_name: str, *words: str) -> int:
    sys.meta_path.insert(0, RenamingFinder(dotted_name.split(".")[-1]))
    from kpitui.tui.textual_overrides import guard

    gone = [
        override
        for override, names in guard.PRIVATE_NAMES.items()
        if any((name.module_name, name.dotted_name) == (module_name, dotted_name) for name in names)
    ]
    assert gone
    assert not any(map(guard.is_supported, gone))
    import played

    return played.main(*words)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
