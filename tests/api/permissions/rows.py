"""Who may use which route: one row for each, written by hand, compared with every route there is.

The request of the rows is Anna's, who is grown up: a maker was confirmed for it, another one gave
it back, a third was asked. `young` says who may do the same with a young person's request that is
open. A token of Anna's reaches what she may, where the route is of its scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

PRINCIPALS: Final = (
    "nobody",
    "requester",
    "other",
    "supporter",
    "guardian",
    "young_person",
    "maker",
    "former_maker",
    "asked_maker",
    "other_maker",
    "team_token",
    "reviewer",
    "steward",
    "token_designs",
    "token_fits",
    "token_requests",
    "token_jobs",
    "token_me",
)
TOKENS: Final = {f"token_{scope}": scope for scope in ("designs", "fits", "requests", "jobs", "me")}
STRANGERS: Final = frozenset(
    {"other", "former_maker", "other_maker", "reviewer", "guardian", "young_person"}
)
"""To Anna's request. They must not learn that it is there."""

EVERYBODY: Final = frozenset(PRINCIPALS) - set(TOKENS)
PEOPLE: Final = EVERYBODY - {"nobody", "team_token"}
KNOWN: Final = EVERYBODY - {"nobody"}
HERS: Final = frozenset({"requester"})
HELPED: Final = HERS | {"supporter"}
BOTH: Final = HELPED | {"maker"}
THEIRS: Final = frozenset({"young_person", "guardian"})
MAKERS: Final = frozenset({"maker", "former_maker", "asked_maker", "other_maker"})
PRINTER: Final[dict[str, Any]] = {"profile": {"name": "New"}, "materials": ["PLA"]}
CLAMP: Final[dict[str, Any]] = {"design": "tube_clamp", "entries": {"tube_diameter": 25}}
NONE: Final = frozenset[str]()
INVITATION: Final = "fci_to_six_hours"
PASSWORD_LINK: Final = "fcp_of_annas"  # noqa: S105 (made up)
SOON: Final = (datetime.now(UTC) + timedelta(days=9)).isoformat()


@dataclass(frozen=True)
class Row:
    """Who may, what is sent, and whether strangers may not even learn that it is there."""

    scope: str | None
    may: frozenset[str]
    young: frozenset[str] | None = None
    body: dict[str, Any] | None = None
    hidden: bool = False
    form: dict[str, str] | None = None
    file: str = "file"


def _row(scope: str | None, *may: str, **more: Any) -> Row:
    return Row(scope, frozenset(may), **more)


def _of_request(
    may: frozenset[str], young: frozenset[str], body: dict[str, Any] | None = None
) -> Row:
    return Row("requests", may, young, body, hidden=True)


def _of_job(may: frozenset[str], body: dict[str, Any] | None = None) -> Row:
    return Row("jobs", may, NONE, body, hidden=True)


def _of_me(body: dict[str, Any] | None = None) -> Row:
    return Row("me", PEOPLE, None, body)


def _mine(body: dict[str, Any] | None = None, *also: str) -> Row:
    return Row("me", HERS | set(also), None, body, hidden=True)


def _designs(may: frozenset[str] = EVERYBODY, body: dict[str, Any] | None = None) -> Row:
    return Row("designs", may, None, body)


_API: Final = "/api/v1"
_REQUEST: Final = f"{_API}/requests/{{request_id}}"
_JOB: Final = f"{_API}/jobs/{{job_id}}"
_TEAM: Final = f"{_API}/teams/{{team_id}}"

_TAKEN: Final = {"answer": "taken", "words": "Thank you."}

