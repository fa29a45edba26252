"""The OpenAPI document: what Ninja derives from the operations, and the errors that all of them share."""

from functools import cached_property
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` is stable; the sentences follow Accept-Language.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "hint": {"type": "string"},
        "retryable": {"type": "boolean"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "code", "hint", "retryable"],
}
PROBLEM_ANSWER = {
    "description": "A problem",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
FILES = {
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SCOPES = (("/checks", "check"), ("/authorised-queries", "query"), ("/changes", "changes"))
TOKEN_SCHEME = {
    "type": "oauth2",
    "flows": {
        "clientCredentials": {
            "tokenUrl": "/oauth/token/",
            "scopes": {
                "submit": "Hand in records",
                "read": "Read the organisation's own submissions",
                "query": "Query what subjects consented to show",
                "changes": "Read and acknowledge changes of records that the organisation received",
                "check": "Check credit in the organisation's own matters",
            },
        }
    },
}


class PlainJSON(JSONRenderer):
    """JSON in which Chinese stays readable."""

    json_dumps_params = {"ensure_ascii": False}


class ChengxinAPI(NinjaAPI):
    """NinjaAPI whose document tells of problems, files and tokens."""

    @cached_property
    def _document(self) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix="/api/v1/")
        components = document["components"]
        components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        if "securitySchemes" in components:
            components["securitySchemes"] = {"OrganisationBearer": TOKEN_SCHEME}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        return document

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The document; the same for every caller."""
        return self._document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    operation["responses"]["default"] = PROBLEM_ANSWER
    for ending, media_type in FILES.items():
        if path.endswith(ending):
            operation["responses"]["200"] = {
                "description": "The file",
                "content": {media_type: {"schema": {"type": "string", "format": "binary"}}},
            }
    if "security" in operation:
        operation["security"] = [{"OrganisationBearer": [_scope(path, method)]}]


def _scope(path: str, method: str) -> str:
    """The scope that an operation needs."""
    by_path = next((scope for part, scope in SCOPES if part in path), "")
    return by_path or ("read" if method == "get" else "submit")
