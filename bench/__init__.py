"""Measurements of what fitcommons claims: how fast, how heavy, how long."""
