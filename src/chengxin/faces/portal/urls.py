from django.urls import include, path

from chengxin.faces.portal import lists, measures, transparency, views, widget

pages = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("search/suggest", views.suggest, name="suggest"),
    path("subjects/<str:code>", views.subject, name="subject"),
    path("subjects/<str:code>/records.csv", views.subject_csv, name="subject-csv"),
    path("catalogue", views.catalogue_index, name="catalogue"),
    path("catalogue/<str:code>", views.catalogue_item, name="catalogue-item"),
    path("measures", measures.measure_list, name="measures"),
    path("measures/<slug:code>", measures.measure, name="measure"),
    path("checks", measures.matter_list, name="checks"),
    path("widget/check", widget.check, name="widget"),
    path("widget/demo", widget.demo_host, name="widget-demo"),
    path("lists", lists.lists, name="lists"),
    path("lists/<slug:code>", lists.one_list, name="list"),
    path("lists/<slug:code>/entries.csv", lists.list_csv, name="list-csv"),
    path("transparency", transparency.transparency, name="transparency"),
    path("transparency/log.json", transparency.log_file, name="transparency-log"),
    path("transparency/<int:index>.json", transparency.proof_file, name="transparency-proof"),
    path("rights", views.rights, name="rights"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("policy/unverified", views.unverified, name="unverified"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("robots.txt", views.robots, name="robots"),
]
urlpatterns = [
    path("", include((pages, "portal"))),
    path("", include("chengxin.offerings.reports.urls")),
]
