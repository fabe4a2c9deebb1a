"""The partner's pages: the list, a draft, and what stands of a filed claim."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions
from claims.actions.filing import wanting
from claims.filters import ClaimFilter, ordered
from claims.forms.filing import AnswerForm, BaseLineFormSet, FilesField, LineFormSet, TitleForm, WithdrawForm, kept
from claims.models import Claim
from claims.proofs import ProofRefused, accept
from claims.states import ClaimStatus, may_become
from claims.tasks import hint_preview
from claims.timeline import last_decision, open_question, timeline
from claims.views import review
from funds.models import Allocation
from partners.exports import table_response
from partners.states import Kind
from programs.models import Vendor
from programs.money import major, show

PAGE = 25
BLANK_LINES = 1
MOST_AT_ONCE = 15
CHANGED = (
    "Somebody else changed this claim meanwhile, so yours was not saved. It stands below. "
    "Save again to put it in place of theirs, or open the page anew to see theirs."
)
CHANGED_SINCE = "Not saved: somebody else changed this draft meanwhile. «Save the draft» lets you choose."
FILES_AGAIN = "The files that you chose were not attached: choose them again."


def my_claims(request: HttpRequest):
    """What the person may see, narrowed to the company worked in."""
    claims = Claim.objects.visible_to(request.user)
    company = request.membership and request.membership.company
    if company is None:
        return claims.none()
    if company.kind == Kind.PARTNER:
        return claims.of_partner(company)
    return claims.of_vendor(company) if company.kind == Kind.VENDOR else claims


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    claims = my_claims(request)
    vendors = Vendor.objects.filter(pk__in=claims.values("allocation__budget__program__vendor"))
    funds = Allocation.objects.with_terms().filter(pk__in=claims.values("allocation")).order_by("name", "pk")
    narrowed = ClaimFilter(request.GET, queryset=claims.with_fund(), vendors=vendors, funds=funds)
    found = ordered(narrowed.qs, request.GET.get("sort", ""))
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        return export(found, kind)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kind = request.membership and request.membership.company.kind
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": request.GET.get("sort", ""),
        "is_partner": kind == Kind.PARTNER,
        "is_vendor": kind == Kind.VENDOR,
    }
    return render(request, "claims/index.html", context)


def export(claims, kind: str) -> HttpResponse:
    columns = [
        "Number",
        "Title",
        "Partner",
        "Vendor",
        "Program",
        "Status",
        "Waits for",
        "Currency",
        "Asked",
        "Approved",
        "Filed",
        "Decided",
    ]
    rows = (
        (
            c.number,
            c.title,
            c.partner.name,
            c.program.vendor.name,
            c.program.name,
            c.get_status_display(),
            c.waits_for,
            c.currency,
            major(c.asked, c.currency),
            None if c.approved is None else major(c.approved, c.currency),
            c.filed_at,
            c.decided_at,
        )
        for c in claims
    )
    return table_response(name="claims", columns=columns, rows=rows, kind=kind)


def start(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what it was for; POST makes the draft and opens it."""
    fund = get_object_or_404(Allocation.objects.visible_to(request.user).with_terms(), pk=pk)
    if not request.user.has_perm("claims.start", fund):
        raise PermissionDenied
    now = timezone.now()
    form = TitleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        claim = actions.start(allocation=fund, title=form.cleaned_data["title"], by=request.user, now=now)
        return redirect("claims:edit", claim.pk)
    today = fund.today(now)
    drafts = Claim.objects.visible_to(request.user).drafts().filter(allocation=fund)
    context = {"fund": fund, "form": form, "today": today, "closed": today > fund.claim_by, "drafts": drafts}
    return render(request, "claims/start.html", context, status=400 if form.errors else 200)


