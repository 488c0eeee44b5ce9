"""``python -m benchmarks.small_bombs_child CONFIG``: one measurement of ``benchmarks.small_bombs``."""

import sys

from benchmarks.small_bombs import measure_check

if __name__ == "__main__":
    measure_check(sys.argv[1])
