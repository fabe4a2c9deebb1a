"""What stands in a packet, as plain words and amounts: nothing of it needs a query any more.

Only this claim's own: no other claim, partner or vendor is named, whoever reads it. What passed between the partner and Windfall
alone, the partner's words on its own warnings, is not in a vendor's packet.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.formats import date_format

from claims import payment_words
from claims.models import Claim, Outcome, Proof
from claims.record import EntryKind, story
from claims.states.outcomes import RESULTS
from partners.models import User
from partners.permissions import holds_site_role
from programs.money import show


class Bound(NamedTuple):
    """What became of a proof: its pages, or why it is not among them."""

    proof: Proof
    content: bytes = b""
    pages: int = 0
    why_not: str = ""


def moment(at: datetime | None) -> str:
    return f"{at:%-d %b %Y, %H:%M} UTC" if at else "–"


def day(on: date | None) -> str:
    return date_format(on) if on else "–"


def facts(claim: Claim, user: User, files: Sequence[Bound], now: datetime) -> dict[str, Any]:
    """All of it as JSON can hold it."""
    entries = story(claim, user)
    return {
        "number": claim.number,
        "title": claim.title,
        "made": f"Made on {moment(now)} for {user.name}, from version {claim.version} of the claim.",
        "summary": summary(claim),
        "lines": lines(claim),
        "totals": [show(claim.asked, claim.currency), show(claim.approved, claim.currency)],
        "decisions": [
            told(entry, claim.currency) for entry in reversed(entries) if entry["kind"] == EntryKind.DECISIONS
        ],
        "notes": notes(claim, user),
        "payments": payments(claim),
        "money": [told(entry, claim.currency) for entry in reversed(entries) if entry["kind"] == EntryKind.MONEY],
        "results": results(claim),
        "timeline": [told(entry, claim.currency) for entry in reversed(entries) if entry["kind"] != EntryKind.MONEY],
        "files": [listed(number, file) for number, file in enumerate(files, 1)],
    }


def summary(claim: Claim) -> list[list[str]]:
    fund, terms = claim.allocation, claim.allocation.terms
    ran = f"{day(claim.ran_from)} to {day(claim.ran_until)}" if claim.ran_until else "–"
    percent = f"{terms.reimbursement_percent.normalize():f}%"
    rows = [
        ("Partner", claim.partner.name),
        ("Vendor", claim.program.vendor.name),
        (
            "Program",
            f"{claim.program.name}, terms version {terms.number}, pays back {percent}",
        ),
        ("Fund", f"{fund.name}, reference {fund.reference}"),
        ("Approved in advance", claim.request.number if claim.request else "–"),
        ("Activity", ran),
        ("Status", claim.get_status_display()),
        ("Filed", f"{moment(claim.filed_at)}, {claim.filed_by.name if claim.filed_by else '–'}"),
        ("Decided", f"{moment(claim.decided_at)}, {claim.decided_by.name if claim.decided_by else '–'}"),
        ("Second approval", claim.second_by.name if claim.second_by else "–"),
        ("Asked", show(claim.asked, claim.currency)),
        ("Approved", show(claim.approved, claim.currency)),
        ("Paid", show(claim.paid, claim.currency)),
    ]
    return [[name, value] for name, value in rows]


def lines(claim: Claim) -> list[list[str]]:
    found = []
    for line in claim.lines.select_related("activity"):
        what = line.what if line.activity is None else f"{line.what} ({line.activity.name})"
        verdict = line.get_status_display()
        if line.reason:
            verdict = f"{verdict}. {line.get_reason_code_display()}: {line.reason}"
        invoice = f"{line.supplier}, {line.invoice_number} of {day(line.invoice_date)}"
        amounts = [show(amount, claim.currency) for amount in (line.amount, line.asked, line.accepted)]
        found.append([str(line.position), what, invoice, *amounts, verdict])
    return found


def told(entry: dict[str, Any], currency: str) -> list[str]:
    """When, who, and what with its reasons."""
    reasons = [entry["reason"]] if entry["reason"] else []
    for line in entry["lines"]:
        accepted, asked = show(line["accepted"], currency), show(line["asked"], currency)
        reasons.append(f"{line['what']}: {accepted} of {asked}. {line['reason']}")
    return [moment(entry["at"]), entry["actor"], entry["what"], "\n".join(reasons)]


def notes(claim: Claim, user: User) -> list[str]:
    """The partner's word on what was noticed before it filed."""
    mine = user.has_perm("claims.file", claim) or holds_site_role(user)
    return [str(words) for words in claim.noted.values() if words] if mine else []


def payments(claim: Claim) -> list[list[str]]:
    return [
        [payment.number, show(payment.amount, claim.currency), day(payment.paid_on), payment_words.said(payment)]
        for payment in payment_words.of_claim(claim)
    ]


def results(claim: Claim) -> list[list[str]]:
    """The report that stands: of the activity, so where the claim draws on a request, the request's."""
    key = {"request": claim.request_id} if claim.request_id else {"claim": claim.pk}
    outcome = Outcome.objects.filter(**key).first()
    report = outcome.reports.prefetch_related("results").first() if outcome else None
    return [
        [
            RESULTS[result.kind],
            result.get_basis_display(),
            show(result.amount, claim.currency) if result.is_money else f"{result.amount:,}",
            result.source,
        ]
        for result in (report.results.all() if report else [])
    ]


def said_of(proof: Proof) -> str:
    """What its reviewer said of it, or that it is proof no more."""
    said = proof.get_status_display()
    return f"{said}. {proof.get_reason_code_display()}: {proof.reason}" if proof.reason else said


def listed(number: int, file: Bound) -> list[str]:
    proof = file.proof
    sent = f"{proof.uploaded_by.name}, {moment(proof.uploaded_at)}"
    whose = f"{proof.name}\n{proof.get_kind_display()}, {proof.size:,} bytes, {sent}\n{said_of(proof)}"
    where = f"Appended, {file.pages} page{'' if file.pages == 1 else 's'}" if not file.why_not else file.why_not
    return [str(number), whose, proof.sha256, where]
