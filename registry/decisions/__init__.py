"""Decisions: what was asked, who was there, and what the person said."""
