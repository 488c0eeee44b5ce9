"""The children's services performance board that an analyst opens in a terminal."""

__version__ = "0.1.0"