ROWS: Final[dict[str, Row]] = {
    "GET /healthz": Row(None, EVERYBODY),
    "GET /readyz": Row(None, EVERYBODY),
    "GET /metrics": Row(None, EVERYBODY),
    # --- accounts and what belongs to them ------------------------------------
    f"POST {_API}/accounts": Row(
        None, EVERYBODY, body={"email": "new@example.org", "password": "boat lamp carrot"}
    ),
    f"POST {_API}/sessions": Row(
        None, EVERYBODY, body={"email": "anna@example.org", "password": "boat lamp carrot"}
    ),
    f"DELETE {_API}/sessions/current": _of_me(),
    f"POST {_API}/password-links": Row(None, EVERYBODY, body={"email": "anna@example.org"}),
    f"PUT {_API}/password": Row(
        None, EVERYBODY, body={"link": PASSWORD_LINK, "password": "river stamp onion"}
    ),
    f"PUT {_API}/me/password": _of_me({"old": "not this one", "new": "river stamp onion"}),
    f"PUT {_API}/me/second-factor": _of_me(),
    f"POST {_API}/me/second-factor/confirm": _of_me({"code": "123456"}),
    f"POST {_API}/me/second-factor/recovery-codes": _of_me({"code": "123456"}),
    f"POST {_API}/me/second-factor/off": _of_me({"code": "123456"}),
    f"GET {_API}/tokens": _of_me(),
    f"POST {_API}/tokens": Row("me", PEOPLE, None, {"name": "x", "scopes": ["me"]}),
    f"DELETE {_API}/tokens/{{token_id}}": _mine(),
    f"GET {_API}/me": _of_me(),
    f"PATCH {_API}/me": _of_me({"name": "New"}),
    f"GET {_API}/me/reads": _of_me(),
    f"GET {_API}/me/notices": _of_me(),
    f"GET {_API}/me/export": _of_me(),
    f"DELETE {_API}/me": _of_me(),
    f"GET {_API}/me/supporters": _of_me(),
    f"POST {_API}/me/supporters": _of_me({"email": "other@example.org", "may": ["see"]}),
    f"DELETE {_API}/me/supporters/{{support_id}}": _mine(None, "supporter"),
    f"GET {_API}/me/guardians": _of_me(),
    f"POST {_API}/me/guardians": _of_me({"guardian_email": "other@example.org"}),
    f"POST {_API}/me/guardians/{{guardianship_id}}/accept": _row("me", "guardian"),
    f"POST {_API}/me/guardians/{{guardianship_id}}/freeze": _row("me", *THEIRS, "steward"),
    f"POST {_API}/me/guardians/{{guardianship_id}}/settle": _row(
        "me", "steward", body={"reason": "all_agree"}
    ),
    f"DELETE {_API}/me/guardians/{{guardianship_id}}?reason=other": _row(
        "me", "guardian", "steward"
    ),
    f"GET {_API}/me/consents": _of_me(),
    f"POST {_API}/me/consents": _of_me({"purpose": "share_with_makers", "words_version": "1"}),
    f"DELETE {_API}/me/consents/{{consent_id}}": _mine(),
    # --- designs and forks -----------------------------------------------------
    f"GET {_API}/schemas/fork.json": _designs(),
    f"GET {_API}/designs": _designs(),
    f"GET {_API}/designs/{{slug}}": _designs(),
    f"GET {_API}/designs/{{slug}}/lineage": _designs(),
    f"GET {_API}/designs/{{slug}}/outcomes": Row(None, EVERYBODY),
    f"GET {_API}/designs/{{slug}}/versions/{{version}}": _designs(),
    f"GET {_API}/designs/{{slug}}/versions/{{version}}/certificate": _designs(),
    f"POST {_API}/designs/{{slug}}/versions/{{version}}/certificate": _designs(
        frozenset({"steward"})
    ),
    f"POST {_API}/designs/{{slug}}/forks": _designs(
        KNOWN,
        {
            "slug": "bow_clamp",
            "title": "Bow clamp",
            "summary": "Holds a bow.",
            "why": "For a viola.",
            "authors": ["Team"],
        },
    ),
    f"GET {_API}/designs/{{slug}}/versions/{{version}}/reviews": _designs(),
    f"POST {_API}/designs/{{reviewed}}/versions/{{version}}/reviews": _designs(
        frozenset({"reviewer"}), {"name": "Ada Example", "holds": True, "says": "Sound."}
    ),
    f"GET {_API}/reviews/waiting": _designs(frozenset({"reviewer", "steward"})),
    f"GET {_API}/designs/{{fork}}/draft": _designs(frozenset({"team_token", "other"})),
    f"PUT {_API}/designs/{{fork}}/draft": _designs(frozenset({"team_token", "other"}), {}),
    f"POST {_API}/designs/{{fork}}/versions": _designs(frozenset({"team_token", "other"}), {}),
    f"POST {_API}/designs/{{offering}}/offers": _designs(
        frozenset({"team_token", "other"}), {"version": "0.1.0", "why": "It holds better."}
    ),
    f"GET {_API}/designs/{{slug}}/offers": _designs(),
    f"GET {_API}/offers/{{offer_id}}": _designs(),
    f"POST {_API}/offers/{{offer_id}}/answers": _designs(frozenset({"steward"}), _TAKEN),
    f"POST {_API}/offers/{{own_offer_id}}/answers": _designs(
        frozenset({"team_token", "other"}), _TAKEN
    ),
    f"POST {_API}/offers/{{offer_id}}/withdrawal": _designs(frozenset({"team_token", "other"})),
    # --- teams -----------------------------------------------------------------
    f"POST {_API}/teams": Row("designs", PEOPLE, None, {"name": "Six hours"}),
    f"GET {_API}/teams": Row("designs", PEOPLE),
    f"GET {_TEAM}": _row("designs", "other"),
    f"PATCH {_TEAM}": _row("designs", "other", body={"name": "Seven hours"}),
    f"PUT {_TEAM}/members/{{person_id}}": _row("designs", "other", body={"role": "member"}),
    f"DELETE {_TEAM}/members/{{person_id}}": _row("designs", "other"),
    f"PUT {_TEAM}/me": _row("designs", "other", body={"shows_name": True}),
    f"POST {_TEAM}/tokens": _row("designs", "other", body={"name": "hackathon"}),
    f"GET {_TEAM}/tokens": _row("designs", "other"),
    f"DELETE {_TEAM}/tokens/{{team_token_id}}": _row("designs", "other"),
    f"POST {_TEAM}/invitations": _row("designs", "other"),
    f"GET {_TEAM}/invitations": _row("designs", "other"),
    f"DELETE {_TEAM}/invitations/{{invitation_id}}": _row("designs", "other"),
    f"POST {_API}/teams/joins": Row("designs", PEOPLE, None, {"secret": INVITATION}),
    # --- fits ------------------------------------------------------------------
    f"POST {_API}/fits": Row(
        "fits",
        EVERYBODY - {"team_token"},
        None,
        {"design": "tube_clamp", "entries": {"tube_diameter": 25}},
    ),
    f"POST {_API}/previews": Row("fits", EVERYBODY - {"team_token"}, None, CLAMP),
    f"POST {_API}/previews/model": Row("fits", EVERYBODY - {"team_token"}, None, CLAMP),
    f"GET {_API}/fits/{{fit_id}}": Row("fits", BOTH, None, None, hidden=True),
    f"GET {_API}/fits/{{fit_id}}/files/{{name}}": Row("fits", BOTH, None, None, hidden=True),
    f"DELETE {_API}/fits/{{fit_id}}": Row("fits", HERS, None, None, hidden=True),
    # --- requests --------------------------------------------------------------
    f"POST {_API}/requests": Row("requests", PEOPLE, None, {"wish": {"words": "Hold a bow"}}),
    f"GET {_API}/requests": Row("requests", PEOPLE),
    f"GET {_REQUEST}": _of_request(BOTH | {"steward"}, THEIRS | {"asked_maker", "steward"}),
    f"PATCH {_REQUEST}": _of_request(HELPED, THEIRS, {"languages": ["de"]}),
    f"DELETE {_REQUEST}": _of_request(HERS, THEIRS),
    f"POST {_REQUEST}/moves": _of_request(HERS, THEIRS, {"to": "paused"}),
    f"GET {_REQUEST}/history": _of_request(BOTH | {"steward"}, THEIRS | {"steward"}),
    f"POST {_REQUEST}/messages": _of_request(BOTH, THEIRS, {"said": "Hello"}),
    f"GET {_REQUEST}/messages": _of_request(BOTH, frozenset({"guardian"})),
    f"POST {_REQUEST}/pictures": Row(
        "requests", BOTH, THEIRS, hidden=True, form={}, file="picture"
    ),
    f"GET {_REQUEST}/pictures": _of_request(BOTH, THEIRS),
    f"GET {_REQUEST}/pictures/{{picture_id}}": _of_request(BOTH, NONE),
    f"DELETE {_REQUEST}/pictures/{{picture_id}}": _of_request(HERS, NONE),
    f"POST {_REQUEST}/fit-check": _of_request(HERS, THEIRS, {"fits": True, "answers": {}}),
    f"GET {_REQUEST}/fit-check": _of_request(BOTH, THEIRS),
    f"POST {_REQUEST}/decisions": _of_request(
        BOTH, THEIRS, {"question": "Which colour?", "options": ["red", "blue"]}
    ),
    f"GET {_REQUEST}/decisions": _of_request(BOTH, THEIRS),
    f"POST {_REQUEST}/decisions/{{decision_id}}/answers": _of_request(
        HERS | {"maker"}, NONE, {"answer": "not_sure"}
    ),
    f"POST {_REQUEST}/decisions/{{decision_id}}/withdrawal": _of_request(
        HERS, NONE, {"why": "Measured again."}
    ),
    f"GET {_REQUEST}/coproduction": _of_request(BOTH, THEIRS),
    f"PUT {_REQUEST}/coproduction/claim": _of_request(
        BOTH, THEIRS, {"rung": "co_design", "score": 4}
    ),
    f"GET {_REQUEST}/meetings": _of_request(BOTH, THEIRS),
    f"POST {_REQUEST}/meetings": _of_request(
        BOTH,
        frozenset({"guardian"}),
        {"at": SOON, "invited": ["person", "guardian"], "expenses": "none_arise"},
    ),
    f"POST {_REQUEST}/meetings/{{meeting_id}}/answer": _of_request(HELPED, NONE, {"suits": True}),
    f"POST {_REQUEST}/meetings/{{meeting_id}}/notes": _of_request(BOTH, NONE, {"said": "Hello"}),
    f"GET {_REQUEST}/outcomes": _of_request(BOTH, THEIRS),
    f"POST {_REQUEST}/outcomes/{{after}}": _of_request(
        HERS, THEIRS, {"still_in_use": True, "answers": {}}
    ),
    f"GET {_REQUEST}/matches": _of_request(HELPED, THEIRS),
    f"POST {_REQUEST}/asks": _of_request(
        HELPED, frozenset({"guardian"}), {"maker_ids": ["7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"]}
    ),
    f"GET {_REQUEST}/asks": _of_request(HELPED, THEIRS),
    # --- makers ----------------------------------------------------------------
    f"GET {_API}/makers/me": Row("jobs", MAKERS),
    f"PUT {_API}/makers/me": Row(
        "jobs", PEOPLE, None, {"shown_name": "Me", "country": "DE", "town": "Leipzig"}
    ),
    f"POST {_API}/makers/me/printers": Row("jobs", MAKERS, None, PRINTER),
    f"PUT {_API}/makers/me/printers/{{printer_id}}": Row(
        "jobs", frozenset({"maker"}), None, PRINTER, hidden=True
    ),
    f"DELETE {_API}/makers/me/printers/{{printer_id}}": Row(
        "jobs", frozenset({"maker"}), None, None, hidden=True
    ),
    f"GET {_API}/makers/{{maker_id}}": Row("requests", PEOPLE),
    f"POST {_API}/makers/{{maker_id}}/vetting": Row(
        "me", frozenset({"steward"}), None, {"until": "2027-01-01", "reason": "identity_checked"}
    ),
    f"POST {_API}/assignments": Row(
        "requests",
        frozenset({"steward"}),
        None,
        {"request_ids": ["7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"]},
    ),
    # --- stewards --------------------------------------------------------------
    f"GET {_API}/stewards/disputes": _row("me", "steward"),
    f"GET {_API}/stewards/waiting": _row("me", "steward"),
    f"POST {_API}/recalls": _row(
        "me", "steward", body={"digest": "ab" * 32, "because": "breaks", "reason": "Thin."}
    ),
    f"GET {_API}/recalls": _row("me", "steward"),
    f"DELETE {_API}/recalls/{{recall_id}}": _row("me", "steward"),
    f"POST {_API}/reports": Row(
        "me",
        EVERYBODY - {"team_token"},
        None,
        {"kind": "page", "subject": "/", "why": "wrong", "said": ""},
    ),
    f"GET {_API}/reports": _of_me(),
    f"GET {_API}/reports/{{report_id}}": _mine(None, "steward"),
    f"GET {_API}/stewards/reports": _row("me", "steward"),
    f"POST {_API}/stewards/reports/{{report_id}}/answer": _row(
        "me", "steward", body={"came_of_it": "acted"}
    ),
    # --- jobs ------------------------------------------------------------------
    f"GET {_API}/jobs": Row("jobs", PEOPLE),
    f"GET {_JOB}": Row("jobs", BOTH, THEIRS, hidden=True),
    # Another one was confirmed meanwhile: who was asked learns no more.
    f"POST {_JOB}/answers": _of_job(NONE, {"answer": "yes"}),
    f"POST {_JOB}/claims": _of_job(frozenset({"maker"})),
    f"POST {_JOB}/confirm": Row("requests", HERS, None, {"claim": 1}, hidden=True),
    f"POST {_JOB}/decline": Row("requests", HERS, None, {"claim": 1}, hidden=True),
    f"DELETE {_JOB}/claim?claim=1": _of_job(frozenset({"maker"})),
    f"POST {_JOB}/hand-over": _of_job(frozenset({"maker"}), {"claim": 1, "notes": ""}),
    f"PATCH {_JOB}": _of_job(frozenset({"maker"}), {"claim": 1, "printed": True}),
    f"POST {_JOB}/variants": Row(
        "jobs", frozenset({"maker"}), NONE, hidden=True, form={"claim": "1", "why": "Thicker"}
    ),
    f"GET {_JOB}/variants": Row("jobs", BOTH, THEIRS, hidden=True),
    f"GET {_JOB}/variants/{{variant_id}}/file": _of_job(BOTH),
}
