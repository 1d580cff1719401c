"""The OpenAPI document is valid, complete, and about the very routes that serve it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from hall_daemon.wire.problems import PROBLEMS
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall


@pytest.fixture(scope="module", params=["staff", "public"])
def client(request: pytest.FixtureRequest) -> CheckedClient:
    found: CheckedClient = request.getfixturevalue(request.param)
    return found


def operations(client: CheckedClient) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in client.document["paths"].items()
        for method, operation in methods.items()
    ]


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = {str(node["$ref"])} if "$ref" in node else set()
        return found.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def test_it_is_openapi_3_1_whose_schemas_are_schemas(client: CheckedClient) -> None:
    document = client.document
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == "1.2.3"
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("type") == "object", name
    names = {ref.rsplit("/", 1)[1] for ref in references(document)}
    assert names <= set(document["components"]["schemas"])
    ids = [operation["operationId"] for _, _, operation in operations(client)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name) for name in ids)


def test_every_path_parameter_is_described(client: CheckedClient) -> None:
    for _, path, operation in operations(client):
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


def test_every_problem_named_is_one_and_stands_at_its_status(client: CheckedClient) -> None:
    for _, _, operation in operations(client):
        for status, response in operation["responses"].items():
            for code in response.get("x-codes", ()):
                assert status in ("default", str(PROBLEMS[code]))


def test_every_route_of_the_document_is_there(client: CheckedClient) -> None:
    for method, path, operation in operations(client):
        real = re.sub(r"{\w+}", "x", path)
        if "text/event-stream" in str(operation["responses"]["200" if method == "get" else "default"]):
            method = "head"
        answer = client.session.request(method, client.base + real, timeout=5)
        if answer.status_code in (404, 405) and method != "head":
            assert answer.json()["code"] not in ("not_found", "method_not_allowed"), (method, path)


def test_the_stable_paths_are_there(staff: CheckedClient, public: CheckedClient, hall: LiveHall) -> None:
    assert staff.document["paths"]["/api/v1/tickets"]["post"]["responses"]["201"]
    for path in ("/api/v1/windows/{window}/call-next", "/api/v1/hall", "/api/v1/events", "/healthz", "/metrics"):
        assert path in staff.document["paths"]
    assert not any("window" in path or "events" in path for path in public.document["paths"])


def test_every_post_takes_a_key(client: CheckedClient) -> None:
    for method, _, operation in operations(client):
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        # A file that is sent again is told by what it is.
        pressed = method in ("post", "put") and "image/jpeg" not in str(operation.get("requestBody"))
        assert ("Idempotency-Key" in headers) == pressed


def test_the_table_of_problems_is_served(client: CheckedClient) -> None:
    table = client.get("/api/v1/problems").json()["problems"]
    assert {code: row["status"] for code, row in table.items()} == PROBLEMS
