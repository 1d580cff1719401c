"""A client that believes nothing: every answer is held against the OpenAPI document of the listener it came from."""

from __future__ import annotations

import re
from typing import Any

import requests
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

HTTP_TIMEOUT_S = 10


class CheckedClient:
    """`get` and `post` return the answer after checking that its status, type, body and problem code are documented."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.document: dict[str, Any] = self.session.get(base + "/api/v1/openapi.json", timeout=HTTP_TIMEOUT_S).json()
        self._routes = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path)), methods) for path, methods in self.document["paths"].items()
        ]

    def close(self) -> None:
        self.session.close()

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            options["json"] = body
        return self.send("POST", path, headers=headers, **options)

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.session.request(method, self.base + path, timeout=HTTP_TIMEOUT_S, **options)
        self.check(method, path.split("?")[0], answer)
        return answer

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, methods in self._routes:
            if pattern.fullmatch(path):
                found: dict[str, Any] | None = methods.get(method.lower())
                return found
        return None

    def check(self, method: str, path: str, answer: requests.Response) -> None:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        operation = self.operation(method, path)
        if operation is None:
            assert answer.status_code in (404, 405)
            assert answer.json()["code"] in ("not_found", "method_not_allowed")
            return
        responses = operation["responses"]
        status = str(answer.status_code)
        media = answer.headers["Content-Type"].split(";")[0] if answer.content else None
        if media == "application/problem+json":
            body = answer.json()
            said = [*responses.get(status, {}).get("x-codes", ()), *responses["default"]["x-codes"]]
            assert body["code"] in said, f"{method} {path}: {body['code']} is not documented for {status}"
            assert body["status"] == answer.status_code
            assert body["detail_zh"]
            assert body["advice"]
            self.conforms(body, responses["default"]["content"][media]["schema"])
            return
        assert status in responses, f"{method} {path}: {status} is not documented"
        if media is not None:
            schema = responses[status]["content"][media]["schema"]
            self.conforms(answer.json() if media == "application/json" else answer.text, schema)

    def conforms(self, body: Any, schema: dict[str, Any]) -> None:
        """Raise unless `body` is what `schema` of this document says."""
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **self.document, **schema}
        Draft202012Validator(whole).validate(body)
