"""Every page that can be looked at, with an address and somebody who may see it.

Each journey adds its own rows: one for each page, more where a page has more than one state. A
page without a row fails `test_every_page.py`.
"""

from __future__ import annotations

from typing import Final

from tests.pages import rows_of_fits, rows_of_forks, rows_of_requests, rows_of_teams
from tests.pages.forgetting import password_link_in_world
from tests.pages.making import in_world, printer_in_world
from tests.pages.overseeing import recalled_in_world, reported_in_world
from tests.pages.row import Row, World

__all__ = ["NOT_PAGES", "ROWS", "Row", "World"]

ROWS: Final[tuple[Row, ...]] = (
    Row("/"),
    Row("/find", lambda _: "/find?topic=drink&topic=hold"),
    Row("/find", lambda _: "/find?topic=write", state="nothing yet"),
    Row("/designs"),
    Row("/designs/{slug}", lambda _: "/designs/wrist_hand"),
    Row("/designs/{slug}/family", lambda _: "/designs/tube_clamp/family"),
    Row("/sign-in"),
    Row("/sign-up"),
    Row("/forgotten-password"),
    Row("/forgotten-password", lambda _: "/forgotten-password?done=sent", state="sent"),
    Row("/new-password", password_link_in_world),
    Row("/new-password", lambda _: "/new-password?link=fcp_old", state="ended", status=404),
    Row("/me", who="anna"),
    Row("/me/agreements", who="anna"),
    Row("/me/data", who="anna"),
    Row("/me/data/erase", who="anna"),
    Row("/me/helpers", who="anna"),
    Row("/me/news", who="anna"),
    Row("/me/profile", who="anna"),
    Row("/me/safety", who="mo"),
    Row("/erased"),
    Row("/about/{name}", lambda _: "/about/how-it-works", state="how"),
    Row("/about/{name}", lambda _: "/about/together", state="together"),
    Row("/about/{name}", lambda _: "/about/privacy", state="privacy"),
    Row("/about/{name}", lambda _: "/about/accessibility", state="accessibility"),
    Row("/easy-read"),
    Row("/easy-read/{name}", lambda _: "/easy-read/how-it-works"),
    Row("/report"),
    Row("/report/{report_id}", lambda w: f"/report/{reported_in_world(w)}", "anna"),
    Row("/me/reports", lambda w: reported_in_world(w) and "/me/reports", "anna"),
    Row("/stewards", lambda w: reported_in_world(w) and "/stewards", "mo"),
    Row("/stewards", who="anna", state="no steward", status=403),
    Row(
        "/stewards/reports/{report_id}", lambda w: f"/stewards/reports/{reported_in_world(w)}", "mo"
    ),
    Row("/stewards/vetting", who="mo"),
    Row("/stewards/recalls", lambda w: recalled_in_world(w) and "/stewards/recalls", "mo"),
    Row("/make", state="nobody"),
    Row("/make", lambda w: in_world(w, "open") and "/make", "ben"),
    Row("/make/offer", who="anna", state="new"),
    Row("/make/offer", who="ben"),
    Row("/make/printers", who="anna", state="no maker"),
    Row("/make/printers", lambda w: printer_in_world(w) and "/make/printers", "ben"),
    Row("/make/printers/new", who="ben"),
    Row("/make/printers/{printer_id}", printer_in_world, "ben"),
    Row(
        "/make/printers/{printer_id}/test-piece",
        lambda w: f"{printer_in_world(w)}/test-piece",
        "ben",
    ),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "open"), "ben", "open"),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "asked"), "ben", "asked"),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "waiting"), "ben", "waiting"),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "held"), "ben", "held"),
    Row("/make/jobs/{job_id}/plates", lambda w: f"{in_world(w, 'held')}/plates", "ben"),
    Row("/make/jobs/{job_id}/variants", lambda w: f"{in_world(w, 'held')}/variants", "ben"),
    Row("/make/jobs/{job_id}/let-go", lambda w: f"{in_world(w, 'held')}/let-go", "ben"),
    *rows_of_fits.ROWS,
    *rows_of_forks.ROWS,
    *rows_of_requests.ROWS,
    *rows_of_teams.ROWS,
    Row("/{nothing}", lambda _: "/nothing-is-here", state="not found", status=404),
)

NOT_PAGES: Final[frozenset[str]] = frozenset(
    {
        *rows_of_fits.NOT_PAGES,
        *rows_of_forks.NOT_PAGES,
        *rows_of_requests.NOT_PAGES,
        "/me/data/copy",
        "/make/test-piece/test_piece.3mf",
        "/make/jobs/{job_id}/variants/{variant_id}/file",
    }
)
"""GET routes of the pages that give files, or lead on."""