class Draft:
    """A draft's form as it stands: title, lines and what was typed. It saves, and says what is still wanting."""

    def __init__(self, request: HttpRequest, claim: Claim):
        self.request, self.claim, self.now = request, claim, timezone.now()
        self.kwargs = {"currency": claim.currency, "today": claim.allocation.today(self.now)}
        if request.method == "POST":
            data = self.whole(request.POST)
            self.title = TitleForm(data)
            self.lines = LineFormSet(data=data, prefix="lines", form_kwargs=self.kwargs)
        else:
            self.title = TitleForm({"title": claim.typed.get("title", claim.title)})
            self.lines = BaseLineFormSet.typed(self.kept(), BLANK_LINES, **self.kwargs)

    @staticmethod
    def whole(data):
        """A broken or missing count of lines reads as none, so that no page is lost to it."""
        total = data.get("lines-TOTAL_FORMS", "")
        data = data.copy()
        for name, values in list(data.lists()):
            data.setlist(name, [kept(value) for value in values])
        data["lines-TOTAL_FORMS"] = total if total.isdecimal() and len(total) < 4 else "0"
        data["lines-INITIAL_FORMS"] = "0"
        return data

    def kept(self) -> list[dict[str, Any]]:
        """The rows as typed; of a claim that was reopened, the lines as filed."""
        if "rows" in self.claim.typed:
            return self.claim.typed["rows"]
        return [
            {
                "what": line.what,
                "supplier": line.supplier,
                "invoice_number": line.invoice_number,
                "invoice_date": line.invoice_date.isoformat(),
                "amount": str(major(line.amount, self.claim.currency)),
            }
            for line in self.claim.lines.all()
        ]

    def save(self) -> None:
        """Keep what is complete as lines and all that was typed as it is. ClaimRefused or ClaimChanged if it cannot be."""
        version = self.request.POST.get("version", "")
        title = self.title.cleaned_data["title"] if self.title.is_valid() else self.claim.title
        rows = self.lines.rows()
        self.claim = actions.save(
            claim=self.claim,
            title=title,
            entries=self.lines.entries(),
            by=self.request.user,
            now=self.now,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            typed={"title": self.title.data.get("title", ""), "rows": rows},
        )

    def reshape(self, blank: int = BLANK_LINES, without: int | None = None) -> None:
        """Show the rows again with some blank ones after them, or without one of them."""
        rows = self.lines.rows()
        if without is not None and 0 <= without < len(rows):
            del rows[without]
        self.lines = BaseLineFormSet.typed(rows, blank, **self.kwargs)

    def wanting(self) -> list[str]:
        """What stands between this draft and filing it: half-finished lines first, then what the terms ask."""
        found = [] if self.title.is_valid() else ["Give the claim a title."]
        found += [
            f"Line {number} is not complete: see what stands beside its fields." for number in self.lines.unfinished
        ]
        return found + wanting(self.claim, self.now)

    def context(self) -> dict[str, Any]:
        claim = self.claim
        shares = {line.position: line.asked for line in claim.lines.all()}
        complete = [form for form in self.lines.forms if form.has_changed() and form.is_valid()]
        for position, form in enumerate(complete, 1):
            form.share = shares.get(position)
        return {
            "claim": claim,
            "fund": claim.allocation,
            "title": self.title,
            "lines": self.lines,
            "wanting": self.wanting(),
            "left_after": claim.allocation.unclaimed - claim.asked,
            "today": self.kwargs["today"],
            "decision": last_decision(claim) if claim.decided_at else None,
        }


def my_draft(request: HttpRequest, pk: int) -> Claim:
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm("claims.file", claim):
        raise PermissionDenied
    return claim


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft's page. Its one form saves, adds or removes a line, takes files, and files the claim."""
    claim = my_draft(request, pk)
    if claim.status != ClaimStatus.DRAFT:
        if request.method == "POST":
            messages.error(request, "This claim is filed already, so nothing of it was changed.")
        return redirect("claims:detail", claim.pk)
    draft = Draft(request, claim)
    if request.method != "POST":
        return render(request, "claims/edit.html", draft.context())
    asked_for = request.POST.get("do", "save")
    number = asked_for.partition("-")[2]
    place = int(number) if number.isdecimal() and len(number) < 18 else None
    try:
        if asked_for.startswith("remove-"):
            draft.reshape(without=place)
        draft.save()
        saved = draft.claim.version
        attached, refused = take_files(request, draft.claim)
        if asked_for.startswith("detach-") and (proof := draft.claim.proofs.filter(pk=place).first()):
            actions.detach(proof=proof, by=request.user, now=draft.now)
        draft.claim = my_draft(request, pk)
        if asked_for == "submit" and not refused and not draft.wanting():
            # What is filed is what this page showed: a change by a colleague since the save above refuses it.
            seen = saved + attached
            claim = actions.submit(claim=draft.claim, by=request.user, now=draft.now, version=seen)
            messages.success(request, f"Filed. {show(claim.asked, claim.currency)} is with the reviewers now.")
            return redirect("claims:detail", claim.pk)
    except actions.ClaimChanged:
        # What was typed stays on the page; the fresh version lets the next save take it.
        draft.claim = my_draft(request, pk)
        return again(request, draft, [CHANGED] + ([FILES_AGAIN] if request.FILES else []))
    except actions.ClaimRefused as refusal:
        draft.claim = my_draft(request, pk)
        if draft.claim.status != ClaimStatus.DRAFT:  # a second click, or a colleague who was faster
            messages.error(request, str(refusal))
            return redirect("claims:detail", claim.pk)
        return again(request, draft, [str(refusal)])
    if refused or asked_for == "submit":
        return again(request, draft, refused)
    if asked_for == "save":
        messages.success(request, "Saved as a draft.")
    return redirect("claims:edit", claim.pk)


