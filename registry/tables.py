"""Every table, imported once: what alembic compares the database with."""

from __future__ import annotations

from registry import audit, platform
from registry.adaptations import model as adaptations
from registry.coproduction import model as coproduction
from registry.db import Base
from registry.decisions import model as decisions
from registry.files import model as files
from registry.fits import model as fits
from registry.jobs import model as jobs
from registry.offers import model as offers
from registry.outcomes import model as outcomes
from registry.people import model as people
from registry.recalls import model as recalls
from registry.reports import model as reports
from registry.requests import model as requests

METADATA = Base.metadata
MODULES = (
    adaptations,
    audit,
    coproduction,
    decisions,
    files,
    fits,
    jobs,
    offers,
    outcomes,
    people,
    platform,
    recalls,
    reports,
    requests,
)
