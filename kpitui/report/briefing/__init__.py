"""The committee's briefing, built from a board in the order it is read."""
