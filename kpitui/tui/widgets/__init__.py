"""The widgets that the screens are made of: each draws lines and posts what the user did."""
