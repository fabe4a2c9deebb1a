"""The sums that lines, claims, requests and reversals carry, kept by the database in PL/pgSQL.

A leaf: the models hang these on their tables. `amounts.py` and `programs/money.py` say the same in Python. Shares are compared
without dividing, so that nothing is rounded twice.
"""

import pgtrigger

from claims.states import AWAITING_DECISION, AWAITING_PAYMENT, DECIDED, ClaimStatus
from claims.states.requests import FINAL, IN_FORCE
from partners.triggers import Protect, Trigger, listed, refuse
from programs.money import DIGITS

COUNTED_OTHERWISE = "WF085"
ASKED_OTHERWISE = "WF086"
APPROVED_OTHERWISE = "WF087"
VERDICT_STAYS = "WF088"
HELD_OTHERWISE = "WF089"
PLANNED_OTHERWISE = "WF090"
REVERSED_OTHERWISE = "WF091"


def is_rounded(whole: str, numerator: str, denominator: str) -> str:
    """SQL: `whole` is the fraction, half-even. All of it in exact numerics."""
    off = f"abs(2 * (({numerator}) - {whole} * ({denominator})))"
    return f"({off} < ({denominator}) OR {off} = ({denominator}) AND mod({whole}, 2) = 0)"


def digits_of(currency: str) -> str:
    """SQL: the minor digits of a currency."""
    codes = {places: ", ".join(repr(code) for code in DIGITS if DIGITS[code] == places) for places in DIGITS.values()}
    cases = " ".join(f"WHEN {currency} IN ({codes[places]}) THEN {places}" for places in sorted(codes))
    return f"CASE {cases} ELSE 2 END"


def shared(amount: str, share: str) -> str:
    """SQL: `share` is what the vendor pays of `amount`, with the activity `a` under the terms `t`."""
    return is_rounded(share, f"{amount}::numeric * coalesce(a.rate, t.reimbursement_percent)", "100")


def counts(line: str) -> str:
    """SQL: the line's amount is what counts of its invoice, under the terms `t` of the program `p`."""
    more = f"({digits_of('p.currency')}) - ({digits_of(f'{line}.invoice_currency')})"
    base = f"CASE WHEN t.tax_included THEN {line}.total ELSE {line}.net END"
    return is_rounded(
        f"{line}.amount",
        f"({base})::numeric * {line}.part * CASE WHEN {line}.invoice_currency = '' THEN 1 "
        f"ELSE {line}.rate * 10::numeric ^ greatest({more}, 0) END",
        f"{line}.total::numeric * CASE WHEN {line}.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-({more}), 0) END",
    )


OF_CLAIM = """claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id JOIN programs_terms t ON t.id = f.terms_id
          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id"""

# What counts of an invoice follows from what the line says of it, in drafts too.
amount_as_it_counts = Trigger(
    name="amount_as_it_counts",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf("claim_id", "net", "tax", "total", "part", "invoice_currency", "rate", "amount"),
    func=f"""
        IF EXISTS (SELECT FROM {OF_CLAIM} WHERE c.id = NEW.claim_id AND NOT {counts("NEW")}) THEN
            {refuse(COUNTED_OTHERWISE, "the amount is not what counts of this invoice")}
        END IF;
        RETURN NEW;
    """,
)

# What is filed asks for the sum of its lines, each of them the vendor's share under the terms of that day. After that both stay.
asked_as_its_lines_say = Trigger(
    name="asked_as_its_lines_say",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("OLD.status = 'draft' AND NEW.status = 'submitted'"),
    func=f"""
        IF NEW.asked IS DISTINCT FROM (SELECT sum(asked) FROM claims_line WHERE claim_id = NEW.id) OR EXISTS (
            SELECT FROM {OF_CLAIM} JOIN claims_line l ON l.claim_id = c.id LEFT JOIN programs_activity a ON a.id = l.activity_id
             WHERE c.id = NEW.id AND NOT ({shared("l.amount", "l.asked")} AND {counts("l")})
        ) THEN
            {refuse(ASKED_OTHERWISE, "the claim asks for something else than its lines")}
        END IF;
        RETURN NEW;
    """,
)

# Of a claim `c`: what its partner gave up because less arrived than was sent.
GIVEN_UP = """(SELECT coalesce(sum(s.missing), 0) FROM claims_shortpay s JOIN claims_payment p ON p.id = s.payment_id
              WHERE p.claim_id = c.id AND s.status = 'settled')"""
