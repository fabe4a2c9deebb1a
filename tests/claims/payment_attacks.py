"""Attacks by SQL on the rules of payments, for `tests/test_database_rules.py`."""

from claims import actions
from claims.models import BankDetails, FingerprintKey, Payment
from programs.money import LARGEST
from tests.cast import NOW, World, person
from tests.claims import paying

PAST = "SET LOCAL session_replication_role = replica; "
BACK = "; SET LOCAL session_replication_role = origin; "
LATER = "SET CONSTRAINTS ALL DEFERRED; "
PAYMENT = "UPDATE claims_payment SET %s WHERE id = {%s}"
HOLD = "UPDATE claims_hold SET %s WHERE id = {%s}"
DETAILS = "UPDATE claims_bankdetails SET %s WHERE id = {%s}"
BATCH = "UPDATE claims_batch SET %s WHERE id = {%s}"
SHORT = "UPDATE claims_shortpay SET %s WHERE id = {%s}"
REVERSAL = "UPDATE claims_reversal SET %s WHERE id = {%s}"
# As if somebody without any role had entered them.
ENTERED = PAST + DETAILS.replace("%s", "entered_by_id = {pay_nobody}", 1) + BACK
CONFIRMED = (
    "status = 'confirmed', version = version + 1, received = amount, paid_on = now(), reference = 'x', "
    "confirmed_by_id = {finance}, confirmed_at = now()"
)
NEW_PAYMENT = (
    "INSERT INTO claims_payment (claim_id, partner_id, vendor_id, currency, amount, due_on, status, version, reference, "
    "failure, created_at, changed_at) VALUES ({%s}, %s, %s, %s, 1, now(), '%s', 1, '', '', now(), now())"
)
OURS = ("{partner}", "{vendor}", "'USD'")
NEW_HOLD = (
    "INSERT INTO claims_hold (payment_id, side, code, words, opened_at, closed_words) "
    "VALUES ({%s}, 'partner', 'other', 'x', now(), '')"
)
COPIED_DETAILS = (
    "INSERT INTO claims_bankdetails (company_id, kind, holder, country, bic, last4, tax_last4, secret, entered_by_id, "
    "entered_at, checked_words, replaced_at) SELECT company_id, kind, holder, country, bic, last4, tax_last4, secret, %s, "
    "now(), '', %s FROM claims_bankdetails WHERE id = {pay_details}"
)
NEW_BATCH = (
    "INSERT INTO claims_batch (vendor_id, currency, method, execute_on, status, version, created_by_id, created_at) "
    "VALUES ({vendor}, 'USD', 'bank', now(), 'dropped', 1, {finance}, now())"
)
NEW_SHORT = (
    "INSERT INTO claims_shortpay (payment_id, missing, status, reason, opened_at, resolved_by_id, resolved_at) "
    "SELECT id, amount - received + %s, '%s', %s, now(), %s, %s FROM claims_payment WHERE id = {%s}"
)
# As if less had arrived than was sent, and nobody had noted it.
FELL_SHORT = PAST + PAYMENT % ("received = amount - 1", "pay_paid") + BACK
NEW_REVERSAL = (
    "INSERT INTO claims_reversal (claim_id, amount, back_to, code, reason, status, proposed_by_id, proposed_at, decided_words) "
    "SELECT claim_id, amount, back_to, code, reason, '%s', proposed_by_id, now(), '' FROM claims_reversal WHERE id = {%s}"
)


def truncated(table: str) -> str:
    """Foreign keys would refuse it first: they go, so that the rule is seen to stand by itself."""
    return (
        "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint "
        f"WHERE confrelid = '{table}'::regclass LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); "
        f"END LOOP; END $$; TRUNCATE {table}"
    )


def kept(table: str, name: str) -> dict[str, list[str]]:
    return {
        f"{table}.is_never_deleted": [f"DELETE FROM {table} WHERE id = {{{name}}}"],
        f"{table}.no_truncate": [truncated(table)],
    }


