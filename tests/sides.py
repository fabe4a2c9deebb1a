"""Everybody of the cast, signed in, before one of each thing of two sides."""

import io
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from types import SimpleNamespace
from unittest.mock import patch

from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test import client as django_client
from django.utils import timezone
from pypdf import PdfWriter

from claims import actions as claims
from funds import actions as funds
from funds.actions import uploading
from funds.actions.showing import show
from funds.asks import Proposal
from funds.models import StatementLayout
from partners import actions as partners
from partners.models import Membership
from partners.sign_in import verified_user
from partners.states import Role
from plans.actions import steps
from programs import standing
from programs.actions import joining, linking
from programs.activities import ActivityKind
from programs.days import Clock
from programs.models import Activity, Certification, KeptVendor, Tier, Vendor
from reminders.actions import be_away
from reminders.actions.sweeping import sweep
from reminders.chat import actions as chat
from reminders.chat.states import Shape
from reminders.models import Reminder
from tests.cast import NOW, PASSWORD, TODAY, World, accepted_file
from tests.claims.asking import one_of_each
from tests.claims.lines_attacks import a_rate
from tests.claims.paying import things_of_payment
from tests.claims.telling import one_told
from tests.funds.uploads import SIMPLE, received
from tests.passkeys import passkey
from tests.plans.planning import funding_of, planned
from tests.plans.selling import one_selling
from tests.reminders.posting import bounced, given_up

# Later than anything that tests do.
AWAY = TODAY + timedelta(days=4000)


def people(w: World) -> dict[str, object]:
    nobody = verified_user("nobody@people.example", "Nobody", PASSWORD)
    named = {name: getattr(w, name) for name in ("owner", "member", "manager", "admin", "finance", "stranger")}
    found = named | {"rival": w.other_manager, "nobody": nobody}
    for user in found.values():
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return found


def pdf() -> bytes:
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(file)
    return file.getvalue()


def things(w: World, *, partner, owner, vendor, manager) -> SimpleNamespace:
    """One of each, of this partner and this vendor."""
    program = w.program(vendor=vendor, by=manager, activities=[Activity(kind=ActivityKind.OTHER, name="Customer day")])
    year = w.year(vendor=vendor, by=manager)
    budget = w.budget(program, amount=20_000_00, by=manager, year=year)
    fund = w.fund(partner=partner, budget=budget, by=manager)
    draft = w.draft(fund, by=owner)
    claims.attach(claim=draft, accepted=accepted_file(pdf(), "blank.pdf"), by=owner, now=NOW)
    other = w.draft(fund, by=owner)
    claims.attach(claim=other, accepted=accepted_file(pdf() + b"\n", "blank.pdf"), by=owner, now=NOW)
    submitted = claims.submit(claim=w.again(other), by=owner, now=NOW)
    approved = w.submitted(fund, by=owner)
    approved = claims.approve(claim=approved, version=approved.version, by=w.second_admin, now=NOW)
    earning = w.program(vendor=vendor, by=manager, kind="coop", accrual_percent=3, earning_months=6)
    sales = f"partner,reference,sold_on,amount\n{partner.slug},S-1,2026-02-03,100\n".encode()
    upload = funds.receive(
        budget=w.budget(earning, by=manager), file=SimpleUploadedFile("sales.csv", sales), by=manager, now=NOW
    )
    funds.work(upload_id=upload.pk, now=NOW)
    tier = standing.save_tier(tier=Tier(vendor=vendor, name="Gold"), by=manager, now=NOW)
    certification = standing.save_certification(
        certification=Certification(vendor=vendor, name="Cloud architect", how="Pass the exam."), by=manager, now=NOW
    )
    closed_shop, rich = w.program(vendor=vendor, by=manager), w.program(vendor=vendor, by=manager)
    asked = joining.ask(program=closed_shop, partner=partner, note="We sell a lot of it.", by=owner, now=NOW)
    empty = w.budget(rich, amount=0, by=manager)
    amounts = {None: 500_00}
    funds.set_starting(program=rich, budget=empty, name="Start", months=None, amounts=amounts, by=manager, now=NOW)
    waiting = funds.add(program=rich, partner=partner, by=manager, now=NOW)
    kept = w.kept_program(partner=partner, by=owner, name="Cobalt Print")
    kept_fund = w.kept_fund(kept, by=owner)
    named_alike = Vendor.objects.create(name="Cobalt Printers", slug=f"cobalt-{partner.slug}")
    colleague = verified_user(f"colleague@{partner.slug}.example", "Colleague", None)
    return SimpleNamespace(
        company=partner,
        vendor=vendor,
        kept=kept.vendor,
        kept_program=kept,
        kept_fund=kept_fund,
        **one_uploaded(w, partner, owner),
        link=linking.propose_link(
            kept=KeptVendor.objects.get(pk=kept.vendor_id), vendor=named_alike, by=w.admin, now=NOW
        ),
        program=program,
        draft_program=w.program(
            vendor=vendor,
            by=manager,
            publish=False,
            activities=[Activity(kind=ActivityKind.OTHER, name="Customer day")],
        ),
        year=year,
        resource=w.resource(vendor=vendor, by=manager),
        linked_resource=w.resource(vendor=vendor, by=manager, link="https://kit.example.com/"),
        draft_resource=w.resource(vendor=vendor, by=manager, publish=False),
        budget=budget,
        tier=tier,
        certification=certification,
        asked=asked,
        joined=waiting.enrolment,
        share=waiting.share,
        fund=fund,
        request=funds.ask_for_time(allocation=fund, until=fund.longest, why="It moved.", by=owner, now=NOW),
        plan=plan(w, partner, program, owner),
        **one_planned(w, partner, owner, fund, kept_fund),
        upload=upload,
        **one_of_each(w, fund, owner=owner, manager=manager),
        draft=draft,
        draft_proof=draft.proofs.get(name="blank.pdf"),
        submitted=submitted,
        invoice=submitted.lines.get().invoice,
        rate=a_rate(),
        proof=submitted.proofs.get(name="blank.pdf"),
        approved=approved,
        **one_told(w, approved, fund, owner=owner),
        **one_selling(program, partner, owner),
        membership=Membership.objects.create(user=colleague, company=partner, role=Role.MEMBER),
        absence=be_away(user=owner, company=partner, delegate=colleague, from_on=AWAY, until_on=AWAY, now=NOW),
        suppression=bounced(colleague),
        dead_mail=given_up(colleague),
        invitation=partners.invite(
            company=partner, email="new@people.example", role=Role.MEMBER, by=owner, now=timezone.now()
        ),
        passkey=passkey(owner),
        hook=chat.make(
            company=partner,
            name="#funding",
            shape=Shape.SLACK,
            address="https://0x7f.1/no-public-place",
            wanted=chat.Wanted(daily=True, nudges=True),
            key=uuid.uuid4(),
            by=owner,
            now=NOW,
        )[0],
        step=steps.agree(
            partner=partner, vendor=vendor, words="Send the plan", person=owner, due_on=TODAY, by=owner, now=NOW
        ),
        owner=owner,
        **vars(things_of_payment(w, w.fund(10_000_00, partner=partner, budget=budget, by=manager), owner)),
    )


