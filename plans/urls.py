"""Addresses of what a partner means to do: its plan, its sales targets, and its reviews with vendors."""

from django.urls import URLPattern

app_name = "plans"
urlpatterns: list[URLPattern] = []
