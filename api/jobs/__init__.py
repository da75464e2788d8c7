"""Work that takes time, done by workers on the same database."""
