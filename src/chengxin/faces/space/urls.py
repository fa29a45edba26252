"""The addresses of My space; each but the first begins with the mandate under which one acts."""

from django.urls import path

from chengxin.faces.space.views import cases, consent, delegates, disputes, home, looked, records, repair, report

app_name = "space"
urlpatterns = [
    path("", home.choose, name="choose"),
    path("records/<uuid:natural_key>", disputes.contest, name="contest"),
    path("invitation", delegates.accept, name="accept"),
    path("<int:mandate_id>/delegates", delegates.delegates, name="delegates"),
    path("<int:mandate_id>/delegates/invite", delegates.invite, name="invite"),
    path("<int:mandate_id>/delegates/<int:delegation_id>/end", delegates.end, name="delegate-end"),
    path("<int:mandate_id>/invitations/<int:invitation_id>/withdraw", delegates.withdraw, name="invitation-withdraw"),
    path("<int:mandate_id>", home.home, name="home"),
    path("<int:mandate_id>/records", records.record_list, name="records"),
    path("<int:mandate_id>/records.csv", records.record_list_csv, name="records-csv"),
    path("<int:mandate_id>/records/<uuid:natural_key>", records.record, name="record"),
    path("<int:mandate_id>/records/<uuid:natural_key>/repair", repair.apply, name="repair"),
    path("<int:mandate_id>/records/<uuid:natural_key>/dispute", disputes.file_dispute, name="dispute"),
    path("<int:mandate_id>/consents", consent.consent_list, name="consents"),
    path("<int:mandate_id>/consents/<int:request_id>", consent.consent_request, name="consent-request"),
    path("<int:mandate_id>/consents/<int:request_id>/revoke", consent.revoke, name="consent-revoke"),
    path("<int:mandate_id>/consents/<int:request_id>/receipt.json", consent.receipt, name="consent-receipt"),
    path("<int:mandate_id>/looked", looked.access_log, name="looked"),
    path("<int:mandate_id>/looked.csv", looked.access_log_csv, name="looked-csv"),
    path("<int:mandate_id>/looked/notices", looked.wish, name="looked-wish"),
    path("<int:mandate_id>/looked/<uuid:entry_id>/complaint", looked.complain, name="looked-complaint"),
    path("<int:mandate_id>/report", report.own_report, name="report"),
    path("<int:mandate_id>/report/issue", report.issue, name="report-issue"),
    path("<int:mandate_id>/report/issue.json", report.issue_json, name="report-json"),
    path("<int:mandate_id>/report/note", report.write_note, name="report-note"),
    path("<int:mandate_id>/cases", cases.case_list, name="cases"),
    path("<int:mandate_id>/cases/<int:case_id>", cases.case, name="case"),
    path("<int:mandate_id>/cases/<int:case_id>/steps/<slug:step>", cases.take_step, name="case-step"),
    path("<int:mandate_id>/cases/<int:case_id>/evidence", cases.add_evidence, name="case-evidence"),
    path("<int:mandate_id>/cases/<int:case_id>/evidence/<uuid:attachment_id>", cases.open_evidence, name="case-file"),
]