PAYMENT_ATTACKS = {
    "claims_payment.payment_status": [PAST + PAYMENT % ("status = 'lost'", "pay_due")],
    "claims_payment.claims_payment_version_check": [PAST + PAYMENT % ("version = -1", "pay_due")],
    "claims_payment.payment_positive": [
        PAST + PAYMENT % ("amount = 0", "pay_due"),
        PAST + PAYMENT % (f"amount = {LARGEST + 1}", "pay_due"),
    ],
    "claims_payment.payment_received_range": [
        PAST + PAYMENT % ("received = amount + 1", "pay_paid"),
        PAST + PAYMENT % ("received = 0", "pay_paid"),
    ],
    "claims_payment.payment_received_once_paid": [PAYMENT % ("received = 1", "pay_due")],
    "claims_payment.claim_paid_as_it_says": [PAYMENT % ("status = 'reversed', version = version + 1", "pay_paid")],
    "claims_payment.in_a_batch_of_its_own": [
        PAYMENT % ("batch_id = {pay_dropped_batch}", "pay_batched"),
        NEW_BATCH.replace("{vendor}", "{other_vendor}").replace("dropped", "open")
        + "; "
        + PAYMENT % ("batch_id = (SELECT max(id) FROM claims_batch)", "pay_due"),
        NEW_BATCH.replace("USD", "EUR").replace("dropped", "open")
        + "; "
        + PAYMENT % ("batch_id = (SELECT max(id) FROM claims_batch)", "pay_due"),
    ],
    "claims_batch.from_its_own_account": [BATCH % ("account_id = {pay_checked_details}", "pay_batch")],
    "claims_payment.payment_has_reference": [
        PAST + PAYMENT % (change, "pay_paid")
        for change in ("reference = ''", "paid_on = NULL", "received = NULL", "confirmed_by_id = NULL")
    ],
    "claims_payment.payment_in_its_batch": [
        PAST + PAYMENT % ("batch_id = NULL", "pay_batched"),
        PAST + PAYMENT % ("batched_by_id = NULL", "pay_sent"),
    ],
    "claims_payment.payment_sent_by_somebody": [PAST + PAYMENT % ("sent_by_id = NULL", "pay_sent")],
    "claims_payment.starts_as": [NEW_PAYMENT % ("pay_free_claim", *OURS, "called_off")],
    "claims_payment.status_follows_the_table": [
        PAYMENT % ("status = 'failed', version = version + 1", "pay_due"),
        PAYMENT % ("status = 'pending', version = version + 1", "pay_sent"),
    ],
    "claims_payment.version_goes_up": [PAYMENT % ("status = 'called_off'", "pay_due")],
    "claims_payment.within_what_was_approved": [NEW_PAYMENT % ("pay_due_claim", *OURS, "pending")],
    "claims_payment.of_its_claim": [
        NEW_PAYMENT % ("pay_free_claim", "{other_partner}", "{vendor}", "'USD'", "pending"),
        NEW_PAYMENT % ("pay_free_claim", "{partner}", "{other_vendor}", "'USD'", "pending"),
        NEW_PAYMENT % ("pay_free_claim", "{partner}", "{vendor}", "'EUR'", "pending"),
    ],
    "claims_payment.approved_still": [
        "SET CONSTRAINTS ALL DEFERRED; "
        + PAST
        + "UPDATE claims_claim SET status = 'in_review' WHERE id = {pay_due_claim}"
        + BACK
        + PAYMENT % (CONFIRMED, "pay_due")
    ],
    "claims_payment.paid_by_outsiders": [
        PAYMENT % (f"{column} = {{{who}}}", "pay_due")
        for column in ("batched_by_id", "sent_by_id", "confirmed_by_id")
        for who in ("pay_filer", "pay_decider", "member")
    ],
    "claims_payment.not_by_who_entered": [
        PAST
        + DETAILS % ("checked_at = NULL, checked_by_id = NULL, checked_words = ''", "pay_checked_details")
        + BACK
        + PAYMENT % ("account_id = {pay_checked_details}", "pay_due"),
        PAYMENT % ("account_id = {pay_details}", "pay_due"),
        *(
            ENTERED % "pay_checked_details"
            + PAYMENT % (f"account_id = {{pay_checked_details}}, {column} = {{pay_nobody}}", "pay_due")
            for column in ("batched_by_id", "sent_by_id", "confirmed_by_id")
        ),
    ],
    "claims_payment.held_while_held": [
        PAYMENT % ("status = 'on_hold', version = version + 1", "pay_due"),
        PAYMENT % ("status = 'pending', version = version + 1", "pay_held"),
    ],
    "claims_payment.what_was_said_stays": [
        PAYMENT % ("amount = 1", "pay_due"),
        PAYMENT % ("claim_id = {pay_free_claim}", "pay_due"),
        PAYMENT % ("reference = 'other'", "pay_paid"),
        "SET CONSTRAINTS ALL DEFERRED; " + PAYMENT % ("received = 1", "pay_paid"),
    ],
    **kept("claims_payment", "pay_sent"),
    "claims_hold.hold_reason": [
        PAST + HOLD % ("code = 'x'", "pay_hold"),
        PAST + HOLD % ("side = 'x'", "pay_hold"),
    ],
    "claims_hold.hold_has_words": [PAST + HOLD % ("words = ''", "pay_hold")],
    "claims_hold.one_open_hold_of_a_reason": [NEW_HOLD % "pay_held"],
    "claims_hold.what_was_said_stays": [
        HOLD % ("words = 'x'", "pay_hold"),
        HOLD % ("closed_words = 'x'", "pay_closed_hold"),
        HOLD % ("closed_at = now()", "pay_closed_hold"),
    ],
    "claims_hold.held_while_held": [HOLD % ("closed_at = now()", "pay_hold"), NEW_HOLD % "pay_due"],
    **kept("claims_hold", "pay_closed_hold"),
    "claims_bankdetails.details_kind": [PAST + DETAILS % ("kind = 'x'", "pay_details")],
    "claims_bankdetails.details_show_their_end": [
        PAST + DETAILS % ("last4 = '1 34'", "pay_details"),
        PAST + DETAILS % ("tax_last4 = '-'", "pay_details"),
    ],
    "claims_bankdetails.details_are_whole": [
        PAST + DETAILS % ("holder = ''", "pay_details"),
        PAST + DETAILS % ("secret = ''", "pay_details"),
    ],
    "claims_bankdetails.details_checked_by_somebody": [
        PAST + DETAILS % ("checked_at = entered_at, checked_words = 'x'", "pay_details"),
        PAST + DETAILS % ("checked_at = entered_at, checked_by_id = {finance}", "pay_details"),
    ],
    "claims_bankdetails.one_state_of_bank_details": [COPIED_DETAILS % ("{pay_stranger}", "NULL")],
    "claims_bankdetails.entered_by_its_owner": [
        COPIED_DETAILS % ("{finance}", "now()"),
        COPIED_DETAILS % ("{owner}", "now()"),
    ],
    "claims_bankdetails.checked_by_outsiders": [
        DETAILS % ("checked_by_id = {pay_stranger}, checked_at = entered_at, checked_words = 'x'", "pay_details"),
        ENTERED % "pay_details"
        + DETAILS % ("checked_by_id = {pay_nobody}, checked_at = entered_at, checked_words = 'x'", "pay_details"),
    ],
    "claims_bankdetails.what_was_said_stays": [
        DETAILS % ("holder = 'x'", "pay_details"),
        DETAILS % ("replaced_at = now()", "pay_replaced_details"),
        DETAILS % ("checked_words = 'x'", "pay_checked_details"),
        DETAILS % ("account_print = 'x'", "pay_details"),
        DETAILS % ("tax_print = ''", "pay_details"),
    ],
    **kept("claims_bankdetails", "pay_details"),
    "claims_fingerprintkey.one_fingerprint_key": [
        "INSERT INTO claims_fingerprintkey (id, secret) VALUES (2, 'x')",
        "UPDATE claims_fingerprintkey SET secret = '' WHERE id = {pay_fingerprint_key}",
    ],
    **kept("claims_fingerprintkey", "pay_fingerprint_key"),
    "claims_batch.batch_status": [PAST + BATCH % ("status = 'x'", "pay_batch")],
    "claims_batch.batch_method": [PAST + BATCH % ("method = 'x'", "pay_batch")],
    "claims_batch.claims_batch_version_check": [PAST + BATCH % ("version = -1", "pay_batch")],
    "claims_batch.batch_sent_by_somebody": [PAST + BATCH % ("status = 'sent'", "pay_batch")],
    "claims_batch.starts_as": [NEW_BATCH],
    "claims_batch.status_follows_the_table": [BATCH % ("status = 'open', version = version + 1", "pay_dropped_batch")],
    "claims_batch.version_goes_up": [BATCH % ("status = 'dropped'", "pay_batch")],
    "claims_batch.what_was_said_stays": [
        BATCH % ("currency = 'EUR'", "pay_batch"),
        BATCH % ("created_by_id = {owner}", "pay_batch"),
    ],
    **kept("claims_batch", "pay_dropped_batch"),
    "claims_shortpay.short_pay_status": [
        PAST + SHORT % ("status = 'x', resolved_by_id = {owner}, resolved_at = now(), reason = 'x'", "pay_short")
    ],
    "claims_shortpay.short_pay_positive": [PAST + SHORT % ("missing = 0", "pay_short")],
    "claims_shortpay.short_pay_resolved_with_reason": [
        PAST + SHORT % ("status = 'repaid'", "pay_short"),
        PAST + SHORT % ("resolved_by_id = {finance}", "pay_short"),
    ],
    "claims_shortpay.claims_shortpay_payment_id_key": [
        NEW_SHORT % (0, "open", "''", "NULL", "NULL", "pay_short_payment")
    ],
    "claims_shortpay.starts_as": [FELL_SHORT + NEW_SHORT % (0, "repaid", "'x'", "{finance}", "now()", "pay_paid")],
    "claims_shortpay.missing_of_its_payment": [
        FELL_SHORT + NEW_SHORT % (1, "open", "''", "NULL", "NULL", "pay_paid"),
        NEW_SHORT % (1, "open", "''", "NULL", "NULL", "pay_paid"),
    ],
    "claims_shortpay.status_follows_the_table": [SHORT % ("status = 'repaid'", "pay_settled")],
    "claims_shortpay.settled_by_its_owner": [
        LATER
        + SHORT % (f"status = 'settled', resolved_by_id = {{{who}}}, resolved_at = now(), reason = 'x'", "pay_short")
        for who in ("finance", "member")
    ],
    "claims_shortpay.what_was_said_stays": [
        SHORT % ("missing = 1", "pay_short"),
        SHORT % ("reason = 'other'", "pay_settled"),
    ],
    **kept("claims_shortpay", "pay_settled"),
    "claims_reversal.reversal_words": [
        PAST + REVERSAL % (change, "pay_reversal") for change in ("status = 'x'", "code = 'x'", "back_to = 'x'")
    ],
    "claims_reversal.reversal_has_reason": [
        PAST + REVERSAL % ("reason = ''", "pay_reversal"),
        PAST + REVERSAL % ("amount = 0", "pay_reversal"),
    ],
    "claims_reversal.reversal_confirmed_by_another": [
        LATER + REVERSAL % ("status = 'confirmed', decided_by_id = proposed_by_id, decided_at = now()", "pay_reversal"),
        LATER + REVERSAL % ("status = 'confirmed'", "pay_reversal"),
    ],
    "claims_reversal.one_open_reversal": [NEW_REVERSAL % ("open", "pay_reversal")],
    "claims_reversal.starts_as": [NEW_REVERSAL % ("dropped", "pay_reversal")],
    "claims_reversal.status_follows_the_table": [REVERSAL % ("status = 'open'", "pay_dropped_reversal")],
    "claims_reversal.reversed_by_outsiders": [REVERSAL % ("decided_by_id = {member}", "pay_reversal")],
    "claims_reversal.what_was_said_stays": [
        REVERSAL % ("back_to = 'budget'", "pay_reversal"),
        REVERSAL % ("decided_words = 'x'", "pay_dropped_reversal"),
    ],
    **kept("claims_reversal", "pay_dropped_reversal"),
}


