from django.http import HttpRequest, HttpResponse


def choose_subject(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)


def shared_records(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)
