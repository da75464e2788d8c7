"""Naming and taking off supporters, inviting and disputing guardians, agreeing and withdrawing."""

from __future__ import annotations

from registry.relations.usecases.consents import PURPOSES, consent, withdraw_consent
from registry.relations.usecases.guardians import (
    accept_guardian,
    end_guardian,
    freeze_guardian,
    invite_guardian,
    settle_guardian,
)
from registry.relations.usecases.supporters import GRANTS, name_supporter, take_off_supporter

__all__ = [
    "GRANTS",
    "MOST_AT_A_TIME",
    "PURPOSES",
    "accept_guardian",
    "consent",
    "end_guardian",
    "freeze_guardian",
    "invite_guardian",
    "name_supporter",
    "settle_guardian",
    "take_off_supporter",
    "withdraw_consent",
]
