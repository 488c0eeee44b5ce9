"""What the screens show, as lines of text. Pure functions of the board and a width."""
