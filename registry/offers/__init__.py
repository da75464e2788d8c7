"""Offers: what a fork makes better flows back to what it grew out of, and what came of that."""
