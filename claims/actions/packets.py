"""Ask for the packet of a claim, and make it."""

import hashlib
import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum

from claims.models import Claim, Packet, PacketStatus
from claims.packets.binding import bind, joined
from claims.packets.facts import Bound, facts
from claims.packets.front import set_front
from partners.events import event, record
from partners.models import User
from programs.bounds import Broke, bounded

# A packet of so much is made at once, in the time that its page takes.
SMALL_FILES, SMALL_BYTES = 4, 2 * 1024**2


def ask(*, claim: Claim, by: User, now: datetime) -> Packet:
    """One's own packet of a claim that one sees, anew. While one is being made, a second click asks for nothing more."""
    if not Claim.objects.visible_to(by).filter(pk=claim.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        packet, is_new = Packet.objects.get_or_create(claim=claim, asked_by=by, defaults={"asked_at": now})
        packet = Packet.objects.select_for_update(no_key=True).get(pk=packet.pk)
        if packet.status == PacketStatus.WAITING and not is_new:
            return packet
        packet.status, packet.asked_at = PacketStatus.WAITING, now
        packet.save(update_fields=["status", "asked_at"])
        record([event(verb="packet", about=claim, by=by, company_id=claim.partner_id, at=now)])
    return packet


def is_small(claim: Claim) -> bool:
    sums = claim.proofs.aggregate(size=Sum("size", default=0))
    return claim.proofs.count() <= SMALL_FILES and sums["size"] <= SMALL_BYTES


def busy() -> list[int]:
    return list(Packet.objects.busy().order_by("asked_at").values_list("pk", flat=True))


def make(*, packet_id: int, now: datetime) -> None:
    """Make a packet that waits. Who does it holds its row's lock, so a dead worker's work is free at once."""
    with transaction.atomic():
        waiting = Packet.objects.busy().select_for_update(skip_locked=True, no_key=True, of=("self",))
        packet = waiting.select_related("asked_by").filter(pk=packet_id).first()
        if packet is None:
            return
        claim = Claim.objects.visible_to(packet.asked_by).with_fund().filter(pk=packet.claim_id).first()
        if claim is None:
            # Its asker lost sight of it meanwhile.
            packet.status = PacketStatus.FAILED
            packet.save(update_fields=["status"])
            return
        old = str(packet.file)
        keep(packet, claim, now)
        if old:
            transaction.on_commit(lambda: packet.file.storage.delete(old))


def keep(packet: Packet, claim: Claim, now: datetime) -> None:
    files = list(bind(claim.proofs.select_related("uploaded_by")))
    try:
        content, pages = bounded(joined, set_front(facts(claim, packet.asked_by, files, now), now), appended(files))
    except Broke:
        # Each file could be read, and all of them together could not: they are listed, and the record stands by itself.
        files = [Bound(file.proof, why_not="Not appended: the files together are too complicated.") for file in files]
        content, pages = bounded(joined, set_front(facts(claim, packet.asked_by, files, now), now), [])
    packet.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    packet.status, packet.version, packet.made_at = PacketStatus.READY, claim.version, now
    packet.size, packet.pages = len(content), pages
    packet.left_out = sum(1 for file in files if file.why_not)
    packet.sha256 = hashlib.sha256(content).hexdigest()
    packet.save()


def appended(files: list[Bound]) -> list[tuple[str, bytes]]:
    return [(f"{number}. {file.proof.name}", file.content) for number, file in enumerate(files, 1) if not file.why_not]
