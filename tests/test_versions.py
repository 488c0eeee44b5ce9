"""The lowest versions that are allowed, as they are installed to be run."""

from __future__ import annotations

import pytest

from tests.versions import list_lowest_versions, read_requirements


def test_a_lower_bound_is_the_version_that_is_installed() -> None:
    requirements = ["polars>=2.0,<3", "psycopg[binary]>=3.2.2,<4", "polars>=2.0,<3"]
    assert list_lowest_versions(requirements) == ["polars==2.0", "psycopg==3.2.2"]


@pytest.mark.parametrize("requirements", [["polars<3"], ["typst>=0.14,<1", "typst>=0.15,<1"]])
def test_a_bound_that_is_missing_or_not_the_only_one_is_refused(requirements: list[str]) -> None:
    with pytest.raises(ValueError, match="lower bound"):
        list_lowest_versions(requirements)


def test_every_dependency_of_the_suite_has_a_lowest_version() -> None:
    assert len(list_lowest_versions(read_requirements())) == len(set(read_requirements()))
