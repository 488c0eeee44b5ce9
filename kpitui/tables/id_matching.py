"""Ids that are written in several ways, and tables whose ids do not meet.

A spreadsheet drops leading zeros, and one system writes in capitals what another does not. Ids that
differ only in this are joined, unless two people or places would become one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kpitui.model.clean_tables import CLEAN_TABLES, PROVIDER
from kpitui.model.issues import Issue, create_message

# A table, and the table that has a row for each subject of it.
_PARENT_TABLES: Mapping[str, tuple[str, ...]] = {
    "care_episodes": ("children",),
    "uasc": ("care_episodes",),
    "children": ("care_episodes",),
    "referrals": ("children",),
    "protection_plans": ("children",),
    "protection_visits": ("protection_plans", "children"),
    "school_inspections": ("schools",),
    "early_years_inspections": ("early_years_settings",),
}
FURTHER_IDS = (("schools", "predecessor_urn"), ("school_links", "predecessor_urn"))
"""Columns that hold ids of schools besides those that rows are about."""
# Files of the whole country have many that are not the council's.
_NATIONAL_TABLES = ("school_inspections", "early_years_inspections")
# Their ids come from the same system as the register's; others may have ids of their own.
_TABLES_OF_REGISTER = ("care_episodes", "uasc")
FEWEST_IDS = 5
"""With fewer ids it may be so that none of them is in another table."""
FEWEST_ALIKE_IDS = 10
"""So many ids are not all written in one of two ways by chance."""
LARGEST_STRANGE_SHARE = 0.25
"""With more such ids that the register does not have, a table is written in another way."""
_LISTED_IDS = 3


@dataclass(frozen=True, slots=True)
class IdMatches:
    """How the ids of tables meet.

    `spellings` has the id to use for each that is written otherwise, by table, or by table and column
    with a point between for one of `FURTHER_IDS`. `uncertain_ids` may be the same as others and cannot
    be joined, by table. None of the ids of `apart_tables` is in the
    table that it belongs to.
    """

    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    uncertain_ids: Mapping[str, Collection[str]] = field(default_factory=dict)
    apart_tables: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()


def match_ids(frames: Mapping[str, pl.LazyFrame]) -> IdMatches:
    """Find how the ids of clean tables meet, those of each kind of subject together."""
    spellings: dict[str, dict[str, str]] = {}
    uncertain_ids: dict[str, set[str]] = {}
    further_columns = [(name, column) for name, column in FURTHER_IDS if name in frames]
    id_sets = _list_ids(frames, [*_list_id_tables(frames), *further_columns])
    further_ids = {f"{name}.{column}": id_sets[name, column] for name, column in further_columns}
    ids_by_table = {name: id_sets[name, id_column] for name, id_column in _list_id_tables(frames)}
    for id_column in {id_column for _, id_column in _list_id_tables(frames)}:
        table_ids = {name: ids for name, ids in ids_by_table.items() if _get_id_column(name) == id_column}
        table_ids |= further_ids if id_column == PROVIDER.id_column else {}
        _match_spellings(table_ids, spellings, uncertain_ids)
    joined_ids = {name: {*_respell_ids(ids, spellings.get(name, {}))} for name, ids in ids_by_table.items()}
    apart_tables = tuple(name for name in joined_ids if _is_apart(name, joined_ids))
    return IdMatches(
        spellings,
        uncertain_ids,
        apart_tables,
        (*_report_spellings(spellings, uncertain_ids), *_report_unmatched(joined_ids, apart_tables)),
    )


def _list_id_tables(frames: Collection[str]) -> Iterator[tuple[str, str]]:
    for table_name in CLEAN_TABLES:
        if table_name in frames and (id_column := _get_id_column(table_name)):
            yield table_name, id_column


def _get_id_column(table_name: str) -> str:
    return CLEAN_TABLES[table_name].subject.id_column


def _list_ids(
    frames: Mapping[str, pl.LazyFrame], id_columns: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], set[str]]:
    """List the different ids in some columns, each named by its table and itself, all at the same time."""
    id_frames = pl.collect_all(
        [frames[table].select(pl.col(name).cast(pl.String).unique()) for table, name in id_columns]
    )
    return {
        place: {*frame.to_series().drop_nulls().to_list()} for place, frame in zip(id_columns, id_frames, strict=True)
    }


def _match_spellings(
    table_ids: Mapping[str, Collection[str]], spellings: dict[str, dict[str, str]], uncertain_ids: dict[str, set[str]]
) -> None:
    """Add the ids of one kind of subject that are written in several ways.

    Leading zeros come last: a register that tells ids apart by them still does not by blanks.
    """
    for simplify in (_simplify_ids, _strip_leading_zeros):
        new_spellings: dict[str, dict[str, str]] = {}
        _match_by_form(table_ids, simplify, new_spellings, uncertain_ids)
        for table_name, ids in table_ids.items():
            earlier, later = spellings.get(table_name, {}), new_spellings.get(table_name, {})
            changed_ids = {old_id: later.get(new_id, new_id) for old_id, new_id in earlier.items()}
            changed_ids |= {old_id: new_id for old_id, new_id in later.items() if old_id in ids}
            if changed_ids:
                spellings[table_name] = changed_ids
        table_ids = {name: _respell_ids(ids, new_spellings.get(name, {})) for name, ids in table_ids.items()}


def _respell_ids(ids: Collection[str], spellings: Mapping[str, str]) -> Collection[str]:
    return {spellings.get(subject_id, subject_id) for subject_id in ids} if spellings else ids


def _match_by_form(
    table_ids: Mapping[str, Collection[str]],
    simplify: Callable[[pl.Series], pl.Series],
    spellings: dict[str, dict[str, str]],
    uncertain_ids: dict[str, set[str]],
) -> None:
    """Add the ids of one kind of subject that have the same simple form."""
    all_ids = [*set().union(*table_ids.values())]
    # Where no two ids are alike, as is usual, nothing is sorted and nothing is grouped.
    if simplify(pl.Series(all_ids, dtype=pl.String)).n_unique() == len(all_ids):
        return
    all_ids.sort()
    plain_ids = dict(zip(all_ids, simplify(pl.Series(all_ids, dtype=pl.String)).to_list(), strict=True))
    groups: dict[str, list[str]] = {}
    for subject_id, plain_id in plain_ids.items():
        groups.setdefault(plain_id, []).append(subject_id)
    alike_groups = [group for group in groups.values() if len(group) > 1]
    registers = {name: ids for name, ids in table_ids.items() if _is_register(name)}
    distinct_ids = {subject_id for group in alike_groups if _share_table(group, registers) for subject_id in group}
    if distinct_ids:
        # The register tells such ids apart, so two of them are two subjects everywhere.
        _add_unlike_tables(distinct_ids, alike_groups, table_ids, plain_ids, uncertain_ids)
        return
    for group in alike_groups:
        register_ids = [subject_id for ids in registers.values() for subject_id in group if subject_id in ids]
        # Zeros more often tell two subjects apart than blanks and capitals do.
        is_joined = register_ids and simplify is not _strip_leading_zeros
        if is_joined or not _share_table(group, table_ids):
            _add_spellings(group, (register_ids or group)[0], table_ids, spellings)
        else:
            _add_uncertain(group, table_ids, uncertain_ids)


def _add_unlike_tables(
    distinct_ids: Collection[str],
    alike_groups: Collection[Collection[str]],
    table_ids: Mapping[str, Collection[str]],
    plain_ids: Mapping[str, str],
    uncertain_ids: dict[str, set[str]],
) -> None:
    """Add the ids of each table that does not write them as the register does, which tells them apart."""
    registered_ids = {subject_id for name, ids in table_ids.items() if _is_register(name) for subject_id in ids}
    for table_name, ids in table_ids.items():
        alike_ids = {*distinct_ids} & {*ids}
        if _is_of_register(table_name):
            shared_groups = (group for group in alike_groups if _share_table(group, {table_name: ids}))
            alike_ids |= {subject_id for group in shared_groups for subject_id in group if subject_id in ids}
        if not _keeps_apart(alike_ids, registered_ids, plain_ids, _is_of_register(table_name)):
            uncertain_ids.setdefault(table_name, set()).update(alike_ids)


def _is_register(table_name: str) -> bool:
    """Say whether a table has one row for each subject, of all subjects."""
    is_keyed_by_id = table_name in CLEAN_TABLES and CLEAN_TABLES[table_name].key_columns == (
        _get_id_column(table_name),
    )
    return is_keyed_by_id and table_name not in _TABLES_OF_REGISTER


def _share_table(group: Collection[str], table_ids: Mapping[str, Collection[str]]) -> bool:
    """Say whether any table has more than one of some ids: they may be different subjects."""
    return any(sum(subject_id in ids for subject_id in group) > 1 for ids in table_ids.values())


def _is_of_register(table_name: str) -> bool:
    """Say whether the ids of a table come from the same system as the register's."""
    return table_name in _TABLES_OF_REGISTER


