"""The config as a file: its lines, its fields, and the address of a database."""
