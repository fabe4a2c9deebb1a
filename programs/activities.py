"""The library of activity types: what each usually needs as proof, and which figures it is reported with. A leaf.

The proof is Microsoft's 2018 matrix, shortened. A program picks from the library and changes what it likes.
"""

from typing import NamedTuple

from django.db.models import TextChoices


class ActivityKind(TextChoices):
    DIGITAL_AD = "digital_ad", "Digital ad"
    EMAIL = "email", "Email, mail or SMS campaign"
    SEMINAR = "seminar", "Seminar or webinar"
    TRADE_SHOW = "trade_show", "Trade show"
    TELEMARKETING = "telemarketing", "Telemarketing"
    WEB = "web", "SEO or web"
    TRAINING = "training", "Exams and training"
    OTHER = "other", "Something else"


class Shows(TextChoices):
    """What a proof shows."""

    INVOICE = "invoice", "Third-party invoice, or a certification report for in-house work"
    SCREENSHOT = "screenshot", "Screenshot"
    LANDING_ADDRESS = "landing_address", "Landing address"
    CLICK_REPORT = "click_report", "Click report"
    FINAL_PIECE = "final_piece", "The final piece"
    POSTMARK = "postmark", "Dated header or postmark"
    REACH = "reach", "Reach: how many got it"
    INVITATION = "invitation", "Invitation"
    AGENDA = "agenda", "Agenda"
    INVITATION_OR_AGENDA = "invitation_or_agenda", "Invitation or agenda"
    PHOTOS = "photos", "Photos"
    REGISTERED = "registered", "Registered count"
    BOOTH_PHOTO = "booth_photo", "Photo of the booth"
    VISITORS = "visitors", "Visitor estimate"
    SCRIPT = "script", "Script"
    CALLS = "calls", "Calls and contacts"
    ADDRESSES = "addresses", "Addresses or screenshots"
    WORK_STATEMENT = "work_statement", "Statement of work"
    RESULTS = "results", "Results"
    COURSE_INVOICE = "course_invoice", "Invoice with course code and date"
    ATTENDEES = "attendees", "Who attended"


class Figure(TextChoices):
    """A result that is reported after the activity."""

    IMPRESSIONS = "impressions", "Impressions"
    CLICKS = "clicks", "Clicks"
    REACHED = "reached", "People reached"
    REGISTERED = "registered", "Registered"
    ATTENDED = "attended", "Attended"
    VISITORS = "visitors", "Visitors"
    CALLS = "calls", "Calls"
    CERTIFIED = "certified", "People certified"
    LEADS = "leads", "Leads"
    MEETINGS = "meetings", "Meetings"
    OPPORTUNITIES = "opportunities", "Opportunities"


class Usual(NamedTuple):
    """What an activity of a kind usually asks for: proofs beside the invoice, figures, and how many days it takes."""

    proofs: tuple[Shows, ...]
    figures: tuple[Figure, ...]
    days: int


K, S, F = ActivityKind, Shows, Figure
LIBRARY: dict[ActivityKind, Usual] = {
    K.DIGITAL_AD: Usual((S.SCREENSHOT, S.LANDING_ADDRESS, S.CLICK_REPORT), (F.IMPRESSIONS, F.CLICKS, F.LEADS), days=30),
    K.EMAIL: Usual((S.FINAL_PIECE, S.POSTMARK, S.REACH), (F.REACHED, F.CLICKS, F.LEADS), days=14),
    K.SEMINAR: Usual(
        (S.INVITATION, S.AGENDA, S.PHOTOS, S.REGISTERED), (F.REGISTERED, F.ATTENDED, F.LEADS, F.OPPORTUNITIES), days=30
    ),
    K.TRADE_SHOW: Usual((S.INVITATION_OR_AGENDA, S.BOOTH_PHOTO, S.VISITORS), (F.VISITORS, F.LEADS), days=45),
    K.TELEMARKETING: Usual((S.SCRIPT, S.CALLS), (F.CALLS, F.MEETINGS, F.LEADS), days=30),
    K.WEB: Usual((S.ADDRESSES, S.WORK_STATEMENT, S.RESULTS), (F.CLICKS, F.LEADS), days=30),
    K.TRAINING: Usual((S.COURSE_INVOICE, S.ATTENDEES), (F.ATTENDED, F.CERTIFIED), days=14),
    K.OTHER: Usual((), (F.LEADS,), days=14),
}
