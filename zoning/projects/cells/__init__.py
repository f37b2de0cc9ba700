"""What one cell says: numbers, dates, units, choices, identifiers, and what is refused."""
