"""Addresses of programs."""

app_name = "programs"
urlpatterns: list = []
