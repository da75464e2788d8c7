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
