"""The token endpoint alone: client credentials need no other view."""

from django.urls import path
from oauth2_provider.views import TokenView

app_name = "oauth2_provider"
urlpatterns = [path("token/", TokenView.as_view(), name="token")]
