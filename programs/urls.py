"""Addresses of programs."""

from django.urls import path

from programs.views import programs, terms

app_name = "programs"
urlpatterns = [
    path("programs/", programs.index, name="list"),
    path("programs/new/", programs.create, name="create"),
    path("programs/<int:pk>/", programs.detail, name="detail"),
    path("programs/<int:pk>/edit/", programs.edit, name="edit"),
    path("programs/<int:pk>/terms/", terms.revise, name="revise"),
    path("programs/<int:pk>/terms/publish/", terms.publish_terms, name="publish_terms"),
    path("programs/<int:pk>/terms/drop/", terms.drop_terms, name="drop_terms"),
    path("programs/<int:pk>/publish/", programs.move, {"name": "publish"}, name="publish"),
    path("programs/<int:pk>/close/", programs.move, {"name": "close"}, name="close"),
    path("programs/<int:pk>/reopen/", programs.move, {"name": "reopen"}, name="reopen"),
]
