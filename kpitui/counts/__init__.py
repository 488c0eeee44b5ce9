"""Counts: cases labelled, added up by month, and counted over any period of every rule."""
