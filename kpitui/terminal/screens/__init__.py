"""The screens: each shows a part of the board and answers what its widgets ask for."""
