from django.urls import path

from chengxin.project.provider import views

urlpatterns = [
    path(".well-known/openid-configuration", views.discovery, name="discovery"),
    path("keys", views.keys, name="keys"),
    path("authorize", views.authorize, name="authorize"),
    path("consent", views.consent, name="consent"),
    path("token", views.token, name="token"),
    path("userinfo", views.userinfo, name="userinfo"),
]
