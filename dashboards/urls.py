"""The first page of each role, and a vendor's reports."""

from django.urls import path

from dashboards.views import forecast, home, reminding, reports, resources, roi, unused

app_name = "dashboards"
urlpatterns = [
    path("", home.home, name="home"),
    path("reports/", reports.over_time, name="over_time"),
    path("reports/programs/", reports.use_by_program, name="use_by_program"),
    path("reports/tiers/", reports.use_by_tier, name="use_by_tier"),
    path("reports/partners/", reports.use_by_partner, name="use_by_partner"),
    path("reports/unused/", unused.unused, name="unused"),
    path("reports/unused/nudge/", unused.nudge, name="nudge"),
    path("reports/resources/", resources.resources, name="resources"),
    path("reports/returns/", roi.returns, name="returns"),
    path("reports/reminders/", reminding.reminders, name="reminders"),
    path("reports/forecast/", forecast.forecast, name="forecast"),
]
