"""Recalls: a file that should not be used any more, and everybody who has it."""
