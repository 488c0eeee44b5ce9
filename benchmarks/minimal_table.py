"""The smallest Textual program with a table of 40 rows: the floor that the terminal program has."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Table(App[None]):
    def compose(self) -> ComposeResult:
        table: DataTable[str] = DataTable()
        table.add_columns("one", "two", "three")
        table.add_rows([f"cell {row}", "87.8%", "43 of 49"] for row in range(40))
        yield table


if __name__ == "__main__":
    Table().run()
