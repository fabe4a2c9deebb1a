"""Addresses of reminders."""

app_name = "reminders"
urlpatterns: list = []
