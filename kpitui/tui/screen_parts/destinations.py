"""What can be gone to: saved and recent views, indicators, commands, schools, children and workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kpitui.drilldown.case_table import matches_filter
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.tui import saved_views
from kpitui.tui.address import CASE_SCREENS
from kpitui.tui.commands import format_command_keys
from kpitui.tui.styled_text import StyledLine, make_line, make_span
from kpitui.tui.views.rag_marks import draw_rag_mark

if TYPE_CHECKING:
    from kpitui.model.drilldown import Subject
    from kpitui.tui.host import Host


@dataclass(frozen=True, slots=True)
class Destination:
    """Something that can be opened or done."""

    name: str
    title: str
    activate: Callable[[], object]
    mark_cell: StyledLine = ()

    @property
    def table_cells(self) -> tuple[StyledLine, ...]:
        """Return the cells of the row: name, title, and mark."""
        return ((make_span(self.name, "accent"),), (make_span(self.title),), self.mark_cell)

    def matches_text(self, typed_text: str) -> bool:
        """Say whether every typed word is in the name or the title."""
        return matches_filter(f"{self.name} {self.title}", typed_text)


def list_saved_views(host: Host) -> Iterator[Destination]:
    """Yield the views saved under a name, those of the config and the user's own."""
    board = host.state.board
    for view_name, address_text in saved_views.combine_views(board.saved_views if board else {}).items():
        if _may_list(host, address_text):
            yield Destination(view_name, address_text, _open_address(host, address_text), _VIEW_MARK)


def _may_list(host: Host, address_text: str) -> bool:
    """Say whether the public view, if it is on, may name an address: not one of people's cases."""
    state = host.state
    if state.board is None or not state.board.is_public:
        return True
    try:
        address = saved_views.find_view(address_text, state.indicator_names, state.board.saved_views)
    except ValueError:
        return False
    entry = state.find_entry(address.indicator_code)
    return address.screen_name not in CASE_SCREENS or (entry is not None and not entry.is_about_people)


def list_destinations(host: Host, found_subjects: Iterable[Subject]) -> Iterator[Destination]:
    """Yield everything that can be gone to: views first, the subjects that were found last."""
    yield from list_saved_views(host)
    for address_text in host.navigator.list_recent_addresses():
        if _may_list(host, address_text):
            yield Destination(address_text, "looked at before", _open_address(host, address_text), _VIEW_MARK)
    for entry in host.state.board.entries if host.state.board else ():
        code = entry.indicator.code
        mark_cell = draw_rag_mark(entry.judgement.rag)
        yield Destination(code, entry.indicator.title, _open_address(host, code), mark_cell)
        if _may_list(host, f"{code}/cases"):
            yield Destination(f"{code}/cases", f"Cases of {code}", _open_address(host, f"{code}/cases"))
    yield from _list_commands(host)
    for subject in found_subjects:
        mark_cell = make_line(make_span(CLEAN_TABLES[subject.table].subject_noun, "dim"))
        yield Destination(subject.id, subject.name, partial(host.navigator.open_subject_case, subject), mark_cell)


def _list_commands(host: Host) -> Iterator[Destination]:
    """Yield the commands that work on the screen below, on which they act."""
    screen_below = host.navigator.screen_below
    if screen_below is None:
        return
    for command in host.command_table:
        # Commands that take a digit or move the cursor do nothing when chosen from a list.
        is_useful = not command.takes_digit and command.group != "Moving"
        if screen_below.screen_name in command.screen_names and is_useful:
            run_command = host.run_command if command.is_for_program else screen_below.run_command
            yield Destination(format_command_keys(command), command.title, partial(run_command, command.id))


def _open_address(host: Host, address_text: str) -> Callable[[], object]:
    return partial(host.navigator.open_address_text, address_text)


_VIEW_MARK = make_line(make_span("view", "dim"))
