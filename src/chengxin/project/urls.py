"""Where each face stands."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("oauth/", include("chengxin.faces.rest.oauth_urls")),
    path("api/v1/", include("chengxin.faces.rest.urls")),
    path("workbench/", include("chengxin.faces.workbench.urls")),
    path("my/", include("chengxin.faces.space.urls")),
    path("", include("chengxin.faces.portal.urls")),
]
