"""What can be gone to: saved and recent views, indicators, commands, schools, children and workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from kpitui.drilldown.case_table import matches_filter
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.periods import Period
from kpitui.model.typed_dates import parse_typed_time
from kpitui.summaries.leaver_groups import has_adult_group
from kpitui.tui import saved_views, time_travel
from kpitui.tui.address import CASE_SCREENS, CHILDREN_SCREENS
from kpitui.tui.commands import format_command_keys
from kpitui.tui.styled_text import StyledLine, make_line, make_span
from kpitui.tui.views.rag_marks import draw_rag_mark
from kpitui.wording import format_date

if TYPE_CHECKING:
    from kpitui.model.drilldown import Subject
    from kpitui.tui.host import Host


CHILDREN_VIEWS: Final = (
    ("due", "Who is due now: all lists"),
    ("flow", "From referral to care, and who is lost between"),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Something that can be opened or done."""

    name: str
    title: str
    activate: Callable[[], object]
    mark_cell: StyledLine = ()
    other_words: str = ""

    @property
    def table_cells(self) -> tuple[StyledLine, ...]:
        """Return the cells of the row: name, title, and mark."""
        return ((make_span(self.name, "accent"),), (make_span(self.title),), self.mark_cell)

    def matches_text(self, typed_text: str) -> bool:
        """Say whether every typed word is in the name or the title."""
        return matches_filter(f"{self.name} {self.title} {self.other_words}", typed_text)


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
    if address.screen_name in CHILDREN_SCREENS:
        return False
    return address.screen_name not in (*CASE_SCREENS, "split") or (entry is not None and not entry.is_about_people)


def list_destinations(host: Host, found_subjects: Iterable[Subject], typed_text: str = "") -> Sequence[Destination]:
    """List everything that can be gone to: what was chosen lately first, the subjects that were found last."""
    destinations = [*_generate_times(host, typed_text), *_generate_destinations(host, found_subjects)]
    choices = host.navigator.list_choices()
    recent = [destination for name in choices for destination in destinations if destination.name == name]
    return (*recent, *(destination for destination in destinations if destination.name not in choices))


def _generate_times(host: Host, typed_text: str) -> Iterator[Destination]:
    """Yield the board of the period that was typed, or as it was known on the day."""
    board = host.state.board
    try:
        time = parse_typed_time(typed_text, board.period if board else None)
    except ValueError:
        return
    is_period = isinstance(time, Period)
    title = f"The board of {time.label}" if isinstance(time, Period) else f"As known on {format_date(time)}"
    mark_cell = make_line(make_span("period" if is_period else "day", "dim"))
    yield Destination(typed_text, title, partial(time_travel.show_typed_time, host, typed_text), mark_cell)


def _generate_questions(host: Host) -> Iterator[Destination]:
    """Yield the views that answer what is asked in a meeting, by the words that it is asked in."""
    board = host.state.board
    if board is None:
        return
    for rag in ("red", "amber", "green"):
        if any(entry.judgement.rag == rag for entry in board.entries):
            title = f"The indicators that are {rag}"
            yield Destination(rag, title, _open_address(host, f"board?filter={rag}"), _VIEW_MARK)
    schools = [entry for entry in board.entries if entry.indicator.rule.cohort.name == "schools"]
    if schools:
        # The pupils' indicator is over schools of every phase, and has the largest count.
        widest = max(schools, key=lambda entry: entry.point.count.denominator)
        address_text = f"{widest.indicator.code}/cases?filter=counted:not"
        title = "Schools that are not Good or better, with their grades"
        yield Destination("not good", title, _open_address(host, address_text), _VIEW_MARK, "schools grades inadequate")
    for entry in board.entries:
        if has_adult_group(board, entry):
            address_text = f"{entry.indicator.code}/cases?filter=because:turned"
            title = f"{entry.indicator.code}: who had turned 18, and where they went"
            yield Destination("turned 18", title, _open_address(host, address_text), _VIEW_MARK, "leavers adults")


def _generate_destinations(host: Host, found_subjects: Iterable[Subject]) -> Iterator[Destination]:
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
    yield from _generate_questions(host)
    for address_text, title in CHILDREN_VIEWS:
        if _may_list(host, address_text):
            yield Destination(address_text, title, _open_address(host, address_text))
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
            words = f"{command.footer_word} {command.other_words}"
            run = partial(run_command, command.id)
            yield Destination(format_command_keys(command), command.title, run, other_words=words)


def _open_address(host: Host, address_text: str) -> Callable[[], object]:
    return partial(host.navigator.open_address_text, address_text)


_VIEW_MARK = make_line(make_span("view", "dim"))
