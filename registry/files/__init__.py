"""Files: what is kept of them, by a keyed digest."""
