"""The page that explains the API to people; drawn on the server from the same document that machines read."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def docs(request: HttpRequest, document_of: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Every operation of the document with its parameters and answers."""
    document = document_of()
    operations = [
        _operation(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()
    ]
    return render(request, "rest/docs.html", {"info": document["info"], "operations": operations})


def _operation(path: str, method: str, one: dict[str, Any]) -> dict[str, Any]:
    scopes = [scope for need in one.get("security", []) for names in need.values() for scope in names]
    return {
        "id": one["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": one["summary"],
        "description": one.get("description", ""),
        "parameters": [
            {
                "name": p["name"],
                "place": p["in"],
                "required": p.get("required", False),
                "type": p["schema"].get("type", ""),
                "description": p.get("description", "") or p["schema"].get("description", ""),
            }
            for p in one.get("parameters", [])
        ],
        "scopes": scopes,
    }
