"""The council's config: its settings and its briefing profiles."""
