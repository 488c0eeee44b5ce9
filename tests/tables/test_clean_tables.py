"""The declarations of the clean tables: whole in themselves, and safe where something was forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import File, read, said

from kpitui.model.clean_tables import CHILD, CLEAN_TABLES, find_clean_table
from kpitui.model.table_schema import CleanTable, ColumnType

TABLES = [*CLEAN_TABLES.values()]


def named_columns(clean_table: CleanTable) -> Iterator[str]:
    """Every column that any part of a declaration names."""
    yield from (*clean_table.key_columns, *clean_table.mandatory_columns, *clean_table.event_columns)
    yield from (*(clean_table.span_columns or ()), *clean_table.provenance_columns)
    yield from filter(None, (clean_table.subject.id_column, clean_table.period_column, clean_table.end_detail_column))
    yield from (*clean_table.knowledge_dates.known_from_columns, *clean_table.knowledge_dates.open_ended_columns)
    for end_column, dependent_columns in clean_table.knowledge_dates.end_columns:
        yield from (end_column, *dependent_columns)
    for template in clean_table.timeline_events:
        yield from (template.day_column, *(name for name, _ in template.detail_columns))
        yield from filter(None, (template.end_column,))
    if clean_table.covers_many_areas:
        yield "la_code"


@pytest.mark.parametrize("clean_table", TABLES, ids=lambda table: table.name)
def test_a_declaration_names_only_columns_of_its_own(clean_table: CleanTable) -> None:
    assert {*named_columns(clean_table)} <= {*clean_table.columns}


@pytest.mark.parametrize("clean_table", TABLES, ids=lambda table: table.name)
def test_every_date_says_what_is_known_before_it(clean_table: CleanTable) -> None:
    """A date column that is forgotten would show a replayed board the future."""
    knowledge_dates = clean_table.knowledge_dates
    covered = {
        *knowledge_dates.known_from_columns,
        *knowledge_dates.open_ended_columns,
        *(name for name, _ in knowledge_dates.end_columns),
    }
    dates = {column.name for column in clean_table.columns.values() if column.column_type is ColumnType.DATE}
    always_known = {"children": {"dob"}, "published_series": {"published_date"}, "commentary": {"due_date"}}
    # A referral comes before its assessment, and the day a conference is due is set with the enquiry.
    always_known |= {"assessments": {"referral_date"}, "enquiries": {"conference_target"}}
    always_known |= {"populations": {"published_date"}, "leavers": {"dob"}}
    always_known |= {"protection_reviews": {"plan_start"}, "care_reviews": {"due_date"}}
    assert dates - covered == always_known.get(clean_table.name, set())


@pytest.mark.parametrize("clean_table", TABLES, ids=lambda table: table.name)
def test_a_table_with_a_child_in_it_is_about_children(clean_table: CleanTable) -> None:
    assert ("child" in clean_table.columns) == (clean_table.subject is CHILD)


@pytest.mark.parametrize("clean_table", TABLES, ids=lambda table: table.name)
def test_what_is_said_of_ends_and_overlaps_has_a_span(clean_table: CleanTable) -> None:
    if clean_table.spans_exclude_each_other or clean_table.end_detail_column or clean_table.repeats_open_spells:
        assert clean_table.span_columns is not None


def test_nothing_is_public_of_a_table_that_nobody_declared() -> None:
    unknown = find_clean_table("early_help")
    assert not unknown.subject.has_public_counts
    assert not unknown.subject.has_public_rows
    assert unknown == CleanTable("early_help", {}, (), ())


def test_who_referred_a_child_is_no_provenance(tmp_path: Path) -> None:
    """`source` says where a published figure is from; of a referral it is a fact like any other."""
    header = "LAchildID,CINreferralDate,ReferralSource\n"
    files: dict[str, File] = {"2018.csv": f"{header}A,2018-10-01,1A\nB,2018-10-02,6\n"}
    files["2019.csv"] = f"{header}A,2018-10-01,3D\nB,2018-10-02,6\nC,2019-10-02,6\n"
    assert said(read(tmp_path, files)) == ["2018.csv:2: 1 row differs from a later file. The later file was used."]
