"""The private names of Textual that are relied on, and whether this version still has them.

Where one of them is gone, the override that needs it is left out and Textual does it in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final, Literal

Override = Literal["differences", "first paint", "private errors", "safe resume", "quiet mouse"]


@dataclass(frozen=True, slots=True)
class PrivateName:
    """A name in a module of Textual, dotted if it is in a class, with a method's parameters."""

    module_name: str
    dotted_name: str
    parameters: tuple[str, ...] | None = None

    @property
    def is_present(self) -> bool:
        """Say whether this version of Textual has the name, and the method its parameters."""
        owner: object
        try:
            owner = import_module(self.module_name)
        except ImportError:
            return False
        *owner_names, name = self.dotted_name.split(".")
        for owner_name in owner_names:
            owner = getattr(owner, owner_name, None)
        if self.parameters is None:
            return hasattr(owner, name) or _is_set_in_init(owner, name)
        code = getattr(getattr(owner, name, None), "__code__", None)
        return code is not None and code.co_varnames[: code.co_argcount] == ("self", *self.parameters)


def _is_set_in_init(owner: object, attribute_name: str) -> bool:
    """Say whether a class gives its objects the attribute: such a name is not on the class itself."""
    init_code = getattr(getattr(owner, "__init__", None), "__code__", None)
    return init_code is not None and attribute_name in init_code.co_names


PRIVATE_NAMES: Final[Mapping[Override, tuple[PrivateName, ...]]] = {
    "differences": (
        PrivateName("textual.app", "App._display", ("screen", "renderable")),
        PrivateName("textual._compositor", "CompositorUpdate"),
        PrivateName("textual._compositor", "CompositorUpdate.render_segments", ("console",)),
    ),
    "first paint": (
        PrivateName("textual.screen", "Screen._compositor_refresh", ()),
        PrivateName("textual.screen", "Screen._on_timer_update", ()),
        PrivateName("textual.widget", "Widget._layout_required"),
        PrivateName("textual.widget", "Widget._repaint_required"),
    ),
    "private errors": (PrivateName("textual.app", "App._handle_exception", ("error",)),),
    "safe resume": (PrivateName("textual.drivers.linux_driver", "LinuxDriver._sigcont_application", ()),),
    "quiet mouse": (
        PrivateName("textual.drivers.linux_driver", "LinuxDriver._enable_mouse_support", ()),
        PrivateName("textual.drivers.linux_driver", "LinuxDriver._disable_mouse_support", ()),
    ),
}


@cache
def is_supported(override: Override) -> bool:
    """Say whether this version of Textual has every private name that an override needs."""
    return all(name.is_present for name in PRIVATE_NAMES[override])


def remove_unsupported(owner: type, override: Override, *method_names: str) -> None:
    """Take an override's methods off a class where they are not supported: Textual's own are used then."""
    if not is_supported(override):
        for method_name in method_names:
            delattr(owner, method_name)
