"""Proof over people: a design is made and checked for many bodies, and a certificate says so.

Every person's device is made as it would be for a maker and every check of `parametric.checks` is
run on the meshes that would be printed. Nobody in a proof is real: see `parametric.people`.
Designs without body measurements are proved over their own settings instead.
"""

from parametric.proof.certificate import (
    MOST_EXCLUDED,
    NOT_CHECKED,
    SAMPLE_OF_PEOPLE,
    SAMPLE_OF_SETTINGS,
    Certificate,
    Excluded,
    Failure,
    HoleExtremes,
    Worst,
    digest_of,
)
from parametric.proof.proving import Progress, ProofCancelled, prove
from parametric.proof.sample import EXACT_PEOPLE, SEED, sample_parameters

__all__ = [
    "EXACT_PEOPLE",
    "MOST_EXCLUDED",
    "NOT_CHECKED",
    "SAMPLE_OF_PEOPLE",
    "SAMPLE_OF_SETTINGS",
    "SEED",
    "Certificate",
    "Excluded",
    "Failure",
    "HoleExtremes",
    "Progress",
    "ProofCancelled",
    "Worst",
    "digest_of",
    "prove",
    "sample_parameters",
]
