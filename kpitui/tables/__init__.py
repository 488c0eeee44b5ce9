"""Read the files of a council into the clean tables of the contract (design/contract.md, 2).

Every cell that is refused or doubtful is in a list of issues. Nothing is dropped or guessed
silently.
"""

from kpitui.tables.load_folder import LoadedTables, read_folder

__all__ = ["LoadedTables", "read_folder"]
