"""The whole record of a claim or a request, and a claim's packet for auditors."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims.actions import packets
from claims.models import Claim, FundRequest, Packet, PacketStatus
from claims.record import EntryKind, story
from claims.tasks import begin
from partners.exports import table_response
from partners.lists import wanted_file
from programs.views.files import download


@require_safe
def of_claim(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    packet = Packet.objects.visible_to(request.user).filter(claim=claim).first()
    return record(request, claim, {"packet": packet, "is_claim": True})


@require_safe
def of_request(request: HttpRequest, pk: int) -> HttpResponse:
    return record(request, get_object_or_404(FundRequest.objects.visible_to(request.user).with_fund(), pk=pk), {})


def record(request: HttpRequest, about: Claim | FundRequest, more: dict) -> HttpResponse:
    entries = story(about, request.user)
    there = {entry["kind"] for entry in entries}
    chosen = request.GET.get("kind", "")
    if chosen in EntryKind.values:
        entries = [entry for entry in entries if entry["kind"] == chosen]
    if kind := wanted_file(request):
        columns = ["When (UTC)", "Who", "Kind", "What", "Words"]
        rows = ([e["at"], e["actor"], e["kind"].label, e["what"], e["reason"]] for e in entries)
        return table_response(name=f"record of {about.number}", columns=columns, rows=rows, kind=kind)
    context = {
        "about": about,
        "entries": entries,
        "kinds": [kind for kind in EntryKind if kind in there],
        "chosen": chosen,
        **more,
    }
    return render(request, "claims/record.html", context)


@require_POST
def ask_packet(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(Claim.objects.visible_to(request.user), pk=pk)
    packet = packets.ask(claim=claim, by=request.user, now=timezone.now())
    if packet.status == PacketStatus.WAITING:
        begin(packet)
    return redirect("claims:packet", packet.pk)


@require_safe
def packet(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, and the file once it is made."""
    found = get_object_or_404(Packet.objects.visible_to(request.user).select_related("claim"), pk=pk)
    context = {"packet": found, "claim": found.claim, "is_busy": found.status == PacketStatus.WAITING}
    return render(request, "claims/packet.html", context)


@require_safe
def packet_file(request: HttpRequest, pk: int) -> FileResponse:
    ready = Packet.objects.visible_to(request.user).filter(status=PacketStatus.READY)
    found = get_object_or_404(ready.select_related("claim"), pk=pk)
    return download(found.file, name=f"{found.claim.number} packet.pdf", kind="application/pdf")
