"""Turns a board into documents: JSON, plain text, Markdown, CSV and the committee briefing."""
