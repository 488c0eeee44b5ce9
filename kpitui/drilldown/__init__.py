"""The rows behind a number: cases, one subject's time line, and search."""