def one_uploaded(w: World, partner, owner) -> dict[str, object]:
    """A statement that waits to be recorded, one that is, and what is remembered of how that was read."""
    recorded, waiting = (
        received(w, SIMPLE.replace(b"Spring", name), "Cobalt Print", by=owner, partner=partner)
        for name in (b"Summer", b"Spring")
    )
    uploading.record_upload(upload=recorded, as_seen=show(recorded, NOW).token, by=owner, now=NOW)
    layout = StatementLayout.objects.of_vendor(recorded.vendor).get()
    return {"statement": waiting, "recorded_statement": recorded, "layout": layout}


def plan(w: World, partner, program, owner) -> Proposal:
    days = {"starts_on": program.ends_on, "ends_on": program.ends_on}
    made = Proposal(partner=partner, program=program, title="Webinar", purpose="New customers", amount=500_00, **days)
    return funds.propose(proposal=made, by=owner, now=NOW)


def one_planned(w: World, partner, owner, fund, kept_fund) -> dict[str, object]:
    """An activity of the partner's plan that a fund on Windfall and one of its own books pay for together."""
    activity = planned(w, (fund, 100_00), (kept_fund, 100_00), partner=partner, by=owner)
    return {"planned": activity, "planned_funding": funding_of(activity), "kept_funding": funding_of(activity, 1)}


@dataclass
class Both:
    """The cast, signed in, before one of each thing of either side."""

    people: dict
    clients: dict[str, Client]
    ours: SimpleNamespace
    theirs: SimpleNamespace
    world: World


def both_sides(w: World) -> Both:
    cast = people(w)
    ours = things(w, partner=w.brightpath, owner=w.owner, vendor=w.northgate, manager=w.manager)
    theirs = things(w, partner=w.othertech, owner=w.stranger, vendor=w.skylark, manager=w.other_manager)
    for fund in (ours.fund, theirs.fund):
        fund.refresh_from_db()
    sweep(clock=Clock(NOW, on=ours.fund.expires_on))
    for side in (ours, theirs):
        side.reminder = Reminder.objects.filter(recipient=side.owner).first()
    # The others are read: each page counts what is not, which for all that was swept would take longer than the page.
    Reminder.objects.exclude(pk__in=[ours.reminder.pk, theirs.reminder.pk]).update(read_at=NOW)
    return Both(cast, {name: signed_in(user) for name, user in cast.items()}, ours, theirs, w)


def signed_in(user) -> Client:
    """Signed in a moment ago, so that no page asks for the password once more."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


@contextmanager
def undone():
    """What is done inside did not happen: each request finds the same world."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def asked(client: Client, method: str, address: str, data=None, **options):
    """The response, without its `context`. Neither the world nor the client's cookies have changed by it."""
    cookies = copy(client.cookies)
    try:
        with undone(), contexts_forgotten():
            return getattr(client, method.lower())(address, {} if data is None else data, **options)
    finally:
        client.cookies = cookies


def in_turn(some: Sequence, others: Sequence) -> Iterator[tuple]:
    """Pairs: as many as it takes for each of either to come up."""
    return islice(zip(cycle(some), cycle(others), strict=False), max(len(some), len(others)) if some and others else 0)


def contexts_forgotten():
    """Without Django's copy of each template's context, of which a form has hundreds: a response has no `context` then."""
    return patch.object(django_client, "store_rendered_templates", lambda store, **kwargs: None)