def payments_made(w: World) -> dict[str, int]:
    """A payment in each state that the attacks need. Bank details of somebody who has left are at hand too."""
    fund = w.fund(100_000_00)
    waits, free = paying.due(w, fund), paying.due(w, fund)
    in_batch, at_bank, held = (paying.due(w, fund) for _ in range(3))
    lifted = paying.held(w, in_batch, w.owner)
    actions.lift(hold=lifted, words="It is fine.", by=w.owner, now=NOW)
    batch = paying.batched(w, in_batch)
    paying.sent(w, at_bank)
    dropped = paying.batched(w, waits)
    actions.drop_batch(batch=dropped, by=w.finance, now=NOW)
    open_short, settled = paying.short(w, fund), paying.short(w, fund)
    actions.accept_short(short=settled, words="That is enough.", by=w.owner, now=NOW)
    paid, other_paid = paying.paid(w, fund), paying.paid(w, fund)
    reversal, dropped_reversal = paying.proposed(w, paid), paying.proposed(w, other_paid)
    actions.drop_reversal(reversal=dropped_reversal, words="No.", by=w.finance, now=NOW)
    Payment.objects.filter(pk=free.pk).update(status="called_off", version=9)
    hold = paying.held(w, held, w.owner)
    checked = BankDetails.objects.get(company=w.brightpath.pk, replaced_at=None)
    # At another partner, so that nothing waits for them.
    replaced, current = paying.enter(w.othertech, w.stranger), paying.enter(w.othertech, w.stranger)
    return {
        "pay_due": waits.pk,
        "pay_due_claim": waits.claim_id,
        "pay_free_claim": free.claim_id,
        "pay_filer": waits.claim.filed_by_id,
        "pay_decider": waits.claim.decided_by_id,
        "pay_batched": in_batch.pk,
        "pay_batch": batch.pk,
        "pay_dropped_batch": dropped.pk,
        "pay_sent": at_bank.pk,
        "pay_held": held.pk,
        "pay_hold": hold.pk,
        "pay_closed_hold": lifted.pk,
        "pay_paid": paid.pk,
        "pay_short": open_short.pk,
        "pay_short_payment": open_short.payment_id,
        "pay_settled": settled.pk,
        "pay_reversal": reversal.pk,
        "pay_dropped_reversal": dropped_reversal.pk,
        "pay_stranger": w.stranger.pk,
        "pay_nobody": person("paynobody").pk,
        "pay_checked_details": checked.pk,
        "pay_replaced_details": replaced.pk,
        "pay_details": current.pk,
        "pay_fingerprint_key": FingerprintKey.objects.get().pk,
    }
