"""The error of a field in a config: what is wrong with it, as a code with values."""

from __future__ import annotations

from kpitui.model.issues import MessageValue, create_message


class InvalidField(ValueError):
    """A value of the config that cannot be used; `message` says why, without the key.

    `part_names` lead from the key to the part of its value that is at fault.
    """

    def __init__(self, code: str, /, **values: MessageValue) -> None:
        super().__init__(code)
        self.message = create_message(code, **values)
        self.part_names: tuple[str, ...] = ()
