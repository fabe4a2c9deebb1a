"""What the demo's vendors share with partners, and what partners did with it."""

from datetime import timedelta
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from dashboards.demo import papers
from dashboards.demo.people import Cast
from programs.activities import ActivityKind as For
from programs.models import Program, Resource
from programs.resources import actions
from programs.resources.states import Act
from programs.resources.states import ResourceKind as Kind
from programs.uploads import accept


class Shared(NamedTuple):
    """A resource: without a link it is a PDF of the steps. `ends` is its last day, counted from today."""

    vendor: str
    kind: Kind
    title: str
    language: str
    serves: tuple[For, ...]
    words: str
    link: str = ""
    steps: tuple[str, ...] = ()
    program: str = ""
    ends: int | None = None
    users: tuple[str, ...] = ()


SHELF = (
    Shared(
        "northgate-cloud",
        Kind.CAMPAIGN,
        "Cloud migration webinar kit",
        "en-US",
        (For.SEMINAR, For.EMAIL, For.DIGITAL_AD),
        "Three weeks from invitation to follow-up call: mails, slides and a landing page, ready for your logo.\n"
        "Partners who ran it filled 40 seats on average.",
        steps=(
            "Book a date three weeks ahead.",
            "Send the first invitation, and the second a week later.",
            "Run the ads with the pictures on page 2.",
            "Call everybody who came within two days.",
        ),
        program="Northgate Solution Co-op",
        users=("brightpath", "kiln-harbor", "nordlicht"),
    ),
    Shared(
        "northgate-cloud",
        Kind.TRAINING,
        "Selling migrations, a course in six lessons",
        "en",
        (For.TRAINING,),
        "For your sales people: who to talk to, what to ask, what it costs. Two hours in all, at your own pace.",
        link="https://learn.northgate.example/selling-migrations",
        users=("brightpath", "blue-fen"),
    ),
    Shared(
        "northgate-cloud",
        Kind.NFR,
        "Fifty seats for your own people",
        "mul",
        (),
        "Licences that are not for resale, so that you know what you sell. One set a year for each partner.",
        link="https://partners.northgate.example/nfr",
        ends=18,
    ),
    Shared(
        "harborline-networks",
        Kind.CAMPAIGN,
        "Wi-Fi 7 Roadshow: Einladung, Plakat, Vortrag",
        "de",
        (For.SEMINAR, For.TRADE_SHOW),
        "Alles für einen Abend mit 30 Gästen. Bitte das Logo oben rechts einsetzen.",
        steps=("Raum und Datum buchen.", "Einladung vier Wochen vorher verschicken.", "Vortrag halten, 40 Minuten."),
        users=("brightpath", "nordlicht"),
    ),
    Shared(
        "harborline-networks",
        Kind.BRAND,
        "Logos and product photos",
        "mul",
        (For.DIGITAL_AD, For.EMAIL, For.WEB, For.TRADE_SHOW),
        "For print and screen, with the rules in one page.",
        link="https://brand.harborline.example/partners",
    ),
    Shared(
        "skylark-compute",
        Kind.PLAYBOOK,
        "From expo booth to first order",
        "en-US",
        (For.TRADE_SHOW, For.TELEMARKETING),
        "Who does what on the day, what to ask at the booth, and the calls in the week after.",
        steps=("Choose five questions for the booth.", "Note every answer.", "Call within the week.", "Book a demo."),
        program="Skylark MDF",
        ends=25,
        users=("brightpath", "maple-ridge"),
    ),
    Shared(
        "skylark-compute",
        Kind.CERTIFICATION,
        "Certified Compute Seller",
        "en",
        (For.TRAINING,),
        "The exam takes 45 minutes. With two certified people you are a Gold partner.",
        link="https://academy.skylark.example/seller",
        users=("brightpath",),
    ),
    Shared(
        "kestrel-backup",
        Kind.CAMPAIGN,
        "Ransomware breakfast in a box",
        "en-GB",
        (For.SEMINAR, For.EMAIL),
        "An invitation that gets answers, a 30-minute talk, and the checklist that guests take home.",
        steps=("Invite 60 to have 15 come.", "Serve coffee at 8:00, talk at 8:30.", "Hand out the checklist."),
        users=("brightpath", "blue-fen", "outback"),
    ),
    Shared(
        "kestrel-backup",
        Kind.PLAYBOOK,
        "Three hundred calls: script and targets",
        "en-GB",
        (For.TELEMARKETING,),
        "What to say in the first twenty seconds, and what a good day looks like.",
        link="https://hub.kestrel.example/calls",
    ),
    Shared(
        "pinewatch-mdr",
        Kind.CAMPAIGN,
        "Tabletop exercise for CISOs",
        "en-US",
        (For.SEMINAR,),
        "A two-hour game about a breach, with roles, cards and a debriefing that leads to an assessment.",
        steps=("Invite six to ten CISOs.", "Deal the roles.", "Play four rounds of 20 minutes.", "Debrief."),
        users=("brightpath",),
    ),
    Shared(
        "pinewatch-mdr",
        Kind.BRAND,
        "Threat report, yours to send",
        "en",
        (For.EMAIL, For.WEB),
        "The quarter's report with room for your logo and a paragraph of your own.",
        link="https://pinewatch.example/report/partners",
        ends=40,
    ),
    Shared(
        "tidal-work",
        Kind.CAMPAIGN,
        "Hybrid work seminar kit",
        "ja",
        (For.SEMINAR,),
        "Invitation, agenda and slides for an evening with 40 guests, in Japanese.",
        steps=("Book the venue.", "Send the invitation.", "Return the results form within 7 days."),
    ),
    Shared(
        "tidal-work",
        Kind.TRAINING,
        "Product tour for new sales people",
        "ja",
        (For.TRAINING,),
        "Forty minutes, with subtitles in English.",
        link="https://learn.tidal.example/tour",
    ),
    Shared(
        "jade-cloud",
        Kind.PLAYBOOK,
        "Industry salon, step by step",
        "zh-Hans",
        (For.SEMINAR, For.TRADE_SHOW),
        "From the application, ten working days ahead, to the sign-in sheet that proves who came.",
        steps=("Apply ten working days ahead.", "Keep the sign-in sheet.", "Send the tax invoice."),
    ),
    Shared(
        "jade-cloud",
        Kind.CERTIFICATION,
        "Jade Cloud Associate",
        "zh-Hans",
        (For.TRAINING,),
        "The certificate that the first tier asks for.",
        link="https://edu.jade.example/associate",
    ),
    Shared(
        "foundry-servers",
        Kind.CAMPAIGN,
        "Server refresh: mailing and calculator",
        "de",
        (For.EMAIL, For.WEB),
        "Ein Brief, zwei Mails und ein Rechner, der zeigt, was alte Server kosten.",
        steps=("Kunden mit Servern über fünf Jahre wählen.", "Brief senden.", "Nach einer Woche anrufen."),
        users=("nordlicht", "helvetia"),
    ),
    Shared(
        "foundry-servers",
        Kind.NFR,
        "Demo server for your showroom",
        "en",
        (For.TRADE_SHOW, For.SEMINAR),
        "Half price, once a year, to be shown and not sold.",
        link="https://shop.foundry.example/demo-units",
    ),
)


