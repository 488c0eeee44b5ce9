"""What the screens show, as lines of text: pure functions of the board and a width."""
