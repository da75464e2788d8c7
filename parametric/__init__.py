"""Describing a device that is made to measure: numbers in, solids and files out."""
