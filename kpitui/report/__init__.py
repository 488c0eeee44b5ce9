"""The board and its parts as documents: JSON, plain text, Markdown and CSV."""