JUDGED = listed([ClaimStatus.SECOND_APPROVAL, *DECIDED])
OTHERWISE_APPROVED = (
    f"c.status IN ({JUDGED}) AND c.approved <> "
    f"coalesce((SELECT sum(accepted) FROM claims_line WHERE claim_id = c.id), 0) - {GIVEN_UP}"
)
# A decision approves the sum of what it accepts of the lines, less what is given up after a short payment. One look at all that a
# statement decides: lines are written before their claim.
approved_as_its_lines_say = Trigger(
    name="approved_as_its_lines_say",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="was", new="becomes"),
    func=f"""
        IF EXISTS (
            SELECT FROM becomes c JOIN was o USING (id)
             WHERE (c.approved IS DISTINCT FROM o.approved OR o.status NOT IN ({JUDGED})) AND {OTHERWISE_APPROVED}
        ) THEN
            {refuse(APPROVED_OTHERWISE, "what is approved is what its lines were accepted for")}
        END IF;
        RETURN NULL;
    """,
)
# Also after a change of the short payment alone. Looked at when the transaction ends: both are written one after the other.
approved_without_it = Trigger(
    name="approved_without_it",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("NEW.status = 'settled'"),
    timing=pgtrigger.Deferred,
    func=f"""
        IF EXISTS (
            SELECT FROM claims_claim c
             WHERE c.id = (SELECT claim_id FROM claims_payment WHERE id = NEW.payment_id) AND {OTHERWISE_APPROVED}
        ) THEN
            {refuse(APPROVED_OTHERWISE, "what is given up is approved no more")}
        END IF;
        RETURN NULL;
    """,
)
# What was accepted of a line stays until its claim is looked at anew.
verdict_stays = Trigger(
    name="verdict_stays",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="was", new="becomes"),
    func=f"""
        IF EXISTS (
            SELECT FROM becomes l JOIN was o USING (id) JOIN claims_claim c ON c.id = l.claim_id
             WHERE l.accepted IS DISTINCT FROM o.accepted AND c.status NOT IN ('draft', 'in_review', 'disputed')
        ) THEN
            {refuse(VERDICT_STAYS, "what was accepted of a decided claim stays")}
        END IF;
        RETURN NULL;
    """,
)

# What a claim keeps of what it drew on its request: all while it is decided on, then what was accepted of it, pre-approved money
# first. What is given up later does not go back to the request. In a query of claims as `c`.
DRAWN = f"""CASE WHEN c.status IN ({listed(AWAITING_DECISION)}) THEN c.from_reserved
                 WHEN c.status IN ({listed([*AWAITING_PAYMENT, ClaimStatus.PAID, ClaimStatus.REVERSED])})
                 THEN least(c.from_reserved, c.approved + {GIVEN_UP}) ELSE 0 END"""
# What a request `r` holds, as its claims say.
HELD = f"""CASE WHEN r.status IN ({listed(IN_FORCE)})
                THEN r.approved - coalesce((SELECT sum({DRAWN}) FROM claims_claim c WHERE c.request_id = r.id), 0) ELSE 0 END"""


def holds_what_is_left(request: str) -> str:
    """`request` is the SQL for its id."""
    return f"""
    IF EXISTS (SELECT FROM claims_fundrequest r WHERE r.id = {request} AND r.reserved <> {HELD}) THEN
        {refuse(HELD_OTHERWISE, "a request holds what its claims leave of what was approved")}
    END IF;
    """


