"""The few widgets that the screens are made of; each draws lines and posts what was asked for."""
