from django.urls import path

from chengxin.faces.rest import hooks, views
from chengxin.faces.rest.api import api

app_name = "rest"
urlpatterns = [
    path("docs", views.docs, {"document_of": api.get_openapi_schema}, name="docs"),
    path("sms/reports", hooks.sms_reports, name="sms-reports"),
    path("", api.urls),
]
