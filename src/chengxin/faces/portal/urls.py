from django.urls import include, path

from chengxin.faces.portal import campaigns, disclosure, lists, service_levels, takedowns, transparency, views

pages = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("search/suggest", views.suggest, name="suggest"),
    path("subjects/<str:code>", views.subject, name="subject"),
    path("subjects/<str:code>/records.csv", views.subject_csv, name="subject-csv"),
    path("catalogue", views.catalogue_index, name="catalogue"),
    path("catalogue/<str:code>", views.catalogue_item, name="catalogue-item"),
    path("disclosure", disclosure.disclosure, name="disclosure"),
    path("campaigns", campaigns.campaigns, name="campaigns"),
    path("campaigns/<int:campaign_id>", campaigns.campaign, name="campaign"),
    path("lists", lists.lists, name="lists"),
    path("lists/<slug:code>", lists.one_list, name="list"),
    path("lists/<slug:code>/entries.csv", lists.list_csv, name="list-csv"),
    path("transparency", transparency.transparency, name="transparency"),
    path("transparency/log.json", transparency.log_file, name="transparency-log"),
    path("transparency/<int:index>.json", transparency.proof_file, name="transparency-proof"),
    path("rights", views.rights, name="rights"),
    path("takedowns", takedowns.takedowns, name="takedowns"),
    path("takedowns.csv", takedowns.takedowns_csv, name="takedowns-csv"),
    path("service-levels", service_levels.service_level_page, name="service-levels"),
    path("service-levels.csv", service_levels.service_level_csv, name="service-levels-csv"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("policy/unverified", views.unverified, name="unverified"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("robots.txt", views.robots, name="robots"),
]
urlpatterns = [
    path("", include((pages, "portal"))),
    path("", include("chengxin.offerings.reports.urls")),
]
