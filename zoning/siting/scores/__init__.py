"""Sites and cells scored by preferences, and two rankings compared."""
