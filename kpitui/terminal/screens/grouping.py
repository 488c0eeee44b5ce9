"""Grouping the cases by a column, going into a group, and back out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from kpitui.model import Cases
from kpitui.terminal.show import Line, span
from kpitui.terminal.views.groups import group_names
from kpitui.terminal.widgets.grid import Column

if TYPE_CHECKING:
    from kpitui.terminal.screens.cases import CasesScreen


class Grouping:
    """The answers to the grouping key, for the screen of cases."""

    @property
    def screen_of_cases(self) -> CasesScreen:
        return cast("CasesScreen", self)

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that are on the screen."""
        screen = self.screen_of_cases
        rows = screen.rows if screen.groups is None else screen.groups
        return rows.columns if rows is not None else ()

    @property
    def heads(self) -> list[str]:
        return [column.title for column in self.columns]

    def action_group(self) -> None:
        """Group by the next column; past the last, the cases themselves."""
        screen = self.screen_of_cases
        if screen.rows is None:
            return
        names = [None, *group_names(screen.rows.cases)]
        at = names.index(screen.group_by) if screen.group_by in names else 0
        if len(names) == 1:
            screen.say("No two cases have a value in common to be grouped by")
        self._group(names[(at + 1) % len(names)], None)

    def open_group(self) -> None:
        """The cases of the group under the cursor."""
        screen = self.screen_of_cases
        if screen.groups is not None and len(screen.groups):
            name, value = screen.groups.name, str(screen.groups.key(screen.mover.cursor))
            self._group(None, (name, value))

    def leave_group(self) -> None:
        """From the cases of a group to the groups, the cursor on it; from there to all cases."""
        screen = self.screen_of_cases
        inside = screen.within
        self._group(inside[0] if inside else None, None)
        row = screen.groups.find(inside[1]) if screen.groups and inside else None
        if row is not None:
            screen.mover.go(row)

    def _group(self, name: str | None, within: tuple[str, str] | None) -> None:
        screen = self.screen_of_cases
        screen.group_by, screen.within = name, within
        screen.sorted_by, screen.reverse = None, False
        screen.mover.go(0)
        screen._arrange()

    def _forget_groups_of(self, cases: Cases) -> None:
        """Another definition may have other columns."""
        screen = self.screen_of_cases
        if screen.group_by not in cases.columns:
            screen.group_by = None
        if screen.within is not None and screen.within[0] not in cases.columns:
            screen.within = None

    def told_of_groups(self) -> Line:
        """What the rows are grouped by, or the group that they are of."""
        screen = self.screen_of_cases
        if screen.groups is not None:
            name = screen.groups.name.replace("_", " ")
            many = len(screen.groups)
            groups = "1 group" if many == 1 else f"{many:,} groups"
            return (span(f"   by {name}: {groups}", "accent"),)
        if screen.within is not None:
            name, value = screen.within
            return (span(f"   {name.replace('_', ' ')}: {value or 'none'}", "accent"),)
        return ()
