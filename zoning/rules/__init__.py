"""Rules: grammar, model, loader, judge."""
