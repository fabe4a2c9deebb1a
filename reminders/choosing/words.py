"""Pages on which a vendor adds words of its own to what its partners are reminded of."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partners.forms import LineField
from partners.models import Company
from reminders import actions
from reminders.models import Wording
from reminders.rules import MAY_WORD, RULES
from reminders.states import MOST_WORDING, Rule


class WordsForm(forms.Form):
    first = LineField(
        label="Your words", max_length=MOST_WORDING, required=False, help_text="Empty: the reminder alone."
    )
    second = LineField(
        label="Other words, for every other partner",
        max_length=MOST_WORDING,
        required=False,
        help_text="To compare the two: the report says what each brought. Empty: all partners read the first.",
    )

    def clean(self):
        first, second = self.cleaned_data.get("first"), self.cleaned_data.get("second")
        if second and not first and "first" not in self.errors:
            self.add_error("first", "Begin with these: the other words go beside them.")
        if first and first == second:
            self.add_error("second", "These are the same words.")
        return self.cleaned_data


def vendor_of(request) -> Company:
    """403 unless the user writes for the vendor that they look after now."""
    if request.membership is None:
        raise PermissionDenied
    company: Company = request.membership.company
    if not request.user.has_perm("reminders.word", company):
        raise PermissionDenied
    return company


def standing(vendor: Company) -> dict[str, dict[int, str]]:
    """By rule: the words of each half."""
    found: dict[str, dict[int, str]] = {}
    for rule, half, text in Wording.objects.standing().filter(vendor=vendor.pk).values_list("rule", "half", "text"):
        found.setdefault(rule, {})[half] = text
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def wordings(request):
    """All of them; with `?rule=` one to change."""
    vendor = vendor_of(request)
    found = standing(vendor)
    if (rule := request.GET.get("rule")) is not None:
        return changed(request, vendor, rule, found.get(rule, {}))
    rows = [{"rule": rule, "spec": RULES[rule], "words": [*found.get(rule, {}).values()]} for rule in MAY_WORD]
    status = 400 if request.method == "POST" else 200
    return render(request, "reminders/choosing/wordings.html", {"rows": rows}, status=status)


def changed(request, vendor: Company, rule: str, words: dict[int, str]):
    if rule not in MAY_WORD:
        raise Http404
    chosen = Rule(rule)
    initial = {"first": words.get(0), "second": words.get(1)}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        texts = [form.cleaned_data["first"], form.cleaned_data["second"]]
        if actions.word(vendor=vendor, rule=chosen, texts=texts, by=request.user, now=timezone.now()):
            messages.success(request, "Saved. It counts from the next reminder on.")
        return redirect("reminders:wordings")
    context = {"form": form, "rule": chosen, "spec": RULES[chosen]}
    return render(request, "reminders/choosing/wording.html", context, status=400 if form.errors else 200)
