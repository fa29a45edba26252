"""The addresses of the workbench."""

from django.urls import path
from django.views.generic import RedirectView

from chengxin.faces.workbench.views import (
    auditing,
    cases,
    handing_in,
    home,
    lookup,
    people,
    queries,
    repairs,
    second_factor,
    security,
    sign_in,
    submission,
    submissions,
)

app_name = "workbench"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="workbench:home"), name="index"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/demo", sign_in.sign_in_as_demo, name="sign-in-demo"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("sign-in/code", second_factor.sign_in_code, name="sign-in-code"),
    path("security/factor/begin", second_factor.begin, name="security-begin"),
    path("security/factor/confirm", second_factor.confirm, name="security-confirm"),
    path("security/factor/remove", second_factor.remove, name="security-remove"),
    path("security", security.security, name="security"),
    path("security/end-others", security.end_others, name="security-end-others"),
    path("home", home.home, name="home"),
    path("hand-in", handing_in.choose_item, name="hand-in"),
    path("hand-in/<slug:item_code>", handing_in.hand_in, name="hand-in-item"),
    path("templates/<slug:item_code>.xlsx", handing_in.template_file, name="template"),
    path("submissions", submissions.submission_list, name="submissions"),
    path("submissions.csv", submissions.submission_list_csv, name="submissions-csv"),
    path("submissions/<int:submission_id>", submission.submission, name="submission"),
    path("submissions/<int:submission_id>/columns", submission.assign_columns, name="submission-columns"),
    path("submissions/<int:submission_id>/rejected.xlsx", submission.rejected_rows, name="submission-rejected"),
    path("inbox", cases.inbox, name="inbox"),
    path("cases/<int:case_id>", cases.case, name="case"),
    path("cases/<int:case_id>/steps/<slug:step>", cases.take_step, name="case-step"),
    path("cases/<int:case_id>/evidence", cases.add_evidence, name="case-evidence"),
    path("cases/<int:case_id>/evidence/<uuid:attachment_id>", cases.open_evidence, name="case-file"),
    path("repairs/<uuid:natural_key>/withdrawal", repairs.propose_withdrawal, name="repair-withdrawal"),
    path("audit", auditing.audit, name="audit"),
    path("audit/verify", auditing.verify_now, name="audit-verify"),
    path("people", people.people, name="people"),
    path("people/appoint", people.appoint, name="people-appoint"),
    path("people/appointments/<int:appointment_id>/end", people.end_appointment, name="people-end"),
    path("queries", queries.request_list, name="queries"),
    path("queries/ask", queries.ask, name="query-ask"),
    path("queries/<int:request_id>", queries.query, name="query"),
    path("lookup", lookup.choose_subject, name="lookup"),
    path("lookup/<str:code>", lookup.shared_records, name="lookup-subject"),
]