def _keeps_apart(
    alike_ids: Collection[str], registered_ids: Collection[str], plain_ids: Mapping[str, str], is_of_register: bool
) -> bool:
    """Say whether a table writes the ids of subjects that are alike as the register does.

    A table that has lost its leading zeros has only one way of writing them.
    """
    known_ids = [subject_id for subject_id in alike_ids if subject_id in registered_ids]
    if is_of_register and len(alike_ids) - len(known_ids) > len(alike_ids) * LARGEST_STRANGE_SHARE:
        return False
    plain_count = sum(plain_ids[subject_id] == subject_id for subject_id in known_ids)
    return len(known_ids) < FEWEST_ALIKE_IDS or 0 < plain_count < len(known_ids)


def _add_spellings(
    group: Collection[str],
    chosen_id: str,
    table_ids: Mapping[str, Collection[str]],
    spellings: dict[str, dict[str, str]],
) -> None:
    for table_name, ids in table_ids.items():
        changed_ids = {subject_id: chosen_id for subject_id in group if subject_id in ids and subject_id != chosen_id}
        if changed_ids:
            spellings.setdefault(table_name, {}).update(changed_ids)


def _add_uncertain(
    group: Collection[str], table_ids: Mapping[str, Collection[str]], uncertain_ids: dict[str, set[str]]
) -> None:
    for table_name, ids in table_ids.items():
        uncertain_ids.setdefault(table_name, set()).update(subject_id for subject_id in group if subject_id in ids)


