"""What people are reminded of, as data: in which words, when, whose it is to do. A leaf: imports no model.

The view `reminders_matter` has an arm for each of these rules: it gives a row for as long as there is something to do. Leads are
days before the row's anchor; after it they are negative. docs/reminders.md tells users the same.
"""

from dataclasses import dataclass

from reminders.states import LEADS, Rule

# What a lead may be at all, in days; each rule has narrower bounds.
FARTHEST, LATEST = 365, -365
# What was missed for longer than this after a rule's latest day is told no more: lists show it.
TOO_LATE = 30
# So many leads may a company name for a rule: more is not read.
MOST_LEADS = 8


BY, DUE, SINCE, ENDS, ASKED, PROMISED = (
    " by",
    ", due on",
    ", on hold since",
    ", it ends on",
    ", asked on",
    ", promised for",
)
BEGINS, SHORT, NO_DAY = ", it begins on", ", short since", ""


@dataclass(frozen=True, slots=True)
class Spec:
    """One rule; its name in words is the label of `Rule`. `leads` are what it has where nobody chose others.

    A partner chooses its own from `farthest` down to `latest`, at least one of them not before `near`: what is told long ahead
    alone is forgotten. `side` says whose people may choose: those who are reminded. From `owner_lead` on a partner's owners
    (a vendor's managers, Windfall's admins, finance) hear of it too, though a colleague works on it; from `vendor_lead` on the
    vendor's managers, if it is much money. Both hold whatever days were chosen. News is told once and asks for nothing.
    """

    todo: str
    side: str
    leads: tuple[int, ...]
    farthest: int
    latest: int
    near: int
    lapses: bool = False
    news: bool = False
    owner_lead: int | None = None
    vendor_lead: int | None = None
    most_days_late: int | None = None
    when: str = BY  # how the day follows what is to do: the deadline, or where it is another phrase the anchor


# Whose people act. A membership's role says which of these a person is.
PARTNER, OWNER, VENDOR, ADMIN, FINANCE = "partner", "owner", "vendor", "admin", "finance"
# Who looks after a company's people, whatever its kind.
PEOPLE = "people"
AUDIENCES = {
    "owner": (PARTNER, OWNER, PEOPLE),
    "member": (PARTNER,),
    "manager": (VENDOR, PEOPLE),
    "admin": (ADMIN, PEOPLE),
    "finance": (FINANCE,),
}
# (role, audience): each that a role stands in, for SQL.
ROLE_AUDIENCES = tuple((role, audience) for role, audiences in AUDIENCES.items() for audience in audiences)
# Who looks after the others of an audience, and reads what nobody else does.
KEEPERS = ("owner", "manager", "admin", "finance")

# Which kind of company's people these are.
KIND_OF_SIDE = {PARTNER: "partner", VENDOR: "vendor", ADMIN: "site", FINANCE: "site"}
LONGEST_ABSENCE = 366  # days

# After these many days nobody calls it news.
NEWS_DAYS = 14

R = Rule


def lapsing(todo: str, leads: tuple[int, ...], *, farthest: int = 180, near: int = 14) -> Spec:
    """Money of the partner's is gone after the anchor."""
    return Spec(todo, PARTNER, leads, farthest, 0, near, lapses=True, owner_lead=7, vendor_lead=14)


def waiting(
    todo: str,
    side: str,
    leads: tuple[int, ...],
    when: str,
    *,
    farthest: int = 0,
    near: int = 0,
    owner_lead: int | None = None,
) -> Spec:
    """Somebody waits for it, before the anchor or after."""
    return Spec(todo, side, leads, farthest, -60, near, owner_lead=owner_lead, when=when)


def news(todo: str, side: str = PARTNER) -> Spec:
    return Spec(todo, side, (0,), 0, -NEWS_DAYS, 0, news=True, most_days_late=NEWS_DAYS, when=NO_DAY)


