"""Tables: what a council has, read into the clean tables of contract section 2.

Every refused or doubtful cell is kept in a list of issues; nothing is dropped or guessed silently.
"""

from kpitui.tables.folder import Tables, read_folder

__all__ = ["Tables", "read_folder"]