def share(demo: Cast, number: int, shared: Shared) -> None:
    """Publish a resource; its users took it, and most of them ran something with it."""
    vendor, by, day = demo.vendors[shared.vendor], demo.managers[shared.vendor], demo.ago(60 - number)
    resource = Resource(
        vendor=vendor,
        program=Program.objects.filter(vendor=vendor, name=shared.program).first(),
        kind=shared.kind,
        title=shared.title,
        words=shared.words,
        language=shared.language,
        activities=list(shared.serves),
        valid_until=None if shared.ends is None else demo.now.date() + timedelta(days=shared.ends),
    )
    accepted = None
    if shared.steps:
        demo.papers += 1
        paper = papers.kit(vendor=vendor.name, title=shared.title, words=shared.words, steps=shared.steps)
        accepted = accept(SimpleUploadedFile(f"{shared.title}.pdf", paper))
    resource = actions.save(resource=resource, accepted=accepted, link=shared.link, by=by, now=day)
    resource = actions.publish(resource=resource, by=by, now=day)
    for place, slug in enumerate(shared.users):
        told = {"resource": resource, "partner": demo.partners[slug], "by": demo.owners[slug]}
        for days in range(40 - 5 * place, 0, -18):
            actions.use(act=Act.DOWNLOADED if accepted else Act.OPENED, now=demo.ago(days), **told)
        if place % 2 == 0:
            actions.use(act=Act.USED, now=demo.ago(12 - place), activity=shared.serves[0], **told)
