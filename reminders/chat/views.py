"""A company's chat: where Windfall writes, what arrived there, and what did not."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.exports import table_response
from partners.lists import page_of, wanted_file
from partners.models import Company
from partners.states import Kind
from reminders.chat import actions
from reminders.chat.forms import HookForm, WantedForm
from reminders.chat.states import MOST_HOOKS, HookStatus, Shape
from reminders.models import ChatHook, ChatPost

COLUMNS = ("Made (UTC)", "Day", "What", "State", "Attempts", "Arrived (UTC)", "Why not")


def own_company(request: HttpRequest) -> Company:
    """The one worked in, if this person says where it is written to; 403 otherwise."""
    company = request.membership and request.membership.company
    if company is None or not request.user.has_perm("reminders.manage_hooks", company):
        raise PermissionDenied
    return company


def visible(request: HttpRequest, pk: int) -> ChatHook:
    found = ChatHook.objects.visible_to(request.user).select_related("company", "made_by")
    return get_object_or_404(found, pk=pk)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    company = own_company(request)
    hooks = list(company.chat_hooks.not_ended().select_related("made_by"))
    context = {"company": company, "hooks": hooks, "most": MOST_HOOKS, "may_add": len(hooks) < MOST_HOOKS}
    return render(request, "reminders/chat/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """What messages are signed with stands in the answer and nowhere else."""
    company = own_company(request)
    form = HookForm(
        request.POST if request.method == "POST" else None,
        for_vendor=company.kind == Kind.VENDOR,
        initial={"daily": True},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            hook, signing = actions.make(
                company=company,
                name=said["name"],
                shape=Shape(said["shape"]),
                address=said["address"],
                wanted=wanted(said),
                key=said["key"],
                by=request.user,
                now=timezone.now(),
            )
        except actions.HookRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            if signing:
                return page(request, hook, signing=signing)
            messages.success(request, f"{hook} is added. Send a test to see that it arrives.")
            return redirect("reminders:hook", hook.pk)
    elif form.is_bound:
        status = 400
    return render(request, "reminders/chat/add.html", {"form": form, "company": company}, status=status)


def wanted(said: dict) -> actions.Wanted:
    return actions.Wanted(daily=said["daily"], nudges=said.get("nudges", False))


@never_cache
@require_safe
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    if kind := wanted_file(request):
        return exported(found, kind)
    return page(request, found)


def page(
    request: HttpRequest, hook: ChatHook, *, signing: str = "", form: WantedForm | None = None, status: int = 200
) -> HttpResponse:
    initial = {"name": hook.name, "daily": hook.daily, "nudges": hook.nudges}
    context = {
        "hook": hook,
        "signing": signing,
        "form": form or WantedForm(for_vendor=hook.company.kind == Kind.VENDOR, initial=initial),
        "page_obj": page_of(request, hook.posts.order_by("-id")),
        "has_ended": hook.status == HookStatus.ENDED,
        "is_stopped": hook.status == HookStatus.STOPPED,
    }
    return render(request, "reminders/chat/hook.html", context, status=status)


def exported(hook: ChatHook, kind: str) -> HttpResponse:
    rows = (
        (p.created_at, p.day, p.get_kind_display(), p.get_status_display(), p.attempts, p.sent_at, p.trouble)
        for p in ChatPost.objects.filter(hook=hook).order_by("-id").iterator()
    )
    return table_response(name=f"{hook.name} messages", columns=COLUMNS, rows=rows, kind=kind)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    form = WantedForm(request.POST, for_vendor=found.company.kind == Kind.VENDOR)
    if not form.is_valid():
        return page(request, found, form=form, status=400)
    said = form.cleaned_data
    try:
        actions.change(hook=found, name=said["name"], wanted=wanted(said), by=request.user, now=timezone.now())
        messages.success(request, "Saved.")
    except actions.HookRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders:hook", pk)


@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    try:
        trouble = actions.try_out(hook=found, by=request.user, now=timezone.now())
    except actions.HookRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if trouble:
            messages.error(request, f"The test did not arrive. {trouble}")
        else:
            messages.success(request, f"The test arrived at {found.host}.")
    return redirect("reminders:hook", pk)


@require_POST
def start_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    try:
        actions.start_again(hook=found, by=request.user, now=timezone.now())
        messages.success(request, "Messages go there again.")
    except actions.HookRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders:hook", pk)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    try:
        actions.end(hook=found, by=request.user, now=timezone.now())
        messages.success(request, f"Nothing more is sent to {found}. Its address is forgotten.")
    except actions.HookRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders:hooks")
