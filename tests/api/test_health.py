"""The service says whether it lives and whether it can work."""

from fastapi.testclient import TestClient


def test_it_lives_and_is_ready(client: TestClient) -> None:
    """Both answer 200 while the database answers, with the safe headers."""
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_errors_are_problem_documents_with_safe_headers(client: TestClient) -> None:
    """Also an address that nobody knows."""
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_requests_are_counted_by_route_and_never_by_what_was_asked_for(client: TestClient) -> None:
    """The pattern of the path is counted, not the path: an id would tell of somebody."""
    client.get("/api/v1/designs/tube_clamp")
    client.get("/api/v1/requests/7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e")
    said = client.get("/metrics").text
    assert 'route="/api/v1/designs/{slug}"' in said
    assert 'route="/api/v1/requests/{request_id}",status="401"' in said
    assert "7c0d3f5e" not in said
