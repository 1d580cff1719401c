"""The OpenAPI 3.1 document of a listener, made from the table that also makes its routes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec

from hall_daemon.web.endpoint import Operation
from hall_daemon.wire.messages import Problem
from hall_daemon.wire.problems import PROBLEMS, detail
from hall_daemon.wire.texts import TEXT_SCHEMA

Json = dict[str, Any]

# What any request can meet before its operation is reached; `default` in the document.
ANY_CODES = (
    "bad_request", "head_too_large", "too_slow", "crowded", "not_found", "method_not_allowed", "rate_limited",
    "stopping", "internal", "wrong_host",
)
# What any POST can meet while its body is read, and from the core.
POST_CODES = (
    "bad_json", "bad_field", "bad_type", "too_large", "bad_key", "cross_site", "key_reused", "busy", "timeout",
    "storage_read_only", "accounts_away",
)
# What the gate says to whoever has not the right that an operation needs.
GATE_CODES = ("log_in_needed", "bad_credential", "not_allowed")
ANYBODY = "anybody"
WRITES = ("POST", "PUT")

_REF = "#/components/schemas/{name}"
_PARAMETERS: dict[str, Json] = {
    "ticket": {"description": "A ticket's id, or today's number", "schema": {"type": "string", "maxLength": 64}},
    "window": {"description": "A window's id", "schema": {"type": "string", "maxLength": 64}},
    "queue": {"description": "A queue's id", "schema": {"type": "string", "maxLength": 64}},
    "matter": {"description": "A matter's id, the name of its guide", "schema": {"type": "string", "maxLength": 64}},
    "form": {"description": "A form's id, the name of its file", "schema": {"type": "string", "maxLength": 64}},
    "means": {"description": "A field of the dictionary", "schema": {"type": "string", "maxLength": 64}},
    "file": {"description": "A file that a guide names", "schema": {"type": "string", "maxLength": 100}},
    "review": {"description": "A pre-review's id", "schema": {"type": "string", "maxLength": 64}},
    "paper": {"description": "A paper's id", "schema": {"type": "string", "maxLength": 64}},
    "page": {"description": "A page of it, from 1", "schema": {"type": "string", "pattern": "^[1-9][0-9]?$"}},
    "kiosk": {"description": "A kiosk's id", "schema": {"type": "string", "maxLength": 64}},
    "reading": {"description": "The number of a reading", "schema": {"type": "string", "maxLength": 16}},
    "help": {"description": "A call for a person", "schema": {"type": "string", "maxLength": 64}},
    "account": {"description": "An account's id", "schema": {"type": "string", "maxLength": 64}},
    "machine": {"description": "A machine's name", "schema": {"type": "string", "maxLength": 64}},
    "token": {
        "description": "The ticket's random token; a number is never one",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,64}$"},
    },
}
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Unique for this press, e.g. a UUID. The same request with the same key happens once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[\\x21-\\x7e]+$"},
}
_HEADERS: dict[str, str] = {
    "Case-Token": "The secret of the review, as it was said when it began",
    "Drop-Token": "The secret of a drop-box, as a phone that claimed it was told",
    "If-Match": "The version that was seen, as an ETag",
    "If-None-Match": "`*`: only where nothing lies there yet",
}
_LAST_EVENT: Json = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "Go on after this event; goes before `after`.",
    "schema": {"type": "string", "pattern": "^[0-9]+$"},
}
_WITHOUT_BODY: dict[int, Json] = {
    204: {"description": "Nothing came in that time"},
    304: {"description": "The client has it; see If-None-Match"},
}
_REPLAYED: Json = {"Idempotency-Replayed": {"description": "`true`: the key was known", "schema": {"type": "string"}}}


def document(operations: Sequence[Operation], title: str, version: str) -> Json:
    """The whole document for one listener."""
    types = tuple(t for o in operations for t in (o.body, o.reply) if t is not None)
    by_type, components = _schemas((*types, Problem))
    paths: Json = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "description": "Errors are problem+json (RFC 9457); `code` is stable, see /api/v1/problems.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }


@cache
def _schemas(types: tuple[Any, ...]) -> tuple[dict[str, Json], Json]:
    """The schema of each by its repr, and the components that they name."""
    schemas, components = msgspec.json.schema_components(types, schema_hook=_anything, ref_template=_REF)
    return dict(zip(map(repr, types), schemas, strict=True)), {**components, "Text": dict(TEXT_SCHEMA)}


@cache
def _must_say(body: Any) -> bool:
    """Whether something of the body has no default."""
    described = msgspec.json.schema(body, schema_hook=_anything)["$defs"][body.__name__]
    return bool(described.get("required"))


def _anything(kind: type) -> Json:
    """`object` in a message is any JSON; every other type must have a schema of its own."""
    if kind is object:
        return {"description": "Any JSON"}
    raise NotImplementedError(kind)  # how a schema hook of msgspec says: not mine


def _operation(operation: Operation, schemas: dict[str, Json]) -> Json:
    described: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "x-needs": operation.needs,
        "parameters": _parameters(operation),
        "responses": _responses(operation, schemas),
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": _must_say(operation.body),
            "content": {"application/json": {"schema": schemas[repr(operation.body)]}},
        }
    if operation.sends:
        anything = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"required": True, "content": dict.fromkeys(operation.sends, anything)}
    return described


def _parameters(operation: Operation) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, **_PARAMETERS[name]}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    found += [{"name": q.name, "in": "query", "description": q.summary, "schema": q.schema} for q in operation.query]
    if operation.method in WRITES and not operation.sends:
        found.append(_KEY)
    found += [
        {"name": name, "in": "header", "description": _HEADERS[name], "schema": {"type": "string", "maxLength": 80}}
        for name in operation.takes
    ]
    if operation.content == "text/event-stream":
        found.append(_LAST_EVENT)
    return found


def _responses(operation: Operation, schemas: dict[str, Json]) -> Json:
    schema = schemas[repr(operation.reply)]
    if operation.content == "text/event-stream":
        # A stream is text; what its `data:` lines hold is told beside it.
        schema = {"type": "string", "x-data": schema}
    done: Json = {"description": operation.summary, "content": {operation.content: {"schema": schema}}}
    if operation.method in WRITES:
        done["headers"] = dict(_REPLAYED)
    if operation.status == 201:
        done["headers"]["Location"] = {"description": "What is new", "schema": {"type": "string"}}
    responses: Json = {str(operation.status): done}
    for status in operation.statuses:
        responses[str(status)] = _WITHOUT_BODY.get(status) or {**done}
    codes = (*operation.codes, *(POST_CODES if operation.method in WRITES else ()))
    if operation.needs != ANYBODY:
        codes = (*codes, *GATE_CODES)
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(PROBLEMS[code], []).append(code)
    for status, same in sorted(by_status.items()):
        responses[str(status)] = _problem(same, schemas)
    responses["default"] = _problem(ANY_CODES, schemas)
    return responses


def _problem(codes: Iterable[str], schemas: dict[str, Json]) -> Json:
    named = tuple(codes)
    return {
        "description": "; ".join(f"{code}: {detail(code)['en']}" for code in named),
        "content": {"application/problem+json": {"schema": schemas[repr(Problem)]}},
        "x-codes": list(named),
    }