# A request holds what was approved and no claim has drawn; what it lets go of, a movement of the ledger has taken out of
# `reserved`. Looked at when the transaction ends: requests, claims and movements are written one after the other.
holds_what_its_claims_leave = Trigger(
    name="holds_what_its_claims_leave",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status", "approved", "reserved"),
    condition=pgtrigger.Condition(
        "ROW(OLD.approved, OLD.reserved) IS DISTINCT FROM ROW(NEW.approved, NEW.reserved) "
        f"OR NEW.status IN ({listed([*IN_FORCE, *FINAL])}) AND OLD.status <> NEW.status"
    ),
    timing=pgtrigger.Deferred,
    func=f"""
        {holds_what_is_left("NEW.id")}
        IF NEW.reserved < OLD.reserved AND NOT EXISTS (
            SELECT FROM funds_movement m
             WHERE m.allocation_id = NEW.allocation_id AND m.source = 'reserved' AND m.amount = OLD.reserved - NEW.reserved
               AND (m.key = concat('request:', NEW.id, ':', NEW.version, ':release')
                    OR OLD.status = NEW.status AND m.key LIKE ANY (
                        SELECT concat('claim:', c.id, ':%:claim:reserved:') FROM claims_claim c WHERE c.request_id = NEW.id))
        ) THEN
            {refuse(HELD_OTHERWISE, "no movement of the ledger let go of this money")}
        END IF;
        RETURN NULL;
    """,
)
its_request_holds_the_rest = Trigger(
    name="its_request_holds_the_rest",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status", "approved", "from_reserved"),
    condition=pgtrigger.Condition(
        "NEW.request_id IS NOT NULL AND ROW(OLD.status, OLD.approved, OLD.from_reserved) "
        "IS DISTINCT FROM ROW(NEW.status, NEW.approved, NEW.from_reserved)"
    ),
    timing=pgtrigger.Deferred,
    func=f"{holds_what_is_left('NEW.request_id')} RETURN NULL;",
)

# A request that is filed asks for the vendor's share of its budget, line by line.
budget_adds_up = Trigger(
    name="budget_adds_up",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("OLD.status = 'draft' AND NEW.status = 'submitted'"),
    func=f"""
        IF NEW.cost IS DISTINCT FROM (SELECT sum(amount) FROM claims_requestline WHERE request_id = NEW.id)
           OR NEW.asked IS DISTINCT FROM (
               SELECT sum(whole + (rest > 50 OR rest = 50 AND mod(whole, 2) = 1)::int)
                 FROM (SELECT div(part, 100) AS whole, mod(part, 100) AS rest
                         FROM (SELECT l.amount::numeric * coalesce(a.rate, t.reimbursement_percent) AS part
                                 FROM claims_requestline l JOIN funds_allocation f ON f.id = NEW.allocation_id
                                 JOIN programs_terms t ON t.id = f.terms_id
                                 LEFT JOIN programs_activity a ON a.id = NEW.activity_id
                                WHERE l.request_id = NEW.id) shares) halves) THEN
            {refuse(PLANNED_OTHERWISE, "the request asks for something else than its budget")}
        END IF;
        RETURN NEW;
    """,
)
# What it asks for grows by a change that the vendor accepts, up to what that approves, and its cost at the same rate.
grows_by_a_change = Protect(
    name="grows_by_a_change",
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "OLD.status <> 'draft' AND ROW(OLD.cost, OLD.asked) IS DISTINCT FROM ROW(NEW.cost, NEW.asked) AND NOT ("
        "OLD.status = 'amended' AND NEW.status = 'approved' AND NEW.asked > OLD.asked AND NEW.asked = NEW.approved "
        "AND (NEW.cost = NEW.asked OR abs(2 * (OLD.cost::numeric * NEW.asked - NEW.cost::numeric * OLD.asked)) <= OLD.asked))"
    ),
)

# All that was paid of a claim is taken back, and it is taken back from the claim with the same act.
reverses_what_was_paid = Trigger(
    name="reverses_what_was_paid",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("NEW.status IN ('open', 'confirmed')"),
    func=f"""
        PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status = 'paid' AND paid = NEW.amount) THEN
            {refuse(REVERSED_OTHERWISE, "what is taken back is what was paid of this claim")}
        END IF;
        RETURN NEW;
    """,
)
its_claim_is_reversed = Trigger(
    name="its_claim_is_reversed",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("NEW.status = 'confirmed'"),
    timing=pgtrigger.Deferred,
    func=f"""
        IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status = 'reversed' AND paid = 0) THEN
            {refuse(REVERSED_OTHERWISE, "what is confirmed to be taken back is taken back")}
        END IF;
        RETURN NULL;
    """,
)
# A claim is reversed by two people alone: by a reversal that stands.
reversed_by_a_reversal = Trigger(
    name="reversed_by_a_reversal",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("NEW.status = 'reversed' AND OLD.status <> 'reversed'"),
    timing=pgtrigger.Deferred,
    func=f"""
        IF NOT EXISTS (SELECT FROM claims_reversal WHERE claim_id = NEW.id AND status = 'confirmed' AND amount = OLD.paid) THEN
            {refuse(REVERSED_OTHERWISE, "a payment is taken back by a reversal that two people stand by")}
        END IF;
        RETURN NULL;
    """,
)
