from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "reports"


def _soon(request: HttpRequest, code: str = "") -> HttpResponse:
    raise Http404


urlpatterns = [path("verify", _soon, name="verify"), path("subjects/<str:code>/report.pdf", _soon, name="download")]
