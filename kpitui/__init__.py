"""Work out and show an English council's children's services indicators in a terminal."""

__version__ = "0.1.0"
