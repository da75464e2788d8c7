"""Supporters, guardians and consents: who may do what for whom."""
