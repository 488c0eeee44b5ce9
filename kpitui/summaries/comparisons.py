"""Published figures to compare with: those that are wanted, and those that have nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpitui.figure_wording import describe_finding, format_comparator
from kpitui.model.board import Comparator


def select_comparators(
    comparators: Iterable[Comparator], name_prefixes: Sequence[str] | None
) -> tuple[Comparator, ...]:
    """Select the comparators whose names begin with one of some texts, in any case; None for all."""
    if name_prefixes is None:
        return tuple(comparators)
    # A prefix: "Statistical neighbours" selects both their mean and their median.
    folded_prefixes = tuple(prefix.casefold() for prefix in name_prefixes)
    return tuple(comparator for comparator in comparators if comparator.name.casefold().startswith(folded_prefixes))


def separate_missing_figures(
    comparators: Sequence[Comparator],
) -> tuple[tuple[Comparator, ...], Mapping[str, list[str]]]:
    """Separate comparators that say where they are from, and group the others' names by reason."""
    names_by_reason: dict[str, list[str]] = {}
    for comparator in comparators:
        if not _has_provenance(comparator):
            names_by_reason.setdefault(format_comparator(comparator), []).append(comparator.name)
    return tuple(filter(_has_provenance, comparators)), names_by_reason


def _has_provenance(comparator: Comparator) -> bool:
    # Where there is no figure, the detail is the reason why.
    has_figure = comparator.value is not None or bool(comparator.symbol)
    return bool(comparator.period or comparator.basis or comparator.publication or (has_figure and comparator.detail))


def group_names_by_basis(comparators: Iterable[Comparator]) -> Mapping[str, list[str]]:
    """Group names by the basis of their figures, or by the reason why they have none."""
    names_by_basis: dict[str, list[str]] = {}
    for comparator in comparators:
        reason = () if comparator.value is not None else (format_comparator(comparator), comparator.period)
        basis_text = f"basis {comparator.basis}" if comparator.basis else ""
        description = ", ".join(dict.fromkeys(filter(None, (*reason, basis_text, describe_finding(comparator.detail)))))
        if description:
            names_by_basis.setdefault(description, []).append(comparator.name)
    return names_by_basis
