"""Fits: one device for one body and one printer, asked for and made."""
