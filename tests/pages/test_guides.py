"""The guide of a device lies where whoever builds it and whoever wears it look for it."""

from __future__ import annotations

import re
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient

from registry.fits.model import FitFile
from tests.api.folk import Folk
from tests.pages import making

HTML = {"Accept": "text/html", "Accept-Language": "fr"}


def test_both_find_the_guide_their_own_language_first(
    app: FastAPI, client: TestClient, folk: Folk
) -> None:
    """On the page of the plates and on that of the request; a stranger finds neither."""
    anna, ben, cleo = folk.person("Anna", age=30), making.workshop(folk, "Ben"), folk.person("Cleo")
    path, job = making.being_made(folk, anna, ben)
    fit = UUID(making.made_kit(folk, path))
    with folk.sessions.begin() as session:
        for name in ("guide.pdf", "guide-ar.html", "guide-fr.pdf", "guide-fr.html", "bom.csv"):
            digest = app.state.storage.put(session, name.encode())
            session.add(FitFile(fit_id=fit, name=name, digest=digest, size=9, media_type="a/b"))
    pages = {
        ben.secret: f"/make/jobs/{job}/plates",
        anna.secret: f"/requests/{path.split('/')[-1]}",
    }

    seen = {}
    for secret, address in pages.items():
        client.cookies.set("signin", secret)
        seen[secret] = client.get(address, headers=HTML).text
    client.cookies.set("signin", cleo.secret)
    strange = {client.get(address, headers=HTML).status_code for address in pages.values()}

    for text in seen.values():
        assert re.findall(rf'href="/fits/{fit}/files/(guide[^"]*)"', text) == [
            "guide-fr.html",
            "guide-fr.pdf",
            "guide-ar.html",
            "guide.pdf",
        ]
        assert '<bdi lang="fr">Français</bdi> (page web)' in text
    assert strange == {404}
