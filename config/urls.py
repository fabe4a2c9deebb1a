"""Every address of Windfall, one line an app."""

from django.urls import include, path

from config.health import Health

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("partners.urls")),
    path("", include("programs.urls")),
    path("", include("funds.urls")),
    path("", include("claims.urls")),
    path("", include("reminders.urls")),
    path("", include("plans.urls")),
    path("account/", include("allauth.urls")),
    path("healthz", Health.as_view(), name="healthz"),
]
