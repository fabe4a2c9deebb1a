"""Addresses of programs."""

from django.urls import path

from programs import views

app_name = "programs"
urlpatterns = [
    path("programs/", views.index, name="list"),
    path("programs/new/", views.create, name="create"),
    path("programs/<int:pk>/", views.detail, name="detail"),
    path("programs/<int:pk>/edit/", views.edit, name="edit"),
    path("programs/<int:pk>/publish/", views.move, {"name": "publish"}, name="publish"),
    path("programs/<int:pk>/close/", views.move, {"name": "close"}, name="close"),
    path("programs/<int:pk>/reopen/", views.move, {"name": "reopen"}, name="reopen"),
]
