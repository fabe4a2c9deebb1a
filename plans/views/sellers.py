"""Who sells for a partner: its owner's list, and the page that changes one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from partners.models import Company, User
from plans.actions import sellers
from plans.actions.acting import people_of
from plans.actions.sellers import SalesRefused
from plans.forms.targets import ChangedPersonForm, SalesPersonForm
from plans.models import SalesPerson
from plans.views.mine import partner_of
from programs.forms import data_of


def accounts_of(partner: Company, besides: SalesPerson | None = None) -> QuerySet[User]:
    """The partner's people who are no sales person yet; with `besides` also that one's own account, whatever became of it."""
    people = people_of(partner).values("pk")
    taken = SalesPerson.objects.of_partner(partner).filter(user__isnull=False)
    own = besides.user_id if besides else None
    return User.objects.filter(Q(pk__in=people) & ~Q(pk__in=taken.values("user")) | Q(pk=own)).order_by("name", "pk")


def index(request: HttpRequest) -> HttpResponse:
    """GET lists them; POST adds one."""
    partner = partner_of(request, "plans.set_targets")
    form = SalesPersonForm(data_of(request), accounts=accounts_of(partner))
    if request.method == "POST" and form.is_valid():
        try:
            added = sellers.add(partner=partner, **form.cleaned_data, by=request.user, now=timezone.now())
        except SalesRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{added} is among your sales people now.")
            return redirect("plans:sales_people")
    people = SalesPerson.objects.visible_to(request.user).of_partner(partner).select_related("user")
    context = {
        "form": form,
        "people": people.annotate(
            target_count=Count("targets", distinct=True), spiff_count=Count("spiffs", distinct=True)
        ).order_by("left_at", "name", "pk"),
    }
    return render(request, "plans/targets/people.html", context, status=400 if form.errors else 200)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = SalesPerson.objects.visible_to(request.user).select_related("partner", "user")
    who = get_object_or_404(found, pk=pk)
    if not request.user.has_perm("plans.change_person", who):
        raise PermissionDenied
    standing = {"name": who.name, "user": who.user, "sells": who.left_at is None, "version": who.version}
    form = ChangedPersonForm(data_of(request), initial=standing, accounts=accounts_of(who.partner, besides=who))
    if request.method == "POST" and form.is_valid():
        try:
            sellers.change(person=who, **form.cleaned_data, by=request.user, now=timezone.now())
        except SalesRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("plans:sales_person", who.pk)
    return render(
        request, "plans/targets/change_person.html", {"form": form, "who": who}, status=400 if form.errors else 200
    )
