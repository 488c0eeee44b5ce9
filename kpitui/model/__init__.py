"""Immutable types that every part shares: indicators, periods, issues and the board."""
