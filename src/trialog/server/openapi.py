"""The OpenAPI document: the route table, said in the words of OpenAPI 3.1."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.errors import (
    Conflict,
    InvalidParameter,
    PermissionDenied,
    RequestTooLarge,
    ResourceAlreadyExists,
    ResourceNotFound,
    TemporarilyUnavailable,
    TooManyRequests,
    TrialogError,
    Unauthenticated,
)
from trialog.server.account_examples import ACCOUNT_EXAMPLES
from trialog.server.log_stream_examples import LOG_STREAM_EXAMPLES
from trialog.server.openapi_examples import EXAMPLES
from trialog.server.overview_examples import OVERVIEW_EXAMPLES
from trialog.version import __version__
from trialog.web.failures import status_of
from trialog.web.messages import is_asked_in_query
from trialog.wire.errors import ErrorMessage
from trialog.wire.messages.base import EmptyRequest
from trialog.wire.routes import Permission, Route

Schema: TypeAlias = dict[str, Any]

_EXAMPLES: Final = {**EXAMPLES, **ACCOUNT_EXAMPLES, **OVERVIEW_EXAMPLES, **LOG_STREAM_EXAMPLES}
_PARAMETER: Final = re.compile(r"\{(\w+)(?P<rest>:path)?\}")
_FIRST_CLAUSE: Final = re.compile(r"[;:] |\.(?: |$)")
_REFERENCE: Final = "#/components/schemas/{name}"
_TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "server": "The server itself.",
        "mlflow": "Stages of models: what is in one, what was, who put it there and why, promotion and the way back.",
        "experiments": "Experiments, which hold runs.",
        "runs": "Runs: their metrics, params, tags, inputs and outputs.",
        "log-streams": "Runs that clients begin by themselves, and what they log to them, part by part.",
        "logged-models": "Models that runs logged, before or without being registered.",
        "artifacts": "Files of runs and models.",
        "bin": "What was deleted, and removing it for good.",
        "registered-models": "Registered models, their tags and aliases.",
        "model-versions": "Versions of registered models.",
        "metrics": "What metrics mean: direction, unit, bands, target; and the best run by one.",
        "reading": "Curves of many runs for charts, thinned to what has room; the table of runs in columns.",
        "overviews": "What pages show, in one request each: home, experiments, a run, models, what has changed.",
        "webhooks": "Calls to other servers when the registry changes.",
        "users": "Users, as MLflow's clients know them.",
        "roles": "Roles: named sets of permissions, and who has them.",
        "permissions": "What single users are permitted.",
        "workspaces": "Workspaces: parts of the server that see nothing of each other.",
        "accounts": "Who asks; API tokens, groups, logins.",
        "audit": "The record of who did what.",
    }
)
# What may be answered to every request where everybody has to log in, to every one that asks something, to one that
# writes, and to one with a JSON body.
_WITH_ACCOUNTS: Final = (Unauthenticated, TooManyRequests)
_ALWAYS: Final = (InvalidParameter, PermissionDenied, ResourceNotFound, TemporarilyUnavailable)
_WRITING: Final = (ResourceAlreadyExists, Conflict)
_WITH_BODY: Final = (RequestTooLarge,)
_UNFORESEEN: Final = "500"
# The document is the same on a server without accounts, which takes requests that show nothing.
_SECURITY: Final[tuple[dict[str, list[str]], ...]] = ({"basic": []}, {"bearer": []}, {})
_SECURITY_SCHEMES: Final = {
    "basic": {"type": "http", "scheme": "basic", "description": "Name and password of a user."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API token."},
}


def openapi_document(groups: Mapping[str, Sequence[Route]], prefix: str = "") -> Schema:
    """Return the OpenAPI document of routes.

    Args:
        groups: The routes by tag, in the order in which they are shown.
        prefix: Prefix of all paths of the server.
    """
    routes = list(chain.from_iterable(groups.values()))
    schemas = _Schemas.of_routes(routes)
    repeated = Counter(route.operation for route in routes)
    shared = Counter(request for _, request in {(route.operation, route.request) for route in routes})
    paths: dict[str, Schema] = {}
    for tag, members in groups.items():
        for route in members:
            operation = _operation(route, schemas, is_shared=shared[route.request] > 1)
            if repeated[route.operation] > 1 and route.method != "GET":
                operation["operationId"] += f"_{route.method.lower()}"
            item = paths.setdefault(_PARAMETER.sub(r"{\1}", route.path), {})
            item[route.method.lower()] = {"tags": [tag], **operation}
    responses = _responses(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trialog",
            "version": __version__,
            "description": "Experiment tracker and model registry that speaks MLflow's REST API. "
            "Fields of requests may be written in snake_case or camelCase.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": prefix or "/"}],
        "tags": [{"name": tag, "description": _TAGS[tag]} if tag in _TAGS else {"name": tag} for tag in groups],
        "security": [*_SECURITY],
        "paths": paths,
        "components": {
            "schemas": schemas.reachable(paths, responses),
            "responses": responses,
            "securitySchemes": dict(_SECURITY_SCHEMES),
        },
    }


@dataclass(frozen=True)
class _Schemas:
    """The schemas of all types that requests and answers speak of.

    Attributes:
        by_name: Each under the name by which others refer to it.
        names: The name of each type of request and answer.
    """

    by_name: Mapping[str, Schema]
    names: Mapping[type[Struct], str]

    @classmethod
    def of_routes(cls, routes: Sequence[Route]) -> "_Schemas":
        spoken_of = chain.from_iterable((route.request, route.response) for route in routes)
        kinds: list[type[Struct]] = [*dict.fromkeys(kind for kind in spoken_of if kind is not None), ErrorMessage]
        references, schemas = msgspec.json.schema_components(
            kinds,
            # A field of type `object` takes anything; an empty schema would not count as an answer.
            schema_hook=lambda _kind: {"description": "Any JSON value."},
            ref_template=_REFERENCE,
        )
        names = {kind: reference["$ref"].rpartition("/")[2] for kind, reference in zip(kinds, references, strict=True)}
        return cls({name: _tidied(schema) for name, schema in schemas.items()}, names)

    def of(self, kind: type[Struct] | None) -> Schema:
        return self.by_name[self.names[kind]] if kind is not None else {}

    def reference(self, kind: type[Struct]) -> Schema:
        return {"$ref": _REFERENCE.format(name=self.names[kind])}

    def reachable(self, *roots: object) -> dict[str, Schema]:
        """Return the schemas that are spoken of, directly or through others; requests in an address need none."""
        found: dict[str, Schema] = {}
        waiting = list(chain.from_iterable(_references(root) for root in roots))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = self.by_name[name]
                waiting += _references(found[name])
        return dict(sorted(found.items()))


def _tidied(schema: Schema) -> Schema:
    """Say of a type what its docstring says of its fields, and that fields nobody knows are passed over."""
    text, described = _read_docstring(schema.get("description", ""))
    tidy = {key: value for key, value in schema.items() if key not in {"additionalProperties", "description", "title"}}
    if text:
        tidy["description"] = text
    if "properties" in tidy:
        tidy["properties"] = {
            name: {**_with_format(field), **({"description": described[name]} if name in described else {})}
            for name, field in tidy["properties"].items()
        }
    return tidy


def _with_format(schema: Any) -> Any:
    """Say `int64` for bounds that readers in JavaScript could not hold."""
    if isinstance(schema, list):
        return [_with_format(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _with_format(value) for key, value in schema.items()}
    if plain.get("type") == "integer" and plain.get("minimum") == INT64_MIN and plain.get("maximum") == INT64_MAX:
        del plain["minimum"], plain["maximum"]
        plain["format"] = "int64"
    return plain


def _read_docstring(docstring: str) -> tuple[str, dict[str, str]]:
    """Return the text of a docstring, and what its `Args` say of each field."""
    text, _, arguments = docstring.partition("Args:")
    described: dict[str, str] = {}
    name = ""
    for line in arguments.splitlines():
        begin = re.match(r" {4,8}(\w+): (.+)", line)
        if begin is not None:
            name = begin[1]
            described[name] = begin[2].strip()
        elif name and line.strip():
            described[name] += f" {line.strip()}"
    return " ".join(text.split()), described


def _operation(route: Route, schemas: _Schemas, *, is_shared: bool) -> Schema:
    request = schemas.of(route.request)
    operation: Schema = {"operationId": route.operation, **_texts(route, request, is_shared=is_shared)}
    in_path = [match[1] for match in _PARAMETER.finditer(route.path)]
    in_query = [name for name in request.get("properties", {}) if name not in in_path and is_asked_in_query(route)]
    parameters = [_parameter(name, "path", request) for name in in_path]
    parameters += [_parameter(name, "query", request) for name in in_query]
    if parameters:
        operation["parameters"] = parameters
    body = _request_body(route, schemas, in_path)
    if body is not None:
        operation["requestBody"] = body
    done = {str(route.status): _success(route, schemas)}
    operation["responses"] = {**done, **_failures(route, has_body=body is not None)}
    if route.permission is Permission.OPEN:
        operation["security"] = []
    operation["x-trialog-permission"] = route.permission.name.lower()
    return operation


def _texts(route: Route, request: Schema, *, is_shared: bool) -> Schema:
    """Return summary and, if there is more, description: from the request's docstring, else the operation's name."""
    if route.request in {None, EmptyRequest} or is_shared or route.bytes_flow:
        return {"summary": route.operation.replace("_", " ").capitalize()}
    text: str = request["description"]
    summary = _FIRST_CLAUSE.split(text, maxsplit=1)[0]
    return {"summary": summary} if text == f"{summary}." else {"summary": summary, "description": text}


def _parameter(name: str, place: str, request: Schema) -> Schema:
    schema = dict(request["properties"][name])
    parameter: Schema = {"name": name, "in": place, "required": place == "path" or name in request.get("required", ())}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    alternatives = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(alternatives) == 1:
        # There is no null in an address: what is absent is left out.
        schema = alternatives[0]
    return {**parameter, "schema": schema}


def _request_body(route: Route, schemas: _Schemas, in_path: Sequence[str]) -> Schema | None:
    if route.bytes_flow:
        if route.method == "GET":
            return None
        return {"required": True, "content": {route.body_type or "application/octet-stream": {}}}
    if route.request is None or is_asked_in_query(route):
        return None
    request = schemas.of(route.request)
    fields = {name: field for name, field in request.get("properties", {}).items() if name not in in_path}
    if not fields:
        return None
    required = [name for name in request.get("required", ()) if name not in in_path]
    schema = schemas.reference(route.request)
    if in_path:
        schema = {"type": "object", "properties": fields} | ({"required": required} if required else {})
    content: Schema = {"schema": schema}
    if route.operation in _EXAMPLES and _EXAMPLES[route.operation].request is not None:
        content["example"] = _EXAMPLES[route.operation].request
    return {"required": bool(required), "content": {"application/json": content}}


def _success(route: Route, schemas: _Schemas) -> Schema:
    if route.status == 204:
        return {"description": "It was done."}
    if route.response is None:
        kind = "text/plain" if not route.bytes_flow else route.binary or "application/octet-stream"
        return {"description": "The bytes." if route.bytes_flow else "A text.", "content": {kind: {}}}
    content: Schema = {"schema": schemas.reference(route.response)}
    if route.operation in _EXAMPLES:
        content["example"] = _EXAMPLES[route.operation].response
    kinds: Schema = {"application/json": content} | ({route.binary: {}} if route.binary is not None else {})
    return {"description": "It was done.", "content": kinds}


def _failures(route: Route, *, has_body: bool) -> Schema:
    kinds: list[type[TrialogError]] = [*_ALWAYS] if route.request is not None else [PermissionDenied]
    if route.permission is not Permission.OPEN:
        kinds += _WITH_ACCOUNTS
    if route.request is not None and route.permission > Permission.READ and route.method != "GET":
        kinds += _WRITING
    if has_body:
        kinds += _WITH_BODY
    statuses = sorted({_status(kind) for kind in kinds} | {_UNFORESEEN})
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _responses(schemas: _Schemas) -> dict[str, Schema]:
    """Return what is answered with each status of a refusal."""
    meanings: dict[str, list[str]] = {_UNFORESEEN: ["`INTERNAL_ERROR`: The server failed; its log says more."]}
    for kind in (*_ALWAYS, *_WITH_ACCOUNTS, *_WRITING, *_WITH_BODY):
        meanings.setdefault(_status(kind), []).append(f"`{kind.error_code}`: {kind.__doc__}")
    content = {"application/json": {"schema": schemas.reference(ErrorMessage)}}
    return {status: {"description": " ".join(texts), "content": content} for status, texts in sorted(meanings.items())}


def _status(kind: type[TrialogError]) -> str:
    return str(status_of(kind("", "")))


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REFERENCE.format(name="")):
            yield reference.rpartition("/")[2]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
