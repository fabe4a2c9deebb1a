"""What every page's frame shows: the navigation of the role that the person works in, and what waits."""

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from dashboards.kept import TOKEN, for_reader
from partners.sign_in import DEMO_SIGN_INS
from partners.states import Role
from reminders.models import Reminder

PARTNER = (
    ("Home", "dashboards:home", "home"),
    ("At risk", "dashboards:queue", "clock"),
    ("Ideas", "dashboards:ideas", "light-bulb"),
    ("Plan", "plans:plan", "map"),
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
# The start of an address, and from where its pages are reached.
REACHED_FROM = {
    "/vendors/": "funds:list",
    "/steps/": "dashboards:reviews",
    "/scorecards/": "dashboards:reviews",
    "/story/": "claims:results",
    "/targets/": "plans:plan",
    "/spiffs/": "plans:plan",
}


def frame(request) -> dict:
    """`menu` and `inbox_count`; for somebody who is signed out or belongs to no company also the demo's people."""
    membership, user = getattr(request, "membership", None), getattr(request, "user", None)
    shown = {} if user is None or not user.is_authenticated else {"menu": menu_for(request)}
    if membership is None:
        return shown | {"DEMO": settings.DEMO, "demo_sign_ins": DEMO_SIGN_INS}
    return shown | {"inbox_count": Reminder.objects.open_count(user)}


def menu_for(request) -> SafeString:
    """The frame's menu: the company worked in, the navigation, and what a person does for themselves."""
    membership, user = request.membership, request.user
    role = Role(membership.role) if membership else None
    piece = menu(
        role,
        here(request.path, role),
        tuple((m.pk, m.company.name, m.get_role_display(), m == membership) for m in request.memberships),
        user.name or user.email,
        user.email,
    )
    return for_reader(piece, request)


@lru_cache(maxsize=500)
def menu(
    role: Role | None, place: str | None, workplaces: tuple[tuple[int, str, str, bool], ...], name: str, email: str
) -> SafeString:
    """As it is for these; writing it anew takes longer than all else of the frame."""
    links = [
        {"label": label, "url": reverse(to), "icon": icon, "active": to == place} for label, to, icon in links_of(role)
    ]
    places = [dict(zip(("id", "company", "role", "active"), workplace, strict=True)) for workplace in workplaces]
    context = {"navigation": links, "workplaces": places, "name": name, "email": email, "csrf_token": TOKEN}
    return render_to_string("partials/menu.html", context)


def links_of(role: Role | None) -> tuple[tuple[str, str, str], ...]:
    return NAVIGATION[role] if role else ()


@lru_cache(maxsize=2000)
def here(path: str, role: Role | None) -> str | None:
    """The name of the link under which the page stands."""
    links = {reverse(name): name for _, name, _ in links_of(role)}
    # Pages without a link of their own stand under that of the page from which they are reached.
    for start, name in REACHED_FROM.items():
        path = reverse(name) if path.startswith(start) else path
    # One request stands under the list that the role has in its navigation.
    if path.startswith(reverse("claims:requests")):
        path = next((url for url in links if url.startswith(reverse("claims:requests"))), path)
    # The home's address begins every other's, so it is meant only when it is the whole.
    fits = [url for url in links if path == url or (url != "/" and path.startswith(url))]
    return links[max(fits, key=len)] if fits else None
