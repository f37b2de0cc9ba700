"""Where a project lies: notations, datums, zones, vertices, rings."""
