"""Presets: what is sited, under which rules, with which preferences. Files beside this code."""
