"""Addresses of funds."""

app_name = "funds"
urlpatterns: list = []
