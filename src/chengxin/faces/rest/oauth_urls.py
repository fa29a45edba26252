from django.urls import path

app_name = "oauth2_provider"
urlpatterns: list[path] = []
