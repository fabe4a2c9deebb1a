"""A matter of each rule, for a year of days in several time zones."""

from datetime import date, timedelta

from claims import actions as claims
from claims.actions import requests
from claims.models import Claim
from funds import actions as funds
from funds.asks import Proposal
from funds.models import Allocation
from plans.actions import steps
from programs import actions as programs
from programs import standing
from programs.actions import joining
from programs.activities import ActivityKind
from programs.models import Certification, Program
from programs.resources import actions as resources
from programs.resources.states import Act
from tests.cast import NOW, TODAY, World
from tests.claims import asking, paying
from tests.reminders.posting import bounced

LAST = date(2027, 12, 31)


class Zone:
    """A matter of nearly each rule in one time zone; `shift` days later than in the others."""

    def __init__(self, w: World, zone: str, shift: int):
        self.w, self.zone, self.days, self.shift = w, zone, timedelta(days=shift), shift

    def program(self, **terms) -> Program:
        given = {
            "review_days": 20 + self.shift,
            "pay_days": 40 + self.shift,
            "activity_days": 9,
            "lead_days": 6,
        } | terms
        return self.w.program(time_zone=self.zone, starts_on=TODAY, ends_on=LAST, **given)

    def fund(self, month: int, day: int, program: Program | None = None, **fields) -> Allocation:
        """Its last day is that one of 2027."""
        expires = date(2027, month, day)
        budget = self.w.budget(program or self.usual)
        return self.w.fund(budget=budget, expires_on=expires, claim_by=expires + timedelta(days=40), **fields)

    def fill(self) -> None:
        self.usual = self.program()
        self.of_funds()
        self.of_requests()
        self.of_claims()
        self.of_payments()
        self.of_asks()

    def of_funds(self) -> None:
        for month, day in ((3, 20), (6, 30), (11, 1)):  # clocks change in Berlin on one of them; elsewhere on others
            last = date(2027, month, day) + self.days
            self.fund(last.month, last.day)
        self.fund(7, 15, partner=self.w.othertech)

    def of_requests(self) -> None:
        w, may = self.w, date(2027, 5, 1)
        asking.draft(w, self.fund(9, 30), by=w.member)
        seminar = programs.usual(ActivityKind.SEMINAR)
        of_activity = self.program(claim_window_from="activity", activities=[seminar])
        ran = {"starts_on": may + self.days, "ends_on": may + self.days + timedelta(days=1)}
        asking.approved(w, self.fund(8, 31, of_activity), 1_000_00, **ran)
        asking.approved(w, self.fund(8, 31, of_activity), 9_000_00, filed_by=w.member, **ran)
        asking.filed(w, self.fund(8, 31), 1_000_00, starts_on=may, ends_on=may)
        taken = asking.filed(w, self.fund(8, 31), 1_000_00, starts_on=may, ends_on=may)
        requests.take(request=taken, by=w.manager, now=NOW)
        asked = asking.filed(w, self.fund(8, 31), 1_000_00)
        ask = {"question": "Which hotel?", "by": w.manager, "now": NOW}
        requests.ask(request=asked, version=asked.version, due=TODAY + timedelta(days=12) + self.days, **ask)

    def of_claims(self) -> None:
        w = self.w
        w.draft(self.fund(10, 31), by=w.member)
        claim = w.submitted(self.fund(8, 31), by=w.member)
        ask = {"question": "Who came?", "by": w.admin, "now": NOW}
        claims.ask(claim=claim, version=claim.version, due=TODAY + timedelta(days=10) + self.days, **ask)
        w.submitted(self.fund(8, 31))
        claims.take(claim=w.submitted(self.fund(8, 31)), by=w.second_admin, now=NOW)
        seminar = programs.usual(ActivityKind.SEMINAR)
        seminar.proofs = []
        claim = w.draft(self.fund(8, 31, self.program(activities=[seminar])), by=w.member)
        days = {"ran_from": TODAY - timedelta(days=2), "ran_until": TODAY - timedelta(days=1)}
        Claim.objects.filter(pk=claim.pk).update(**days)
        claims.submit(claim=w.again(claim), by=w.member, now=NOW)

    def of_payments(self) -> None:
        w = self.w
        paying.due(w, self.fund(8, 31))
        paying.held(w, paying.due(w, self.fund(8, 31)), w.member)
        paying.short(w, self.fund(8, 31))
        back = paying.proposed(w, paying.paid(w, self.fund(8, 31)))
        claims.confirm_reversal(reversal=back, by=paying.colleague(w), now=NOW)
        # Othertech has no bank details: its owner's to enter.
        claim = w.submitted(self.fund(8, 31, partner=w.othertech), by=w.stranger)
        claims.approve(claim=claim, version=claim.version, by=w.admin, now=NOW)

    def of_asks(self) -> None:
        """Each twice: one waits, one was answered."""
        w = self.w
        for answer in (None, {"code": "other", "answer": "Next year.", "by": w.manager, "now": NOW}):
            fund = self.fund(8, 31)
            time = funds.ask_for_time(allocation=fund, until=fund.longest, why="It moved.", by=w.owner, now=NOW)
            wish = {"title": "Webinar", "purpose": "New customers", "amount": 500_00}
            days = {"starts_on": date(2027, 4, 1), "ends_on": date(2027, 4, 2) + self.days}
            plan = Proposal(partner=w.brightpath, program=self.usual, **wish, **days)
            plan = funds.propose(proposal=plan, by=w.member, now=NOW)
            join = joining.ask(program=self.program(), partner=w.brightpath, note="Please.", by=w.member, now=NOW)
            if answer:
                funds.decline_time(request=time, **answer)
                funds.decline_proposal(proposal=plan, **answer)
                joining.decline(enrolment=join, code="level", reason="Next year.", by=w.manager, now=NOW)
        self.program()  # fits, and nobody has asked to join


def of_vendors(w: World) -> None:
    """What counts its days where the vendor is: certifications and resources."""
    for vendor, by, zone, last in (
        (w.northgate, w.manager, "America/Los_Angeles", date(2027, 5, 31)),
        (w.skylark, w.other_manager, "Pacific/Auckland", date(2027, 2, 28)),
    ):
        type(vendor).objects.filter(pk=vendor.pk).update(time_zone=zone)
        w.program(vendor=vendor, by=by, starts_on=TODAY, ends_on=LAST)
        exam = Certification(vendor=vendor, name="Cloud architect", how="Pass the exam.")
        exam = standing.save_certification(certification=exam, by=by, now=NOW)
        change = standing.Change(w.brightpath, certified={exam.pk: last})
        standing.set_standings(vendor=vendor, changes=[change], by=by, now=NOW)
        for takers in ([w.member], [w.member, w.owner], []):
            kit = w.resource(vendor=vendor, by=by, valid_until=last)
            for user in takers:
                resources.use(resource=kit, partner=w.brightpath, act=Act.USED, by=user, now=NOW)


def of_partners(w: World) -> None:
    """What counts its days where the partner is: what its people agreed to do, and that mail to one of them does not arrive."""
    type(w.brightpath).objects.filter(pk=w.brightpath.pk).update(time_zone="Europe/Berlin")
    for person, day in ((w.member, date(2027, 3, 28)), (w.owner, date(2027, 10, 31))):
        agreed = {"words": "Send the plan", "person": person, "due_on": day, "by": w.owner, "now": NOW}
        steps.agree(partner=w.brightpath, vendor=w.northgate, **agreed)
    bounced(w.member)
