"""Whatever is sent to any operation, as any role, there is no mistake of ours in the answer.

What is sent comes from the API's own description, right and wrong, by schemathesis.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis.errors import Unsatisfiable
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from sqlalchemy import create_engine, text

from api.app import WHAT_MAY_COME, create_app
from api.database import create_database
from api.routes import ROUTERS
from api.settings import Settings
from registry import crypto
from registry.crypto import KeyRing
from registry.db import engine_for, sessions_of
from tests.api.folk import Folk

ROLES = ("nobody", "person", "maker", "steward")


def _operations() -> dict[str, Any]:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router, responses=WHAT_MAY_COME)
    schema = schemathesis.openapi.from_dict(app.openapi())
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return {each.label: each for each in found}


OPERATIONS = _operations()


@pytest.fixture(scope="module")
def client(
    postgres: str, migrated: str, key_ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A service for all operations, whatever becomes of its data."""
    crypto.install(key_ring)
    name = f"operations_{uuid4().hex[:8]}"
    url = create_database(postgres, name, migrated)
    folder = tmp_path_factory.mktemp("operations")
    settings = Settings.model_validate(
        {"DATABASE_URL": url, "data_dir": folder, "keys": SecretStr(key_ring.text())}
    )
    app = create_app(settings, url)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found
    app.state.engine.dispose()
    server = create_engine(engine_for(postgres).url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_mistake_of_ours(label: str, mode: GenerationMode, client: TestClient) -> None:
    """Every answer is one that the description names, and no 500."""
    operation = OPERATIONS[label]
    app: Any = client.app
    engine = engine_for(app.state.engine.url.render_as_string(hide_password=False))
    folk = Folk(client, sessions_of(engine))
    # The person may erase themselves on the way: then the rest is asked as somebody unknown.
    secrets = {
        "nobody": "",
        "person": folk.person("person", age=30).secret,
        "maker": folk.maker("maker").secret,
        "steward": folk.person("steward", is_steward=True).secret,
    }
    engine.dispose()
    documented = {str(status) for status in operation.definition.raw["responses"]}

    @hypothesis.settings(
        max_examples=3,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://testserver")
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        headers = {
            name: value
            for name, value in (sent.pop("headers", None) or {}).items()
            if name.lower() != "authorization" and str(value).isascii() and str(value).isprintable()
        }
        for role in ROLES:
            if secrets[role]:
                headers["Authorization"] = f"Bearer {secrets[role]}"
            answer = client.request(**sent, headers=headers)
            said = f"{role}: {answer.status_code} {answer.text[:300]}"
            assert answer.status_code < 500 or answer.status_code == 503, said
            name = str(answer.status_code)
            assert name in documented or f"{name[0]}XX" in documented, said

    # Where nothing is asked, nothing wrong can be sent.
    with suppress(Unsatisfiable):
        ask()
