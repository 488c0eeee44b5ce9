"""The indicators as data, read from the package's TOML and the council's config."""
