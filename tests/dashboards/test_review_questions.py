"""Five questions, always; the most pressing first; each from a fact, and with its figures."""

from datetime import timedelta

import pytest

from claims.models import Payment
from dashboards.reviews.questions import GENERAL, RULES, questions
from dashboards.reviews.sheets import sheets
from funds.lapse import lapse
from plans.actions import steps
from programs import admission
from programs.days import Clock
from tests.cast import NOW, TODAY
from tests.claims import asking, paying
from tests.dashboards.test_review_facts import in_days, review_of
from tests.dashboards.test_roi import paid, tell


def asked(w, days: int = 0, vendor=None) -> list[str]:
    (review,) = review_of(w, vendor or w.northgate, now=NOW + timedelta(days=days))
    return questions(review)


def test_without_facts_they_say_nothing_of_the_vendor(w):
    assert asked(w) == list(GENERAL)
    assert len(GENERAL) == 5


def test_money_that_lapses_with_the_day_that_the_terms_allow(w):
    program = w.program(extension_days=40, claim_window_days=0)
    w.fund(4_200_00, name="Spring", expires_on=in_days(10), budget=w.budget(program))
    assert asked(w)[0] == (
        "$4,200.00 of “Spring” lapses on 3 Dec 2026 (10 days): can it be extended? Its terms allow it until 12 Jan 2027."
    )


def test_money_that_lapses_and_cannot_be_extended(w):
    program = w.program(extension_days=0, claim_window_days=0)
    w.fund(4_200_00, name="Spring", expires_on=in_days(10), budget=w.budget(program))
    assert asked(w)[0] == (
        "$4,200.00 of “Spring” lapses on 3 Dec 2026 (10 days): what can still be done with it in time?"
    )


def test_what_is_owed_and_since_when(w):
    payment = paying.due(w, w.fund(500_00, budget=w.budget(w.program(pay_days=10))))
    number = payment.claim.number
    assert asked(w)[0] == f"Is $500.00 for {number} “Cloud webinar” on its way? It is due on 3 Dec 2026."
    assert asked(w, days=20)[0] == (
        f"You owe us $500.00 for {number} “Cloud webinar”, since 3 Dec 2026 (10 days): what holds it up?"
    )


def test_what_the_vendor_holds_back(w):
    payment = paying.due(w, w.fund(500_00, budget=w.budget(w.program(pay_days=10))))
    paying.held(w, payment, w.manager)
    assert Payment.objects.get(pk=payment.pk).status == "on_hold"
    assert asked(w, days=20)[0] == (
        f"You hold back $500.00 for {payment.claim.number} “Cloud webinar”, since 23 Nov 2026: what do you need to let it go?"
    )


def test_a_claim_that_waits_longer_than_promised_and_one_without_a_promise(w):
    claim = w.submitted(w.fund(500_00, budget=w.budget(w.program(review_days=21))))
    assert asked(w, days=21) == list(GENERAL)
    assert asked(w, days=41)[0] == (
        f"Claim {claim.number} “Cloud webinar” ($500.00) has waited 41 days for a decision, promised in 21 days: what is missing?"
    )
    other = w.submitted(w.fund(500_00))
    assert not any(other.number in words for words in asked(w, days=30))
    assert asked(w, days=31)[1] == (
        f"Claim {other.number} “Cloud webinar” ($500.00) has waited 31 days for a decision: what is missing?"
    )


def test_a_request_without_an_answer(w):
    request = asking.filed(w, w.fund(500_00, expires_on=in_days(200)), 1_000_00)
    assert not any(request.number in words for words in asked(w, days=7))
    assert asked(w, days=8)[0] == (
        f"Request {request.number} “Cloud evening” ($500.00) has waited 8 days for your answer: may we go ahead? "
        "It begins on 13 Dec 2026."
    )


def test_a_step_that_is_late(w):
    agreed = {"partner": w.brightpath, "vendor": w.northgate, "person": w.member, "by": w.owner, "now": NOW}
    steps.agree(words="Send the plan", due_on=in_days(5), **agreed)
    assert asked(w, days=5) == list(GENERAL)
    assert asked(w, days=6)[0] == ("On 23 Nov 2026 we agreed: “Send the plan”, by 28 Nov 2026. What is left to do?")


def test_what_lapsed(w):
    w.fund(900_00, expires_on=in_days(1), budget=w.budget(w.program(claim_window_days=0)))
    lapse(clock=Clock(NOW + timedelta(days=3)))
    assert asked(w, days=4)[0] == (
        "$900.00 of ours lapsed since 27 Nov 2025: can it be granted again for a plan that is ready?"
    )


def test_programs_kits_and_results(w):
    w.program(name="Growth")
    closed = w.program(name="Elite")
    rules = {"way": "asking", "least_tier": None, "countries": ["DE"], "certifications": []}
    admission.set_rules(program=closed, by=w.manager, now=NOW, **rules)
    w.resource(title="First")
    w.resource(title="Second")
    told = paid(w)
    tell(w, told, leads=8)
    assert asked(w) == [
        "What should we know before we join “Growth”?",
        "Which of your 2 resources that we have not used, such as “First”, works best with the $4,500.00 that is left?",
        "What would it take to let us into “Elite”? Only for partners in Germany: you are in the United States.",
        "Our activities brought 8 leads for $500.00 of yours: which would you fund more of?",
        "We have $4,500.00 of “Market development” until 21 Feb 2027: what has worked best for partners like us?",
    ]


def test_one_trouble_does_not_hide_the_others(w):
    program = w.program(claim_window_days=0)
    for number in range(4):
        w.fund(100_00, name=f"Fund {number}", expires_on=in_days(10 + number), budget=w.budget(program))
    w.submitted(w.fund(500_00, expires_on=in_days(200)))
    words = asked(w, days=5)
    assert [word for word in words if "lapses on" in word] == words[:2]
    assert ["Fund 0" in words[0], "Fund 1" in words[1]] == [True, True]
    assert len(words) == 5


@pytest.mark.parametrize("days", [0, 5, 40])
def test_there_are_always_five_and_none_twice(w, days):
    w.fund()
    w.submitted()
    paying.due(w)
    words = asked(w, days=days)
    assert (len(words), len(set(words))) == (5, 5)


def test_every_rule_stays_silent_without_its_fact(w):
    (review,) = review_of(w, w.northgate)
    assert [list(rule(review)) for rule in RULES] == [[] for _ in RULES]


def test_long_words_are_cut(w):
    w.fund(100_00, name="W" * 120, expires_on=TODAY)
    (review,) = review_of(w, w.northgate, now=NOW)
    first = sheets(review).questions[0]
    assert (len(first), first[-1]) == (160, "…")
