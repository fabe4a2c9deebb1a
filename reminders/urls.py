"""Addresses of reminders."""

from django.urls import path

from reminders import views
from reminders.calendar.views import address, page

app_name = "reminders"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/read/", views.read, name="read"),
    path("calendar/", page.calendar, name="calendar"),
    path("calendar/address/", address.address, name="calendar_address"),
    path("calendar/address/make/", address.make, name="make_address"),
    path("calendar/address/alarm/", address.ring, name="set_alarm"),
    path("calendar/address/revoke/", address.revoke, name="revoke_address"),
    path("calendar/<str:token>.ics", address.feed, name="feed"),
]
