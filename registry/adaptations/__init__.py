"""Adaptations: teams, forks, their versions and their lineage."""
