"""Somebody who asks and somebody who makes, with accounts on a service that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)
PLACE = {"country": "GB", "town": "London"}


@dataclass(frozen=True)
class Met:
    """Their secrets, a request whose maker was confirmed, and one that is open to all."""

    anna: str
    ben: str
    request: str
    open_request: str


def meet(address: str) -> Met:
    """Open accounts, a maker and two requests through the API of the service at `address`.

    Raises:
        httpx2.HTTPStatusError: the service refused something.
    """
    with httpx2.Client(base_url=f"{address}/api/v1", timeout=30.0) as client:
        secrets = {}
        for name in ("anna", "ben"):
            account = {"email": f"{name}@example.org", "password": PASSWORD}
            client.post("/accounts", json=account).raise_for_status()
            secrets[name] = client.post("/sessions", json=account).json()["secret"]

        def ask(who: str, method: str, path: str, body: Any = None) -> Any:
            signed_in = {"Authorization": f"Bearer {secrets[who]}"}
            answer = client.request(method, path, headers=signed_in, json=body)
            answer.raise_for_status()
            return answer.json()

        offer = {"shown_name": "Ben", "sends_km": 300, "languages": ["en"], "most_jobs": 3}
        ask("ben", "PUT", "/makers/me", {**offer, **PLACE})
        printer = {"profile": {"name": "mine"}, "materials": ["PLA"]}
        ask("ben", "POST", "/makers/me/printers", printer)
        agreed = {"purpose": "share_with_makers", "words_version": "1"}
        ask("anna", "POST", "/me/consents", agreed)

        def opened(words: str) -> str:
            wish = {"wish": {"words": words}, "place": PLACE, "is_public": True}
            request = ask("anna", "POST", "/requests", wish)["id"]
            for to in ("ready", "open"):
                ask("anna", "POST", f"/requests/{request}/moves", {"to": to})
            return str(request)

        request = opened("Hold a cup")
        job = ask("ben", "GET", "/jobs")["open"][0]["id"]
        claim = ask("ben", "POST", f"/jobs/{job}/claims")["claim"]
        ask("anna", "POST", f"/jobs/{job}/confirm", {"claim": claim})
        open_request = opened("Hold my viola bow")
        return Met(secrets["anna"], secrets["ben"], request, open_request)
