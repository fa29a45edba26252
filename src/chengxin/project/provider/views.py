"""The pages and endpoints of the demo's identity provider."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oauthlib.oauth2 import FatalClientError, OAuth2Error

from chengxin.base.sealing.rules import mask_number
from chengxin.project.provider import guard, protocol  # noqa: F401  (guard refuses outside demo mode)
from chengxin.project.provider.people import known

ASKED, PERSON = "asked", "person"


@require_GET
def discovery(request: HttpRequest) -> HttpResponse:
    """What this provider is and where its endpoints are."""
    return JsonResponse(protocol.discovery())


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Its public keys."""
    return JsonResponse(protocol.public_keys())


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """The sign-in page: who of the fictional people are you?"""
    if request.method == "POST":
        person = known().person(request.POST.get("subject", ""))
        if person is None or ASKED not in request.session:
            return _refused(request)
        request.session[PERSON] = person.subject
        return redirect("consent")
    uri = request.build_absolute_uri()
    try:
        protocol.server().validate_authorization_request(uri, http_method="GET")
    except FatalClientError:
        return _refused(request)
    except OAuth2Error as error:
        return HttpResponseRedirect(error.in_uri(error.redirect_uri or known().redirect_uri))
    if request.GET.get("code_challenge_method") != "S256":
        return _refused(request)
    request.session.flush()
    request.session[ASKED] = uri
    language = "en" if request.GET.get("ui_locales", "").startswith("en") else "zh-hans"
    with translation.override(language):
        return _speaking(render(request, "provider/sign_in.html", {"people": known().people}), language)


@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """The consent page: what is handed over to the platform; then back to it with a code, or with a no."""
    uri, person = request.session.get(ASKED, ""), known().person(request.session.get(PERSON, ""))
    if not uri or person is None:
        return _refused(request)
    if request.method == "GET":
        return render(request, "provider/consent.html", {"person": person, "number": mask_number(person.number)})
    request.session.flush()
    scopes, details = protocol.server().validate_authorization_request(uri, http_method="GET")
    back = f"{details['redirect_uri']}?"
    if "agree" not in request.POST:
        told = {"error": "access_denied", "state": details["state"], "iss": known().issuer}
        return HttpResponseRedirect(back + urlencode(told))
    headers, _body, _status = protocol.server().create_authorization_response(
        uri, http_method="GET", scopes=scopes, credentials={"subject": person.subject}
    )
    return HttpResponseRedirect(f"{headers['Location']}&{urlencode({'iss': known().issuer})}")


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code."""
    made = protocol.server().create_token_response(
        request.build_absolute_uri(), "POST", request.POST.dict(), _headers(request)
    )
    return _answer(*made)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """What is handed over of the person to whom the access token belongs."""
    try:
        made = protocol.server().create_userinfo_response(request.build_absolute_uri(), "GET", None, _headers(request))
    except OAuth2Error as error:
        return JsonResponse({"error": error.error}, status=error.status_code, headers=error.headers)
    return _answer(*made)


def _headers(request: HttpRequest) -> dict[str, str]:
    given = request.headers.get("Authorization", "")
    return {"Authorization": given, "HTTP_AUTHORIZATION": given}


def _answer(headers: dict[str, str], body: Any, status: int) -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    return HttpResponse(text, status=status, headers={"Content-Type": "application/json", **headers})


def _speaking(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie("demo_provider_language", language, httponly=True, samesite="Lax")
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "provider/refused.html", status=400)
