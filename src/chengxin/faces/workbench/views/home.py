from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=503)
