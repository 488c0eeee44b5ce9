"""Judgements: pure functions of counts and targets, each a published rule with worked examples."""
