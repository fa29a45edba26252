"""API v1: the rooms' routers, behind one door, with one shape of error."""

from importlib import import_module

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from chengxin.base.errors import ChengxinError
from chengxin.faces.rest import problems
from chengxin.faces.rest.bearer import AnyoneOrOrganisation, OrganisationBearer
from chengxin.faces.rest.errors import BadRequest, Internal, Invalid, NoSuchPath
from chengxin.faces.rest.openapi import ChengxinAPI, PlainJSON
from chengxin.faces.rest.rules import Scope

log = structlog.get_logger(__name__)

api = ChengxinAPI(
    title="Chengxin 诚信",
    version="1.0.0",
    description=(
        "The city's public credit information platform. Lookups, the catalogue and reports are open to everyone and"
        " show what is public today; handing in needs an access token of an organisation (OAuth 2 client credentials)."
        " Errors are application/problem+json. Sentences follow Accept-Language (Chinese unless English is asked for)."
    ),
    renderer=PlainJSON(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
)


@api.exception_handler(ChengxinError)
def _said(request: HttpRequest, error: ChengxinError) -> HttpResponse:
    return problems.problem(request, error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.problem(request, Invalid(), errors=problems.fault_places(error.errors))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.problem(request, NoSuchPath())


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.problem(request, BadRequest())


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("api.failed", path=request.path_info, exc_info=error)
    return problems.problem(request, Internal())


ROUTERS = (
    ("/subjects", "chengxin.registry.subjects.api", "router", None, "subjects"),
    ("/subjects", "chengxin.registry.records.api", "router", AnyoneOrOrganisation(), "records"),
    ("/subjects", "chengxin.offerings.reports.api", "router", AnyoneOrOrganisation(), "reports"),
    ("/verify", "chengxin.offerings.reports.api", "verification", None, "reports"),
    ("/commitments", "chengxin.regulation.commitments.api", "router", None, "commitments"),
    ("/catalogue", "chengxin.registry.catalogue.api", "router", None, "catalogue"),
    ("/catalogue", "chengxin.intake.collection.api", "templates", None, "catalogue"),
    ("/service-levels", "chengxin.registry.accounts.api", "router", None, "service levels"),
    ("/quality", "chengxin.intake.quality.api", "router", None, "data quality"),
    ("/lists", "chengxin.regulation.lists.api", "router", None, "lists"),
    ("/open-data", "chengxin.intake.opendata.api", "router", None, "open data"),
    ("/transparency", "chengxin.base.transparency.api", "router", None, "transparency"),
    ("/submissions", "chengxin.intake.collection.api", "router", OrganisationBearer(), "submissions"),
    ("/submissions", "chengxin.intake.resolution.api", "router", OrganisationBearer(), "submissions"),
    (
        "/authorised-queries",
        "chengxin.rights.consent.api",
        "router",
        OrganisationBearer(to_read=Scope.QUERY, to_write=Scope.QUERY),
        "authorised queries",
    ),
    (
        "/authorised-queries",
        "chengxin.offerings.reports.api",
        "authorised",
        OrganisationBearer(to_read=Scope.QUERY, to_write=Scope.QUERY),
        "authorised queries",
    ),
    (
        "/changes",
        "chengxin.intake.exchange.api",
        "router",
        OrganisationBearer(to_read=Scope.CHANGES, to_write=Scope.CHANGES),
        "changes",
    ),
    (
        "/subscriptions",
        "chengxin.intake.delivery.api",
        "router",
        OrganisationBearer(to_read=Scope.DELIVERIES, to_write=Scope.DELIVERIES),
        "subscriptions",
    ),
    (
        "/checks",
        "chengxin.regulation.measures.api",
        "router",
        OrganisationBearer(to_read=Scope.CHECK, to_write=Scope.CHECK),
        "credit checks",
    ),
)


def _mount() -> None:
    for prefix, module, name, auth, tag in ROUTERS:
        api.add_router(prefix, getattr(import_module(module), name), auth=auth, tags=[tag])


_mount()
