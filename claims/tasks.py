"""What Celery does for claims. Each task takes ids, loads, and calls one function."""

import logging

from celery import shared_task
from django.db import transaction

from claims import previews, readings
from claims.models import Proof
from programs.bounds import Broke

log = logging.getLogger(__name__)


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
