from django.http import HttpRequest, HttpResponse


def submission_list(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)


def submission_list_csv(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)


def submission(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)


def assign_columns(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)


def rejected_rows(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)
