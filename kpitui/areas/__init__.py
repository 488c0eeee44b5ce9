"""Many councils: their counts in one table, and how each compares with the others."""
