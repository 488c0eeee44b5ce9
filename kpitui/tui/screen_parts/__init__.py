"""The parts that screens are made of: each takes the screen it works for, and answers some commands."""
