"""The vendor that Brightpath records itself, as it is not on Windfall: two funds, typed first, then as its portal's file says."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from funds import actions as funds
from funds.actions import uploading
from funds.actions.showing import show
from partners.models import Company, User
from programs.actions import keeping
from programs.models import KeptVendor, Terms


class Balance(NamedTuple):
    """A fund as its vendor states it: whole units, expiring so many days from today."""

    reference: str
    name: str
    expires: int
    granted: int
    available: int
    claimed: int = 0
    paid: int = 0


# Days ago.
BEGAN, TYPED, UPLOADED = 120, 95, 24
TO_CLAIM = 30  # days after a fund's last one
FIRST = (
    Balance("CPD-H1", "Cobalt Growth, first half", 33, 6_400, 6_400),
    Balance("CPD-H2", "Cobalt Growth, second half", 214, 7_250, 7_250),
)
LATER = Balance("CPD-H1", "Cobalt Growth, first half", 33, 6_400, 3_150, claimed=1_200, paid=2_050)
HEADINGS = "Fund ID;Fund;Granted;Available;Claimed;Paid;Currency;Use by;Claim by"
NOTES = "Half of each invoice, by claim in Cobalt's partner portal. Proof: the invoice and a photo."


def record_books(partner: Company, *, by: User, now: datetime) -> None:
    began = now - timedelta(days=BEGAN)
    vendor = keeping.record_vendor(partner=partner, name="Cobalt Print & Device", by=by, now=began)
    program = keeping.record_program(
        vendor=vendor,
        name="Cobalt Growth Rewards",
        currency="USD",
        terms=Terms(wording=NOTES, lead_days=7),
        by=by,
        now=began,
    )
    today = program.today(now)
    moment = now - timedelta(days=TYPED)
    said = [
        funds.Stated(
            reference=fund.reference,
            name=fund.name,
            expires_on=today + timedelta(days=fund.expires),
            claim_by=today + timedelta(days=fund.expires + TO_CLAIM),
            available=fund.available * 100,
        )
        for fund in FIRST
    ]
    funds.record_statement(program=program, funds=said, on=program.today(moment), by=by, now=moment)
    upload_wallet(vendor, by=by, today=today, now=now - timedelta(days=UPLOADED))


def upload_wallet(vendor: KeptVendor, *, by: User, today: date, now: datetime) -> None:
    """The file of the vendor's portal, uploaded, looked at and recorded."""
    expires = today + timedelta(days=LATER.expires)
    figures = f"{LATER.granted}.00;{LATER.available}.00;{LATER.claimed}.00;{LATER.paid}.00;USD"
    line = f"{LATER.reference};{LATER.name};{figures};{expires};{expires + timedelta(days=TO_CLAIM)}"
    upload = uploading.receive_statement(
        partner=vendor.kept_by,
        vendor_name=vendor.name,
        file=SimpleUploadedFile("cobalt-wallet.csv", f"{HEADINGS}\n{line}\n".encode()),
        by=by,
        now=now,
    )
    uploading.record_upload(upload=upload, as_seen=show(upload, now).token, by=by, now=now)
