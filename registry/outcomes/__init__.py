"""Outcomes: whether it is still in use, and why."""
