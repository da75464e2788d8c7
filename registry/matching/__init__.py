"""Matching: who could make it, and why they."""
