from django.urls import path

from chengxin.offerings.reports import views

app_name = "reports"
urlpatterns = [
    path("verify", views.verify, name="verify"),
    path("subjects/<str:code>/report.pdf", views.download, name="download"),
]
