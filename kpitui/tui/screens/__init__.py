"""Screens of the terminal program. Each shows a part of the board and handles input."""
