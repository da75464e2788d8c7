"""A wrist-driven hand: bending the wrist closes the fingers (tenodesis), after e-NABLE's hands."""
