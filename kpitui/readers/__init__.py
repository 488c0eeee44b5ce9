"""Files and databases read into rows, with the line of each."""
