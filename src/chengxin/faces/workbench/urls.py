"""The addresses of the workbench."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.generic import RedirectView

from chengxin.faces.workbench.views import auditing, people, sign_in


def soon(request: HttpRequest, **_: object) -> HttpResponse:
    """Stands in until the view is there."""
    return HttpResponse(status=503)


app_name = "workbench"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="workbench:home"), name="index"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/demo", sign_in.sign_in_as_demo, name="sign-in-demo"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("home", soon, name="home"),
    path("hand-in", soon, name="hand-in"),
    path("hand-in/<slug:item_code>", soon, name="hand-in-item"),
    path("templates/<slug:item_code>.xlsx", soon, name="template"),
    path("submissions", soon, name="submissions"),
    path("submissions.csv", soon, name="submissions-csv"),
    path("submissions/<int:submission_id>", soon, name="submission"),
    path("submissions/<int:submission_id>/columns", soon, name="submission-columns"),
    path("submissions/<int:submission_id>/rejected.xlsx", soon, name="submission-rejected"),
    path("audit", auditing.audit, name="audit"),
    path("audit/verify", auditing.verify_now, name="audit-verify"),
    path("people", people.people, name="people"),
    path("people/appoint", people.appoint, name="people-appoint"),
    path("people/appointments/<int:appointment_id>/end", people.end_appointment, name="people-end"),
    path("lookup", soon, name="lookup"),
    path("lookup/<str:code>", soon, name="lookup-subject"),
]
