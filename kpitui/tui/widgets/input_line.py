"""A line to type in: the filter, a date, an address, a path."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

TextHandler: TypeAlias = Callable[[str, bool], str | None]
"""Gets the text and False at every change, and the text and True at Enter.

What it returns at Enter is why the text is refused: it then stays in the line.
"""


class InputLine(Input):
    """A line above the foot of a screen, open while something is asked for.

    It has no frame and no blinking cursor, so that an idle screen sends nothing. Escape always
    leaves it, whatever keys the config gives to going back: some are letters.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.run_command('back')", show=False)]

    DEFAULT_CSS = """
    InputLine, InputLine:focus {
        height: 1; border: none; padding: 0 1; background: $panel; color: $foreground;
        background-tint: transparent 0%;
        dock: bottom;  /* over the last line above the foot, however high that is */
    }
    """

    def __init__(
        self, draw_foot: Callable[[], None], show_refusal: Callable[[str], None], *, id: str | None = None
    ) -> None:
        super().__init__(compact=True, select_on_focus=True, id=id)
        # A blinking cursor would be sent twice a second over SSH.
        self.cursor_blink = False
        self.display = False
        self.prompt_label = ""  # shown in the foot while the line is open
        self.answer_count = 0
        """How many texts were handed on: it tells that one was refused from one that is still to come."""
        self._asked_label = ""
        self._draw_foot, self._show_refusal = draw_foot, show_refusal
        self._text_handler: TextHandler | None = None

    @property
    def is_open(self) -> bool:
        """Say whether something is being asked for."""
        return self.display

    def ask_text(self, prompt_label: str, initial_text: str, text_handler: TextHandler) -> None:
        """Open the line with a label and an initial text, and hand on what is typed."""
        self._text_handler = None
        self.value = initial_text
        self.cursor_position = len(initial_text)
        self.display = True
        self.screen.set_focus(self, scroll_visible=False)
        self._asked_label = prompt_label
        self._text_handler, self.prompt_label = text_handler, f"{prompt_label} · Enter, or Esc to leave"
        self._draw_foot()

    def close_line(self) -> None:
        """Close the line without handing on its text."""
        self._text_handler = None
        self.display = False
        self.screen.set_focus(None)
        self._draw_foot()

    @on(Input.Changed)
    def _hand_on_change(self, event: Input.Changed) -> None:
        if self._text_handler is not None:
            self._text_handler(event.value, False)

    @on(Input.Submitted)
    def _hand_on_text(self, event: Input.Submitted) -> None:
        text_handler, prompt_label = self._text_handler, self._asked_label
        self.close_line()
        refusal = text_handler(event.value, True) if text_handler is not None else None
        if refusal and text_handler is not None:
            self.ask_text(prompt_label, event.value, text_handler)
            self._show_refusal(refusal)
        self.answer_count += 1
