"""Invented projects, and what each is meant to show."""