RULES: dict[Rule, Spec] = {
    R.SAFE_START: lapsing("Start an activity", (30, 14, 7), near=30),
    R.EXPIRES_ON: lapsing("Run an activity", LEADS),
    R.CLAIM_BY: lapsing("File a claim", LEADS),
    R.REQUEST_CLAIM_BY: lapsing("Claim what was approved", (30, 14, 7, 1), farthest=120),
    R.REQUEST_RUN: waiting("Run what was approved, then claim it", PARTNER, (7, 0), BEGINS, farthest=60, near=14),
    R.REQUEST_OVER: Spec(
        "File the claim for what you ran",
        PARTNER,
        (-1, -7, -14),
        0,
        -60,
        0,
        lapses=True,
        owner_lead=-7,
        vendor_lead=-14,
    ),
    R.DRAFT_CLAIM: Spec("Finish the claim and file it", PARTNER, (-7, -21), -1, -90, -1, owner_lead=-21),
    R.DRAFT_REQUEST: Spec("Finish the request and send it", PARTNER, (-7, -21), -1, -90, -1, owner_lead=-21),
    R.CLAIM_QUESTION: Spec("Answer the reviewer's question", PARTNER, (7, 3, 1), 30, 0, 7, lapses=True, owner_lead=3),
    R.REQUEST_QUESTION: Spec("Answer the vendor's question", PARTNER, (7, 3, 1), 30, 0, 7, owner_lead=3),
    R.OUTCOME: waiting("Report what came of it", PARTNER, (14, 3, -3, -14), DUE, farthest=30, near=7, owner_lead=-14),
    R.CERTIFICATION: Spec("Renew the certification", PARTNER, (60, 30, 7), 180, 0, 60, when=ENDS),
    # Later than its vendor hears, who may renew it; in time for an activity that needs it.
    R.RESOURCE_HELD: Spec("Use the resource while you may", PARTNER, (21,), 120, 0, 30, when=ENDS),
    R.HOLD: waiting("Clear what holds it up", PARTNER, (0, -7, -21), SINCE),
    R.SHORT_PAY: waiting("Accept what arrived, or wait for the rest", PARTNER, (0, -7, -21), SHORT),
    R.PROGRAM_FITS: news("See the program"),
    R.GRANTED: news("Plan what to do with it"),
    R.TIME_ANSWERED: news("See the answer"),
    R.PLAN_ANSWERED: news("See the answer"),
    R.JOIN_ANSWERED: news("See the answer"),
    R.STEP: Spec("Do what was agreed", PARTNER, (7, 1, 0, -7), 60, -60, 7, owner_lead=-7, when=DUE),
    R.REVERSAL: news("See why it was taken back"),
    R.REQUEST_DECISION: waiting(
        "Decide on the request", VENDOR, (3, -1, -7), PROMISED, farthest=30, near=3, owner_lead=-7
    ),
    R.TIME_ASKED: waiting("Answer who asks for more time", VENDOR, (-2, -9), ASKED),
    R.PLAN_ASKED: waiting("Answer who has a plan ready", VENDOR, (-2, -9), ASKED),
    R.JOIN_ASKED: waiting("Answer who asks to join", VENDOR, (-2, -9), ASKED),
    R.RESOURCE: Spec("Renew or retire the resource", VENDOR, (30, 7), 120, -30, 30, when=ENDS),
    R.CLAIM_DECISION: waiting("Decide on the claim", ADMIN, (2, -1, -7), PROMISED, farthest=30, near=3, owner_lead=-7),
    R.PAYMENT_DUE: waiting("Pay it", FINANCE, (-1, -7, -14), DUE, farthest=30, owner_lead=-14),
    R.SHORT_REST: waiting(
        "Pay the rest, or ask the owner to accept what arrived", FINANCE, (-7, -21), SHORT, owner_lead=-21
    ),
    R.NO_MAIL: news("See why a colleague gets no mail", PEOPLE),
}

# What a partner's people do. A vendor hears of some of it, where it is much money, and does not use that in its partner's place.
PARTNERS = tuple(rule for rule, spec in RULES.items() if spec.side == PARTNER)
# A vendor does not see what a partner has not filed, nor what its people mean to do, nor how many of it there are.
NOT_THE_VENDORS = (R.DRAFT_CLAIM, R.DRAFT_REQUEST, R.STEP)
# What a vendor may add words of its own to.
MAY_WORD = tuple(rule for rule in PARTNERS if not RULES[rule].news and rule not in NOT_THE_VENDORS)
