"""What every page's frame shows: the navigation of the role that the person works in, and what waits."""

from django.conf import settings
from django.urls import reverse

from partners.sign_in import DEMO_SIGN_INS
from partners.states import Role
from reminders.models import Reminder

PARTNER = (
    ("Home", "dashboards:home", "home"),
    ("Calendar", "reminders:calendar", "calendar-days"),
    ("Funds", "funds:list", "banknotes"),
    ("Requests", "claims:requests", "clipboard-document-list"),
    ("Claims", "claims:list", "document-text"),
    ("Results", "claims:results", "presentation-chart-line"),
    ("Vendors", "dashboards:reviews", "building-storefront"),
    ("Programs", "programs:list", "megaphone"),
    ("Resources", "programs:resources", "folder-open"),
    ("Team", "partners:team", "users"),
)
NAVIGATION = {
    Role.OWNER: PARTNER,
    Role.MEMBER: PARTNER,
    Role.MANAGER: (
        ("Home", "dashboards:home", "home"),
        ("Calendar", "reminders:calendar", "calendar-days"),
        ("Funds", "funds:list", "banknotes"),
        ("Budgets", "funds:years", "chart-pie"),
        ("Programs", "programs:list", "megaphone"),
        ("Partners", "funds:partners", "user-group"),
        ("Resources", "programs:resources", "folder-open"),
        ("Requests", "claims:request_queue", "clipboard-document-list"),
        ("Claims", "claims:list", "document-text"),
        ("Results", "claims:results", "presentation-chart-line"),
        ("Reports", "dashboards:over_time", "chart-bar"),
        ("Team", "partners:team", "users"),
    ),
    Role.ADMIN: (
        ("Home", "dashboards:home", "home"),
        ("Calendar", "reminders:calendar", "calendar-days"),
        ("Review", "claims:queue", "clipboard-document-check"),
        ("Requests", "claims:request_queue", "clipboard-document-list"),
        ("Programs", "programs:list", "megaphone"),
        ("Companies", "partners:companies", "building-office"),
        ("Changes", "claims:changes", "clock"),
        ("Mail", "reminders:post", "envelope"),
        ("Team", "partners:team", "users"),
    ),
    Role.FINANCE: (
        ("Home", "dashboards:home", "home"),
        ("Calendar", "reminders:calendar", "calendar-days"),
        ("Payments", "claims:payments", "credit-card"),
        ("Rates", "claims:rates", "arrows-right-left"),
        ("Programs", "programs:list", "megaphone"),
        ("Team", "partners:team", "users"),
    ),
}


def frame(request) -> dict:
    """`navigation` and `inbox_count`; for somebody who is signed out or belongs to no company only the demo's people."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"DEMO": settings.DEMO, "demo_sign_ins": DEMO_SIGN_INS}
    links = [(label, reverse(name), icon) for label, name, icon in NAVIGATION[Role(membership.role)]]
    # A partner's own vendors are reached from its funds, what it agreed with vendors from their reviews.
    path = reverse("funds:list") if request.path.startswith("/vendors/") else request.path
    path = reverse("dashboards:reviews") if path.startswith(reverse("plans:steps")) else path
    # One request stands under the list that the role has in its navigation.
    if path.startswith(reverse("claims:requests")):
        path = next((url for _, url, _ in links if url.startswith(reverse("claims:requests"))), path)
    # The home's address begins every other's, so it is meant only when it is the whole.
    fits = [url for _, url, _ in links if path == url or (url != "/" and path.startswith(url))]
    here = max(fits, key=len, default=None)
    return {
        "navigation": [{"label": label, "url": url, "icon": icon, "active": url == here} for label, url, icon in links],
        "inbox_count": Reminder.objects.open_count(request.user),
    }
