"""The rules of payments that the database keeps, in PL/pgSQL. A leaf: the models hang these on their tables."""

import pgtrigger

from claims.states import AWAITING_PAYMENT
from claims.states.payments import LIVE
from claims.triggers import OUTSIDER_ONLY, as_payments_say
from partners.states import Role
from partners.triggers import Protect, Trigger, differs, listed, named_anew, refuse

TOO_MUCH = "WF050"
NOT_ITS_CLAIMS = "WF051"
HELD = "WF052"
NEVER_DELETED = "WF053"
NOT_THE_OWNER = "WF054"
OWN_DETAILS = "WF055"
PAID_ELSEWISE = "WF056"


def kept() -> list[Trigger]:
    """No row ever goes, also for raw SQL."""
    refusal = refuse(NEVER_DELETED, "this record stays")
    return [
        Trigger(name="is_never_deleted", when=pgtrigger.Before, operation=pgtrigger.Delete, func=refusal),
        Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refusal,
        ),
    ]


def stays(*columns: str, once: str = "") -> Protect:
    """These columns never change; `once` is SQL that says when others are final too."""
    return Protect(
        name="what_was_said_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"(({differs(columns)}){once})"),
    )


# The claim's row is locked first, so that two who plan payments of one claim come one after the other.
WITHIN_APPROVED = f"""
    PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;
    IF NEW.status IN ({listed(LIVE)}) AND (
        SELECT coalesce(sum(coalesce(received, amount)), 0) FROM claims_payment
         WHERE claim_id = NEW.claim_id AND status IN ({listed(LIVE)})
    ) > (SELECT coalesce(approved, 0) FROM claims_claim WHERE id = NEW.claim_id) THEN
        {refuse(TOO_MUCH, "the payments of a claim are no more than what was approved")}
    END IF;
    RETURN NULL;
"""
within_what_was_approved = Trigger(
    name="within_what_was_approved",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "received"),
    func=WITHIN_APPROVED,
)

OF_ITS_CLAIM = f"""
    IF NOT EXISTS (
        SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id
          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id
         WHERE c.id = NEW.claim_id AND c.status IN ({listed(AWAITING_PAYMENT)})
           AND c.partner_id = NEW.partner_id AND p.vendor_id = NEW.vendor_id AND p.currency = NEW.currency
    ) THEN
        {refuse(NOT_ITS_CLAIMS, "a payment is of an approved claim, of its partner, vendor and currency")}
    END IF;
    RETURN NEW;
"""
of_its_claim = Trigger(name="of_its_claim", when=pgtrigger.Before, operation=pgtrigger.Insert, func=OF_ITS_CLAIM)

# What is undone or disputed is not paid meanwhile.
APPROVED_STILL = f"""
    IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status IN ({listed(AWAITING_PAYMENT)})) THEN
        {refuse(NOT_ITS_CLAIMS, "the claim is not approved any more")}
    END IF;
    RETURN NEW;
"""
approved_still = Trigger(
    name="approved_still",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Condition("OLD.status = 'pending' AND NEW.status IN ('batched', 'confirmed')"),
    func=APPROVED_STILL,
)

# Whoever batches, sends or confirms a payment has neither filed nor decided its claim, is no member of its partner, and did not
# enter the bank details that it goes to.
PAID_BY_OUTSIDERS = f"""
    IF EXISTS (
        SELECT FROM claims_claim c
         WHERE c.id = NEW.claim_id
           AND (c.filed_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)
                OR c.decided_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)
                OR c.second_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id))
    ) OR EXISTS (
        SELECT FROM partners_membership
         WHERE company_id = NEW.partner_id AND ended_at IS NULL
           AND {named_anew("user_id", "batched_by_id", "sent_by_id", "confirmed_by_id")}
    ) THEN
        {refuse(OUTSIDER_ONLY, "who filed or decided a claim, or works for its partner, does not pay it")}
    END IF;
    RETURN NEW;
"""
paid_by_outsiders = Trigger(
    name="paid_by_outsiders",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("batched_by_id", "sent_by_id", "confirmed_by_id"),
    func=PAID_BY_OUTSIDERS,
)

NOT_BY_WHO_ENTERED = f"""
    IF EXISTS (
        SELECT FROM claims_bankdetails d WHERE d.id = NEW.account_id
           AND (d.company_id <> NEW.partner_id
                OR d.entered_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)
                OR NEW.account_id IS DISTINCT FROM OLD.account_id AND (d.replaced_at IS NOT NULL OR d.checked_at IS NULL))
    ) THEN
        {refuse(OWN_DETAILS, "these bank details are of another company, do not stand, or whoever entered them pays to them")}
    END IF;
    RETURN NEW;
"""
not_by_who_entered = Trigger(
    name="not_by_who_entered",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("account_id", "batched_by_id", "sent_by_id", "confirmed_by_id"),
    func=NOT_BY_WHO_ENTERED,
)

