from django.urls import path

app_name = "rest"
urlpatterns: list[path] = []
