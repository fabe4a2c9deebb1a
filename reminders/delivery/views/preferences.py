"""A person's own page of how reminders reach them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partners.states import KEEPER, Role
from reminders import actions
from reminders.actions.preferring import PreferenceRefused, ways_of
from reminders.delivery.forms import PreferencesForm
from reminders.delivery.unreached import unreached
from reminders.models import Delivery
from reminders.readers import last_reader
from reminders.ways import Way, rules_for


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    form = form_of(request)
    if request.method == "POST" and form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("time_zone", "language", "most_a_day")}
        try:
            actions.prefer(user=request.user, ways=form.ways, now=timezone.now(), **chosen)
        except PreferenceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. It counts from the next mail on.")
            return redirect("reminders:preferences")
    own = request.membership
    may_choose = own is not None and KEEPER[own.company.kind] == own.role
    context = {"form": form, "unreached": unreached(request), "may_choose": may_choose}
    return render(request, "reminders/preferences.html", context, status=400 if form.errors else 200)


def form_of(request) -> PreferencesForm:
    user, rules, chosen = request.user, rules_for(m.role for m in request.memberships), ways_of(request.user)
    delivery = Delivery.objects.filter(pk=user.pk).first() or Delivery(user=user)
    # As the mail finds it: the oldest membership, that of a partner before others.
    homes = sorted(request.memberships, key=lambda m: (m.role not in (Role.OWNER, Role.MEMBER), m.pk))
    return PreferencesForm(
        request.POST if request.method == "POST" else None,
        user=user,
        rules=rules,
        last=last_reader(user) if rules else {},
        home_zone=homes[0].company.time_zone if homes else "",
        initial={
            "time_zone": delivery.time_zone,
            "language": delivery.language,
            "most_a_day": delivery.most_a_day,
            **{f"rule_{rule}": chosen.get(rule, Way.DIGEST) for rule in rules},
        },
    )
