"""Sun on sites: horizon, rows of modules, yield."""
