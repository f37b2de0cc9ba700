"""Cells of a region held against rules: questions, answers, states, verdicts."""