# A payment leaves with a batch of its own vendor and currency, which it joins while that is being put together.
ELSEWHERE = "WF046"
in_a_batch_of_its_own = Trigger(
    name="in_a_batch_of_its_own",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("batch_id"),
    func=f"""
        IF NEW.batch_id IS DISTINCT FROM OLD.batch_id AND NEW.batch_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM claims_batch WHERE id = NEW.batch_id AND vendor_id = NEW.vendor_id AND currency = NEW.currency
               AND status = 'open'
        ) THEN
            {refuse(ELSEWHERE, "this batch is of another vendor or currency, or has left")}
        END IF;
        RETURN NEW;
    """,
)
from_its_own_account = Trigger(
    name="from_its_own_account",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("account_id"),
    condition=pgtrigger.Condition("NEW.account_id IS NOT NULL"),
    func=f"""
        IF NOT EXISTS (SELECT FROM claims_bankdetails WHERE id = NEW.account_id AND company_id = NEW.vendor_id) THEN
            {refuse(ELSEWHERE, "a batch is paid from an account of its own vendor")}
        END IF;
        RETURN NEW;
    """,
)

# Looked at when the transaction ends, so that a hold and its payment may be written one after the other.
HELD_WHILE_HELD = f"""
    IF EXISTS (
        SELECT FROM claims_payment p
         WHERE p.id = %s
           AND CASE WHEN p.status IN ('failed', 'reversed', 'called_off') THEN false
                    ELSE (p.status = 'on_hold') <> EXISTS (
                        SELECT FROM claims_hold h WHERE h.payment_id = p.id AND h.closed_at IS NULL) END
    ) THEN
        {refuse(HELD, "a payment is on hold if, and only if, a hold is open")}
    END IF;
    RETURN NULL;
"""


def held_while_held(payment: str) -> Trigger:
    """On payments with `NEW.id`, on holds with `NEW.payment_id`."""
    return Trigger(
        name="held_while_held",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        func=HELD_WHILE_HELD % payment,
    )


# Its claim is paid what its payments brought: also after a change of the payment alone.
claim_paid_as_it_says = Trigger(
    name="claim_paid_as_it_says",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status", "received"),
    condition=pgtrigger.Condition("OLD.status = 'confirmed' OR NEW.status = 'confirmed'"),
    timing=pgtrigger.Deferred,
    func=as_payments_say("NEW.claim_id"),
)


# Less arrived than was sent: by exactly so much.
missing_of_its_payment = Trigger(
    name="missing_of_its_payment",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF NOT EXISTS (SELECT FROM claims_payment WHERE id = NEW.payment_id AND amount - received = NEW.missing) THEN
            {refuse(PAID_ELSEWISE, "what is missing is what was sent and did not arrive")}
        END IF;
        RETURN NEW;
    """,
)


def keeps_company(user: str, company: str) -> str:
    """SQL: this person looks after that company (owner of a partner, manager of a vendor)."""
    return (
        f"EXISTS (SELECT FROM partners_membership WHERE user_id = {user} AND company_id = {company} "
        f"AND ended_at IS NULL AND role IN ('{Role.OWNER.value}', '{Role.MANAGER.value}'))"
    )


# Bank details are entered by who looks after the company, and checked by a stranger to it.
entered_by_its_owner = Trigger(
    name="entered_by_its_owner",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF NOT {keeps_company("NEW.entered_by_id", "NEW.company_id")} THEN
            {refuse(NOT_THE_OWNER, "bank details are entered by who looks after the company")}
        END IF;
        RETURN NEW;
    """,
)
checked_by_outsiders = Trigger(
    name="checked_by_outsiders",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("checked_by_id"),
    func=f"""
        IF EXISTS (SELECT FROM partners_membership
                    WHERE user_id = NEW.checked_by_id AND company_id = NEW.company_id AND ended_at IS NULL)
           OR NEW.checked_by_id = NEW.entered_by_id THEN
            {refuse(OUTSIDER_ONLY, "bank details are checked by somebody outside the company")}
        END IF;
        RETURN NEW;
    """,
)

# Only an owner of the partner gives up what is still owed to it.
settled_by_its_owner = Trigger(
    name="settled_by_its_owner",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "resolved_by_id"),
    condition=pgtrigger.Condition("NEW.status = 'settled'"),
    func=f"""
        IF NOT EXISTS (SELECT FROM claims_payment p WHERE p.id = NEW.payment_id
                        AND {keeps_company("NEW.resolved_by_id", "p.partner_id")}) THEN
            {refuse(NOT_THE_OWNER, "only an owner of the partner accepts less than what was approved")}
        END IF;
        RETURN NEW;
    """,
)

# A claim's payment is taken back by two people of finance, strangers to the partner.
reversed_by_outsiders = Trigger(
    name="reversed_by_outsiders",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("proposed_by_id", "decided_by_id"),
    func=f"""
        IF EXISTS (SELECT FROM claims_claim c JOIN partners_membership m ON m.company_id = c.partner_id
                    WHERE c.id = NEW.claim_id AND m.ended_at IS NULL
                      AND {named_anew("m.user_id", "proposed_by_id", "decided_by_id")}) THEN
            {refuse(OUTSIDER_ONLY, "who works for the partner does not reverse its payment")}
        END IF;
        RETURN NEW;
    """,
)