def again(request: HttpRequest, draft: Draft, refused: list[str]) -> HttpResponse:
    """The page with all that was typed, and what is wrong."""
    draft.reshape(blank=BLANK_LINES)
    context = draft.context() | {"refused": refused, "was_submitted": request.POST.get("do") == "submit"}
    return render(request, "claims/edit.html", context, status=400)


def take_files(request: HttpRequest, claim: Claim) -> tuple[int, list[str]]:
    """Attach the files that were sent. How many were, and the words of those that were refused."""
    attached, refused = 0, []
    uploads = FilesField(required=False, allow_empty_file=True).clean(request.FILES.getlist("files"))
    if len(uploads) > MOST_AT_ONCE:
        refused.append(f"Only the first {MOST_AT_ONCE} files were looked at. Send the others after them.")
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            proof = actions.attach(claim=claim, accepted=accept(upload), by=request.user, now=timezone.now())
            attached += 1
            hint_preview(proof.pk)
        except (ProofRefused, actions.ClaimRefused) as refusal:
            refused.append(str(refusal))
    return attached, refused


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed. Answers with the parts of the page that follow from it, or in plain words why it was not kept."""
    claim = my_draft(request, pk)
    if claim.status != ClaimStatus.DRAFT:
        return HttpResponse("This claim is filed already.", status=409, content_type="text/plain")
    draft = Draft(request, claim)
    try:
        draft.save()
    except actions.ClaimChanged:
        return HttpResponse(CHANGED_SINCE, status=409, content_type="text/plain; charset=utf-8")
    except actions.ClaimRefused as refusal:
        return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
    draft.claim = my_draft(request, pk)
    return render(request, "claims/autosaved.html", draft.context())


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a claim stands. For Windfall's admins and finance it is the page on which they decide or pay."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if request.membership and request.membership.company.kind == Kind.SITE:
        return review.page(request, claim)
    return partner_page(request, claim)


def partner_page(
    request: HttpRequest,
    claim: Claim,
    *,
    answer: AnswerForm | None = None,
    withdraw: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    may_file = request.user.has_perm("claims.file", claim)
    context = {
        "claim": claim,
        "fund": claim.allocation,
        "today": claim.allocation.today(now),
        "lines": claim.lines.all(),
        "proofs": claim.proofs.all(),
        "payment": getattr(claim, "payment", None),
        "timeline": timeline(claim),
        "question": open_question(claim),
        "decision": last_decision(claim) if claim.decided_at else None,
        "answer": answer or AnswerForm(),
        "withdraw": withdraw or WithdrawForm(),
        "may_file": may_file,
        "may_withdraw": may_file and may_become(claim.status, ClaimStatus.WITHDRAWN),
        "may_reopen": may_file and may_become(claim.status, ClaimStatus.DRAFT),
        "waiting_days": claim.waiting_days(now),
    }
    return render(request, "claims/detail.html", context, status=status)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the reviewer's question, with more proof if need be."""
    claim = my_draft(request, pk)
    form = AnswerForm(request.POST)
    if claim.status == ClaimStatus.INFO_REQUESTED:
        for words in take_files(request, claim)[1]:
            form.add_error(None, words)
    if not form.is_valid():
        return partner_page(request, my_draft(request, pk), answer=form, status=400)
    try:
        actions.answer(claim=claim, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        form.add_error(None, f"{refusal} Your answer was not sent:")
        return partner_page(request, my_draft(request, pk), answer=form, status=400)
    messages.success(request, "Your answer is with the reviewer.")
    return redirect("claims:detail", claim.pk)


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add files to a draft or while a question is open."""
    claim = my_draft(request, pk)
    if not request.FILES.getlist("files"):
        messages.error(request, "Choose a file first.")
    for words in take_files(request, claim)[1]:
        messages.error(request, words)
    return redirect("claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail", claim.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    claim = my_draft(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return partner_page(request, claim, withdraw=form, status=400)
    said = f"Withdrawn. {show(claim.asked, claim.currency)} went back to the fund."
    return act(request, claim, said, actions.withdraw, reason=form.cleaned_data["reason"])


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, my_draft(request, pk), "It is a draft again: correct it and file it anew.", actions.reopen)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    claim = my_draft(request, pk)
    try:
        actions.discard(claim=claim, by=request.user)
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:detail", claim.pk)
    messages.success(request, f"The draft «{claim.title}» is gone. No money had moved.")
    return redirect("claims:list")


def act(request: HttpRequest, claim: Claim, said: str, action, **arguments) -> HttpResponse:
    """Do one act and go back to the claim, with what was done or why it was not."""
    try:
        claim = action(claim=claim, by=request.user, now=timezone.now(), **arguments)
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail", claim.pk)
