"""A claim's packet for auditors: its front in words, the proofs behind it, and for whatever cannot be appended why."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.urls import reverse
from pypdf import PdfReader

from claims import actions
from claims.actions import packets
from claims.models import Packet, PacketStatus, Proof
from claims.packets import binding
from partners.models import Event
from tests.cast import NOW, accepted_file
from tests.claims.telling import told
from tests.files import HOSTILE, image, pdf


def packet_of(claim, by, now=NOW) -> Packet:
    asked = packets.ask(claim=claim, by=by, now=now)
    packets.make(packet_id=asked.pk, now=now)
    return Packet.objects.get(pk=asked.pk)


def read(packet: Packet) -> PdfReader:
    with packet.file.open("rb") as file:
        return PdfReader(io.BytesIO(file.read()))


def words(packet: Packet) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(packet).pages).split())


def with_files(w, *contents: tuple[bytes, str]):
    claim = w.draft(costs=(1_000_00, 500_00))
    for content, name in contents:
        accepted = accepted_file(content, name)
        kind = {"png": "image/png", "jpg": "image/jpeg"}.get(name[-3:], "application/pdf")
        actions.attach(
            claim=claim,
            accepted=accepted.__class__(name, accepted.stored_name, kind, content, accepted.sha256, 1),
            by=w.owner,
            now=NOW,
        )
    return w.again(actions.submit(claim=w.again(claim), by=w.owner, now=NOW))


def test_it_holds_the_claim_its_decision_and_its_proofs(w, kept):
    claim = with_files(w, (pdf(pages=3), "three.pdf"), (image(size=(600, 400)), "photo.png"))
    line = claim.lines.last()
    verdicts = {line.pk: actions.review.Verdict(100_00, "mismatch", "The invoice says less.")}
    claim = actions.approve(claim=claim, version=claim.version, verdicts=verdicts, by=w.admin, now=NOW)
    told(w.again(claim), by=w.owner, leads=17)
    packet = packet_of(w.again(claim), w.owner)
    said = words(packet)
    for expected in (
        claim.number,
        "Cloud webinar",
        "Northgate Cloud",
        "Brightpath",
        "The invoice says less.",
        "Approved in part",
        "$600.00",
        "Claimed to Approved",
        "17",
        "three.pdf",
        "Appended, 3 pages",
        "Appended, 1 page",
    ):
        assert expected in said, expected
    for proof in claim.proofs.all():
        assert proof.sha256 in said.replace(" ", "").replace("\u200b", "")
    reader = read(packet)
    front = packet.pages - 4
    assert len(reader.pages) == packet.pages
    assert front >= 1
    assert [item.title for item in reader.outline if not isinstance(item, list)][-2:] == [
        "2. three.pdf",
        "3. photo.png",
    ]
    # The invoice of the cast is no PDF at all: it is listed, and said why.
    assert packet.left_out == 1
    assert "broken or too complicated" in said


def test_the_front_by_itself_is_tagged_and_says_so(w, kept):
    claim = w.submitted()
    reader = read(packet_of(claim, w.admin))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata.title == f"{claim.number} Cloud webinar"


def test_letters_that_no_font_here_has_stop_no_packet(w, kept):
    claim = w.draft()
    type(claim).objects.filter(pk=claim.pk).update(title="\u6f22\u5b57 \U0001f9ff")
    claim = w.again(actions.submit(claim=w.again(claim), by=w.owner, now=NOW))
    assert packet_of(claim, w.owner).status == PacketStatus.READY


def test_with_strangers_pages_behind_it_claims_no_conformity(w, kept):
    reader = read(packet_of(with_files(w, (pdf(), "one.pdf")), w.owner))
    assert "/Metadata" not in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith(("pdf", "png", "jpeg"))])
def test_no_hostile_file_breaks_it_or_acts_from_it(w, kept, name):
    """They do not get in by uploading; a file that did, once, does no harm here either."""
    kind = "jpg" if name.startswith("jpeg") else name[:3]
    content = pdf(pages=30) if name == "pdf of 201 pages" else HOSTILE[name]
    packet = packet_of(with_files(w, (content, f"evil.{kind}"), (pdf(), "good.pdf")), w.owner)
    assert packet.status == PacketStatus.READY
    with packet.file.open("rb") as file:
        whole = file.read()
    for acting in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/XFA", b"/SubmitForm", b"/RichMedia", b"<script"):
        assert acting not in whole
    assert "good.pdf" in words(packet)


def test_a_file_that_is_gone_or_changed_is_said(w, kept):
    claim = with_files(w, (pdf(), "gone.pdf"), (pdf(pages=2), "changed.pdf"))
    gone, changed = (Proof.objects.get(claim=claim, name=name) for name in ("gone.pdf", "changed.pdf"))
    default_storage.delete(str(gone.file))
    (kept / str(changed.file)).write_bytes(pdf(pages=9))
    said = words(packet_of(claim, w.owner))
    assert "gone from the storage" in said
    assert "not what was uploaded" in said


def test_it_is_bounded(w, kept, monkeypatch):
    monkeypatch.setattr(binding, "MOST_PAGES", 4)
    claim = with_files(w, (pdf(pages=3), "a.pdf"), (pdf(pages=2), "b.pdf"))
    packet = packet_of(claim, w.owner)
    assert "4 pages at most" in words(packet)
    assert packet.left_out == 2


def test_words_are_words_whatever_they_look_like(w, kept):
    claim = w.submitted()
    evil = '#panic("x") *bold* $1/0$ \\u{202e} <a> "quoted" #{read("/etc/passwd")}'
    type(claim).objects.filter(pk=claim.pk).update(title=evil)
    assert '#panic("x") *bold* $1/0$' in words(packet_of(w.again(claim), w.owner))


def test_a_vendors_packet_names_no_other_claim_partner_or_vendor(w, kept):
    content = pdf(pages=2)
    theirs = with_files(w, (content, "same.pdf"))
    type(theirs).objects.filter(pk=theirs.pk).update(noted={"same": "Skylark pays the other half."})
    other = w.fund(
        partner=w.othertech,
        budget=w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager),
        by=w.other_manager,
    )
    twin = w.draft(other, by=w.stranger)
    actions.attach(claim=twin, accepted=accepted_file(content, "same.pdf"), by=w.stranger, now=NOW)
    actions.submit(claim=w.again(twin), by=w.stranger, now=NOW)
    said = words(packet_of(w.again(theirs), w.manager))
    for secret in ("Othertech", "Skylark", twin.number):
        assert secret not in said
    assert "Skylark pays the other half." in words(packet_of(w.again(theirs), w.owner))
    with pytest.raises(PermissionDenied):
        packets.ask(claim=theirs, by=w.other_manager, now=NOW)


def test_through_the_pages(w, client, kept):
    claim = with_files(w, (pdf(), "one.pdf"))
    client.force_login(w.manager)
    page = client.post(reverse("claims:ask_packet", args=[claim.pk]), follow=True)
    assert "Download the packet" in page.text
    packet = Packet.objects.get()
    served = client.get(reverse("claims:packet_file", args=[packet.pk]))
    assert served["Content-Disposition"] == f'attachment; filename="{claim.number} packet.pdf"'
    assert "sandbox" in served["Content-Security-Policy"]
    # It is hers alone: what others may see differs.
    client.force_login(w.owner)
    for name in ("packet", "packet_file"):
        assert client.get(reverse(f"claims:{name}", args=[packet.pk])).status_code == 404
    assert Event.objects.about(claim).filter(verb="packet").count() == 1


def test_a_large_one_waits_for_a_worker_and_its_page_says_so(w, client, kept, monkeypatch):
    monkeypatch.setattr(packets, "SMALL_FILES", 0)
    claim = with_files(w, (pdf(), "one.pdf"))
    client.force_login(w.owner)
    address = reverse("claims:ask_packet", args=[claim.pk])
    assert "It is being put together" in client.post(address, follow=True).text
    # A second click asks for nothing more.
    client.post(address)
    assert Event.objects.about(claim).filter(verb="packet").count() == 1
    (waiting,) = packets.busy()
    packets.make(packet_id=waiting, now=NOW)
    packets.make(packet_id=waiting, now=NOW)
    assert packets.busy() == []
    assert "Download the packet" in client.get(reverse("claims:packet", args=[waiting])).text


def test_asking_again_replaces_the_file(w, kept, django_capture_on_commit_callbacks):
    claim = w.submitted()
    with django_capture_on_commit_callbacks(execute=True):
        first = packet_of(claim, w.owner)
        second = packet_of(claim, w.owner, NOW + timedelta(hours=1))
    assert first.pk == second.pk
    assert len(list((kept / "packets").iterdir())) == 1
    assert (kept / str(second.file)).exists()
