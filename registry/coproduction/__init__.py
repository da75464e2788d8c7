"""Co-production: whether a device came about together, told from what happened."""
