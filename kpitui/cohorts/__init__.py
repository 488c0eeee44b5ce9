"""Cohorts: for each indicator, one row per case."""
