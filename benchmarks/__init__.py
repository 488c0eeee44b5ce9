"""Measurements, each a ratio against a floor run in turn with it; see docs/speed.md."""
