"""Which of a person's companies the page is for."""

from django.utils import timezone

from partners.models import Membership
from partners.visits import visited

SESSION_KEY = "membership"


class MembershipMiddleware:
    """Gives each request `memberships` (active ones, by company name) and `membership` (the one worked in, or None).

    Read from the database in each request, so that an ended membership ends its access with the next click.
    Being here is noted at the one that is worked in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.memberships = active_memberships(request)
        request.membership = chosen_membership(request)
        if request.membership:
            visited(request.membership, timezone.now())
        return self.get_response(request)


def active_memberships(request) -> list[Membership]:
    if not request.user.is_authenticated:
        return []
    return list(request.user.memberships.active().select_related("company").order_by("company__name", "role", "id"))


def chosen_membership(request) -> Membership | None:
    if not request.memberships:
        return None
    chosen = request.session.get(SESSION_KEY)
    return next((m for m in request.memberships if m.pk == chosen), request.memberships[0])
