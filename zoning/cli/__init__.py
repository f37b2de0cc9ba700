"""Commands: each composes public verbs; progress and messages go to stderr."""

from zoning.cli.entry import app, main

__all__ = ["app", "main"]
