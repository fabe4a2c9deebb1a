"""What Celery does for claims. Each task takes ids, loads, and calls one function."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from claims import previews, readings
from claims.actions import packets
from claims.models import Packet, Proof
from programs.bounds import Broke

log = logging.getLogger(__name__)

TICK_SECONDS = 60


@shared_task
def preview(proof_id: int) -> None:
    """Make a proof's pictures ahead of the first look. A lost task costs nothing: the page makes what is missing."""
    proof = Proof.objects.filter(pk=proof_id).first()
    if proof is None:
        return
    try:
        previews.render(proof)
    except (OSError, Broke):
        log.warning("proof %s has no preview: its file is gone or cannot be drawn", proof_id)


def hint_preview(proof_id: int) -> None:
    """Hand the work to a worker once the upload is committed; without a broker the page does it itself."""
    transaction.on_commit(lambda: preview.delay(proof_id), robust=True)


@shared_task
def read_invoice(proof_id: int) -> None:
    """Read what a file says as an invoice before its partner looks. A lost task costs nothing: the page reads what is new."""
    proof = Proof.objects.filter(pk=proof_id, read__isnull=True).select_related("claim__partner").first()
    if proof is None:
        return
    try:
        readings.read_proof(proof, proof.claim.partner)
    except OSError:
        log.warning("proof %s was not read: its file is gone", proof_id)


def hint_reading(proof_id: int) -> None:
    """As `hint_preview`."""
    transaction.on_commit(lambda: read_invoice.delay(proof_id), robust=True)


@shared_task
def make_packet(packet_id: int) -> None:
    packets.make(packet_id=packet_id, now=timezone.now())


def begin(packet: Packet) -> None:
    """Have it made: a small one at once, so that its page offers the file; a large one behind the scenes."""
    if packets.is_small(packet.claim):
        packets.make(packet_id=packet.pk, now=timezone.now())
    else:
        transaction.on_commit(lambda: make_packet.delay(packet.pk), robust=True)


def hint_packets() -> None:
    """Hints for all that wait; they expire before the next tick gives new ones."""
    for packet_id in packets.busy():
        make_packet.apply_async([packet_id], expires=TICK_SECONDS)