def _simplify_ids(ids: pl.Series) -> pl.Series:
    """Write ids without what two systems write differently: case, blanks, ``=""`` and ``.0``."""
    plain_ids = ids.str.replace(r'^="(.*)"$', "$1").str.replace_all(r"\s+", "").str.to_lowercase()
    return plain_ids.str.replace(r"\.0+$", "")


def _strip_leading_zeros(ids: pl.Series) -> pl.Series:
    """Write ids in their simple form, and without leading zeros."""
    return _simplify_ids(ids).str.replace(r"^0+(.)", "$1")


def _is_apart(table_name: str, ids_by_table: Mapping[str, Collection[str]]) -> bool:
    """Say whether none of the ids of a table is in the first table that it belongs to."""
    parent_name = next((name for name in _PARENT_TABLES.get(table_name, ()) if ids_by_table.get(name)), "")
    ids, parent_ids = ids_by_table[table_name], ids_by_table.get(parent_name, ())
    return min(len(ids), len(parent_ids)) >= FEWEST_IDS and not {*ids} & {*parent_ids}


def _report_spellings(
    spellings: Mapping[str, Mapping[str, str]], uncertain_ids: Mapping[str, Collection[str]]
) -> Iterator[Issue]:
    for table_name, changed_ids in spellings.items():
        examples = tuple(f"{old_id} ({new_id})" for old_id, new_id in sorted(changed_ids.items())[:_LISTED_IDS])
        yield Issue(create_message("ids-joined", cells=examples), "", None, table_name.split(".")[0], len(changed_ids))
    for table_name, ids in uncertain_ids.items():
        if ids and table_name in CLEAN_TABLES:
            examples = tuple(sorted(ids)[:_LISTED_IDS])
            yield Issue(create_message("ids-alike", cells=examples), "", None, table_name, len(ids))


def _report_unmatched(ids_by_table: Mapping[str, Collection[str]], apart_tables: Collection[str]) -> Iterator[Issue]:
    for table_name, ids in ids_by_table.items():
        parent_name = next((name for name in _PARENT_TABLES.get(table_name, ()) if ids_by_table.get(name)), "")
        if not parent_name or table_name == "children":
            continue
        unmatched_ids = {*ids} - {*ids_by_table[parent_name]}
        if table_name in apart_tables:
            message = create_message("ids-apart", table=table_name, parent_table=parent_name)
            yield Issue(message, "", None, table_name, len(ids))
        elif unmatched_ids and table_name not in _NATIONAL_TABLES:
            examples = tuple(sorted(unmatched_ids)[:_LISTED_IDS])
            message = create_message("ids-unmatched", table=table_name, parent_table=parent_name, cells=examples)
            yield Issue(message, "", None, table_name, len(unmatched_ids))
