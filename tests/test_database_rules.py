"""Every constraint and trigger of ours, attacked by raw SQL: refused as it stands, and let through once that one rule is removed.

The second half shows that the attack tests the rule that it names. A rule without an attack here fails the first test.
"""

import re
from collections.abc import Iterator

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from claims import actions as claims
from funds import actions as funds
from funds.asks import Proposal
from funds.models import Allocation
from programs import actions as programs
from programs import admission, standing
from programs.actions import joining
from programs.activities import ActivityKind
from programs.days import after_months
from programs.models import Activity, Certification, Tier
from programs.money import LARGEST
from programs.resources import actions as resources
from programs.resources.states import Act
from reminders.actions import nudge
from reminders.models import Reply
from tests.cast import NOW, TODAY, World, world
from tests.claims.claim_attacks import CLAIM_ATTACKS, claims_made
from tests.claims.lines_attacks import LINES_ATTACKS, lines_made
from tests.claims.payment_attacks import PAYMENT_ATTACKS, payments_made
from tests.claims.record_attacks import RECORD_ATTACKS, record_made
from tests.claims.request_attacks import REQUEST_ATTACKS, requests_made
from tests.claims.review_attacks import REVIEW_ATTACKS, reviews_made
from tests.claims.sum_attacks import SUM_ATTACKS, sums_made
from tests.funds.sales_attacks import SALES_ATTACKS, sales_made
from tests.funds.statement_attacks import STATEMENT_ATTACKS, statements_made
from tests.plans.plan_attacks import PLAN_ATTACKS, plans_made
from tests.plans.step_attacks import STEP_ATTACKS, steps_made
from tests.plans.target_attacks import TARGET_ATTACKS, targets_made
from tests.reminders.delivery_attacks import DELIVERY_ATTACKS, delivery_made
from tests.reminders.feeds_attacks import FEED_ATTACKS, feeds_made
from tests.reminders.hooks_attacks import HOOK_ATTACKS, hooks_made
from tests.reminders.reminder_attacks import REMINDER_ATTACKS, reminders_made
from tests.reminders.reply_attacks import REPLY_ATTACKS, replies_made
from tests.reminders.wording_attacks import WORDING_ATTACKS, wordings_made

APPS = (
    "^((funds|programs|partners|claims|plans)_|reminders_(nudge|calendar|chat|digest|delivery|preference|mailevent|suppression|"
    "reminder|reply|timing|absence|threshold|wording))"
)
NO_TRUNCATE_OF_REPLIES = next(rule.get_pgid(Reply) for rule in Reply._meta.triggers if rule.name == "no_truncate")
PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
MOVE = (
    "INSERT INTO funds_movement (budget_id, allocation_id, act, source, target, amount, reason, posted_at, key) "
    "VALUES ({budget}, {fund}, '%s', '%s', '%s', %s, '', now(), 'attack')"
)
MUCH = 10**9
ALLOCATION = (
    "INSERT INTO funds_allocation (budget_id, partner_id, terms_id, name, reference, available, reserved, claimed, approved, "
    "paid, lapsed, expires_on, granted_until, claim_by, created_at) "
    "SELECT budget_id, partner_id, terms_id, name, %s, %s, 0, 0, 0, 0, 0, expires_on, granted_until, claim_by, now() "
    "FROM funds_allocation WHERE id = {fund}"
)
AGED = (
    "INSERT INTO funds_allocation (budget_id, partner_id, terms_id, name, reference, available, reserved, claimed, approved, "
    "paid, lapsed, expires_on, granted_until, claim_by, created_at) "
    "SELECT budget_id, partner_id, terms_id, name, 'fresh', 0, 0, 0, 0, 0, 0, granted_until, %s, claim_by + 9, %s "
    "FROM funds_allocation WHERE id = %s"
)
EARNED = AGED.replace("created_at)", "earned_until, created_at)").replace("%s FROM", "%s, created_at FROM")
BUDGET = (
    "INSERT INTO funds_budget (program_id, name, starts_on, ends_on, funded, unallocated, created_at) "
    "SELECT program_id, %s, starts_on + %s, ends_on + %s, %s, 0, now() FROM funds_budget WHERE id = {budget}"
)
YEAR = (
    "INSERT INTO funds_year (vendor_id, name, currency, starts_on, ends_on, amount, held, created_at) "
    "SELECT vendor_id, %s, currency, starts_on, ends_on, %s, 0, now() FROM funds_year WHERE id = {year}"
)
CHANGE = (
    "INSERT INTO funds_yearchange (year_id, act, amount, reason, actor_id, at, key) "
    "VALUES ({year}, '%s', %s, %s, {owner}, now(), %s)"
)
INTO_YEAR = "UPDATE funds_budget SET year_id = {%s} WHERE id = {budget_in_year}"
PROGRAM = "UPDATE programs_program SET %s WHERE id = {draft_program}"
DRAFT_TERMS = "UPDATE programs_terms SET %s WHERE id = {draft_terms}"
TERMS = (
    "INSERT INTO programs_terms (program_id, number, wording, reimbursement_percent, claim_window_days, lead_days, "
    "activity_days, extension_days, dispute_days, tax_included, preapproval, lead_unit, claim_window_from, "
    "forfeits_at_period_end, published_at) VALUES (%s, %s, '', 50, 1, 1, 1, 1, 1, false, false, 'calendar', 'fund', false, %s)"
)
ACTIVITY = (
    "INSERT INTO programs_activity (terms_id, position, kind, name, period_cap_rule, proofs, figures, eligible, ineligible) "
    "VALUES ({%s}, %s, 'other', %s, 'lesser', '{{}}', '{{}}', '', '')"
)
NEW_ACTIVITY = ACTIVITY % ("draft_terms", 1, "'Attack'")
DRAFT_ACTIVITY = NEW_ACTIVITY + "; UPDATE programs_activity SET %s WHERE name = 'Attack'"
RESOURCE = "UPDATE programs_resource SET %s WHERE id = {resource}"
NEW_RESOURCE = (
    "INSERT INTO programs_resource (vendor_id, kind, title, words, language, activities, link, file, name, file_kind, size, "
    "sha256, pages, version, status, created_by_id, created_at, published_at) SELECT vendor_id, kind, title, words, language, "
    "activities, link, file, name, file_kind, size, sha256, pages, version, status, created_by_id, now(), published_at "
    "FROM programs_resource WHERE id = {resource}"
)
USE = (
    "INSERT INTO programs_resourceuse (resource_id, partner_id, act, activity, count, first_at, first_by_id, last_at, "
    "last_by_id) VALUES ({resource}, {%s}, %s, %s, %s, now(), {member}, %s, {member})"
)
SAME_USE = "UPDATE programs_resourceuse SET %s WHERE resource_id = {resource}"
USER = (
    "INSERT INTO partners_user (email, name, password, is_superuser, is_active, is_staff, created_at) "
    "VALUES (%s, 'x', '', false, true, false, now())"
)
COMPANY = (
    "INSERT INTO partners_company (kind, name, slug, country, currency, time_zone, created_at) "
    "VALUES (%s, 'x', %s, '', 'USD', 'UTC', now())"
)
KEPT_COMPANY = (
    "INSERT INTO partners_company (kind, name, slug, country, currency, time_zone, created_at, kept_by_id) "
    "SELECT %s, upper(name), 'fresh', '', 'USD', 'UTC', now(), %s FROM partners_company WHERE id = {%s}"
)
LINK = (
    "INSERT INTO programs_link (kept_id, vendor_id, status, proposed_by_id, proposed_at, answered_by_id, answered_at) "
    "VALUES ({%s}, {%s}, '%s', {owner}, now(), {owner}, now())"
)
MEMBERSHIP = (
    "INSERT INTO partners_membership (user_id, company_id, role, created_at) VALUES ({owner}, {partner}, %s, now())"
)
INVITATION = (
    "INSERT INTO partners_invitation (company_id, role, email, token_hash, invited_by_id, created_at, expires_at, "
    "accepted_at, withdrawn_at) VALUES ({partner}, %s, 'new@x.example', %s, {owner}, now(), now(), %s, %s)"
)
FIRST_INVITATION = INVITATION % ("'owner'", "'taken'", "NULL", "NULL") + "; "
CLAIM = PAST_TRIGGERS + "UPDATE claims_claim SET %s WHERE id = {%s}"
FILED = (
    "UPDATE claims_claim SET status = 'submitted', version = version + 1, filed_by_id = {owner}, filed_at = now() "
    "WHERE id = {%s}"
)
LINE = "UPDATE claims_line SET %s WHERE claim_id = {draft}"
NEW_LINE = (
    "INSERT INTO claims_line (claim_id, position, what, supplier, invoice_number, invoice_date, net, total, part, amount, asked, "
    "status, reason_code, reason) SELECT {%s}, %s, 'x', 'x', 'x', now(), 2, 2, 2, %s, %s, 'pending', '', ''"
)
NUDGE = (
    "INSERT INTO reminders_nudge (vendor_id, allocation_id, words, by_id, sent_on, created_at) "
    "SELECT p.vendor_id, a.id, %s, %s, %s, now() FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id "
    "JOIN programs_program p ON p.id = b.program_id WHERE a.id = {fund}"
)
REQUEST = PAST_TRIGGERS + "UPDATE funds_extensionrequest SET %s WHERE id = {request}"
NEW_REQUEST = (
    "INSERT INTO funds_extensionrequest (allocation_id, partner_id, status, until, why, reason_code, answer, asked_by_id, "
    "asked_at) SELECT %s, %s, until, why, '', '', asked_by_id, asked_at FROM funds_extensionrequest WHERE id = {%s}"
)
PLAN = PAST_TRIGGERS + "UPDATE funds_proposal SET %s WHERE id = {plan}"
NEW_PLAN = (
    "INSERT INTO funds_proposal (program_id, partner_id, status, title, purpose, starts_on, ends_on, amount, reason_code, "
    "answer, asked_by_id, asked_at, decided_by_id, decided_at) SELECT program_id, partner_id, 'withdrawn', title, purpose, "
    "starts_on, ends_on, amount, '', '', asked_by_id, asked_at, asked_by_id, now() FROM funds_proposal WHERE id = {plan}"
)
DECIDED = "decided_by_id = asked_by_id, decided_at = now()"
TIER = "INSERT INTO programs_tier (vendor_id, name, rank) VALUES (%s, %s, %s)"
HELD = "INSERT INTO programs_tierheld (vendor_id, partner_id, tier_id, since) VALUES (%s, %s, %s, now())"
NEEDED = "INSERT INTO programs_neededcertification (eligibility_id, certification_id) VALUES ({rich}, %s)"
ENROL = (
    "INSERT INTO programs_enrolment (program_id, partner_id, status, note, reason_code, reason, changed_at) "
    "VALUES (%s, %s, '%s', '', '', '', now())"
)
STARTING = "INSERT INTO funds_startingamount (plan_id, tier_id, amount) VALUES ({rich}, %s, %s)"
SHARE = "INSERT INTO funds_startingshare (enrolment_id, amount, allocation_id, created_at) VALUES (%s, %s, %s, now())"

ATTACKS = {
    **SALES_ATTACKS,
    **STATEMENT_ATTACKS,
    **PLAN_ATTACKS,
    **CLAIM_ATTACKS,
    **REVIEW_ATTACKS,
    **LINES_ATTACKS,
    **REQUEST_ATTACKS,
    **RECORD_ATTACKS,
    **PAYMENT_ATTACKS,
    **SUM_ATTACKS,
    **DELIVERY_ATTACKS,
    **REMINDER_ATTACKS,
    **REPLY_ATTACKS,
    **WORDING_ATTACKS,
    **FEED_ATTACKS,
    **HOOK_ATTACKS,
    **STEP_ATTACKS,
    **TARGET_ATTACKS,
    # the ledger
    "funds_movement.amount_range": [
        MOVE % ("reserve", "available", "reserved", 0),
        f"INSERT INTO funds_movement (budget_id, act, source, target, amount, reason, posted_at, key) "
        f"VALUES ({{budget}}, 'fund', 'outside', 'unallocated', {LARGEST + 1}, '', now(), 'a')",
    ],
    "funds_movement.legal_movement": [
        MOVE % ("pay", "available", "paid", 1),
        MOVE % ("fund", "outside", "unallocated", 1),
        "INSERT INTO funds_movement (budget_id, act, source, target, amount, reason, posted_at, key) "
        "VALUES ({budget}, 'allocate', 'unallocated', 'available', 1, '', now(), 'a')",
    ],
    "funds_movement.funds_movement_key_key": [
        "INSERT INTO funds_movement (budget_id, allocation_id, act, source, target, amount, reason, posted_at, key) "
        "SELECT budget_id, allocation_id, 'reserve', 'available', 'reserved', 1, '', now(), key FROM funds_movement "
        "WHERE id = {movement}"
    ],
    "funds_movement.append_only": [
        "UPDATE funds_movement SET amount = amount + 1 WHERE id = {movement}",
        "UPDATE funds_movement SET reason = 'no' WHERE id = {movement}",
        "DELETE FROM funds_movement WHERE id = {movement}",
        "INSERT INTO funds_movement SELECT * FROM funds_movement WHERE id = {movement} "
        "ON CONFLICT (key) DO UPDATE SET amount = 1",
        "MERGE INTO funds_movement m USING (SELECT {movement} AS id) one ON m.id = one.id WHEN MATCHED THEN DELETE",
    ],
    "funds_movement.no_truncate": ["TRUNCATE funds_movement CASCADE"],
    "funds_movement.post": [
        MOVE % ("reserve", "available", "reserved", MUCH),
        "INSERT INTO funds_movement (budget_id, allocation_id, act, source, target, amount, reason, posted_at, key) "
        "VALUES ({other_budget}, {fund}, 'reserve', 'available', 'reserved', 1, '', now(), 'a')",
        "UPDATE funds_budget SET closed_at = now() WHERE id = {budget}; "
        + MOVE % ("reserve", "available", "reserved", 1),
    ],
    "funds_allocation.available_not_negative": [MOVE % ("reserve", "available", "reserved", MUCH)],
    "funds_allocation.reserved_not_negative": [MOVE % ("release", "reserved", "available", MUCH)],
    "funds_allocation.claimed_not_negative": [MOVE % ("approve", "claimed", "approved", MUCH)],
    "funds_allocation.approved_not_negative": [MOVE % ("pay", "approved", "paid", MUCH)],
    "funds_allocation.paid_not_negative": [MOVE % ("reverse", "paid", "available", MUCH)],
    "funds_allocation.lapsed_not_negative": [MOVE % ("extend", "lapsed", "available", MUCH)],
    "funds_allocation.claim_by_after_expiry": [
        "UPDATE funds_allocation SET claim_by = expires_on - 1 WHERE id = {fund}"
    ],
    "funds_allocation.one_allocation_of_a_reference": [
        ALLOCATION % ("reference", 0),
    ],
    "funds_allocation.starts_empty": [ALLOCATION % ("'fresh'", 5)],
    "funds_allocation.balance_by_ledger_only": [
        *(
            f"UPDATE funds_allocation SET {bucket} = {bucket} + 1 WHERE id = {{fund}}"
            for bucket in ("available", "reserved", "claimed", "approved", "paid", "lapsed")
        ),
        "UPDATE funds_allocation SET budget_id = {other_budget} WHERE id = {fund}",
        "UPDATE funds_allocation SET partner_id = {other_partner} WHERE id = {fund}",
        "UPDATE funds_allocation SET granted_until = granted_until + 1 WHERE id = {fund}",
        "UPDATE funds_allocation SET earned_until = granted_until WHERE id = {fund}",
    ],
    "funds_allocation.under_published_terms": [
        f"UPDATE funds_allocation SET {column} = {{{terms}}} WHERE id = {{fund}}"
        for column in ("terms_id", "offered_terms_id")
        for terms in ("other_terms", "draft_terms")
    ],
    "funds_allocation.kept_for_its_keeper": [
        "INSERT INTO funds_allocation (budget_id, partner_id, terms_id, name, reference, available, reserved, claimed, approved, "
        "paid, lapsed, expires_on, granted_until, claim_by, created_at) SELECT budget_id, {other_partner}, terms_id, name, "
        "'fresh', 0, 0, 0, 0, 0, 0, expires_on, granted_until, claim_by, now() FROM funds_allocation WHERE id = {kept_fund}"
    ],
    "funds_allocation.within_its_extension": [
        "UPDATE funds_allocation SET expires_on = expires_on + 91, claim_by = claim_by + 91 WHERE id = {fund}"
    ],
    "funds_allocation.within_its_terms": [
        AGED % ("granted_until + 1", "created_at", "{aging_fund}"),
        AGED % ("granted_until", "created_at - interval '1 day'", "{aging_fund}"),
        AGED % ("granted_until + 1", "created_at", "{forfeiting_fund}"),
        EARNED % ("granted_until + 1", "earned_until", "{earned_fund}"),
        EARNED % ("granted_until", "earned_until - 40", "{earned_fund}"),
        EARNED % ("granted_until", "granted_until", "{aging_fund}"),
    ],
    "funds_budget.budget_funded_not_negative": [
        PAST_TRIGGERS + "UPDATE funds_budget SET funded = -1 WHERE id = {budget}"
    ],
    "funds_budget.budget_unallocated_not_negative": [MOVE % ("allocate", "unallocated", "available", MUCH)],
    "funds_budget.budget_ends_after_start": ["UPDATE funds_budget SET ends_on = starts_on - 1 WHERE id = {budget}"],
    "funds_budget.one_budget_of_a_name": [BUDGET % ("name", 400, 400, 0)],
    "funds_budget.starts_empty": [BUDGET % ("'fresh'", 400, 400, 5)],
    "funds_budget.balance_by_ledger_only": [
        "UPDATE funds_budget SET funded = funded + 1 WHERE id = {budget}",
        "UPDATE funds_budget SET unallocated = unallocated + 1 WHERE id = {budget}",
        "UPDATE funds_budget SET program_id = {draft_program} WHERE id = {budget}",
    ],
    "funds_budget.closed_for_good": [
        f"UPDATE funds_budget SET closed_at = now() WHERE id = {{budget}}; UPDATE funds_budget SET closed_at = {moment} "
        "WHERE id = {budget}"
        for moment in ("NULL", "now() + interval '1 day'")
    ]
    + [
        "UPDATE funds_budget SET closed_at = now() WHERE id = {budget_in_year}; "
        "UPDATE funds_budget SET year_id = NULL WHERE id = {budget_in_year}"
    ],
    # what partners ask of vendors
    "funds_extensionrequest.extensionrequest_status": [
        REQUEST % "status = 'lost', decided_by_id = {owner}, decided_at = now()"
    ],
    "funds_extensionrequest.extensionrequest_answered_by_somebody": [
        REQUEST % "status = 'withdrawn'",
        REQUEST % "decided_by_id = {owner}, decided_at = now()",
    ],
    "funds_extensionrequest.extensionrequest_declined_with_reason": [
        REQUEST % f"status = 'declined', {DECIDED}",
        REQUEST % f"status = 'declined', {DECIDED}, reason_code = 'other'",
        REQUEST % f"status = 'declined', {DECIDED}, reason_code = 'no such', answer = 'No.'",
    ],
    "funds_extensionrequest.granted_until_a_day": [
        REQUEST % f"status = 'granted', {DECIDED}",
        REQUEST % f"status = 'withdrawn', {DECIDED}, granted = now()",
    ],
    "funds_extensionrequest.one_open_request_a_fund": [
        NEW_REQUEST % ("allocation_id, partner_id", "'open'", "request")
    ],
    "funds_extensionrequest.starts_as": [
        NEW_REQUEST.replace("asked_at)", "asked_at, decided_by_id, decided_at)").replace(
            "asked_at FROM", "asked_at, asked_by_id, now() FROM"
        )
        % ("allocation_id, partner_id", "'withdrawn'", "request")
    ],
    "funds_extensionrequest.status_follows_the_table": [
        "UPDATE funds_extensionrequest SET status = 'open', decided_by_id = NULL, decided_at = NULL "
        "WHERE id = {taken_back}"
    ],
    "funds_extensionrequest.what_was_said_stays": [
        *(
            f"UPDATE funds_extensionrequest SET {change} WHERE id = {{request}}"
            for change in ("until = until + 1", "why = 'y'", "asked_by_id = {finance}", "partner_id = {other_partner}")
        ),
        *(
            f"UPDATE funds_extensionrequest SET {change} WHERE id = {{taken_back}}"
            for change in ("answer = 'x'", "decided_by_id = {finance}", "decided_at = now() + interval '1 day'")
        ),
    ],
    "funds_extensionrequest.asked_for_its_own_fund": [
        NEW_REQUEST % ("allocation_id, {other_partner}", "'open'", "taken_back")
    ],
    "funds_proposal.proposal_status": [PLAN % "status = 'lost', decided_by_id = {owner}, decided_at = now()"],
    "funds_proposal.proposal_answered_by_somebody": [PLAN % "status = 'withdrawn'"],
    "funds_proposal.proposal_declined_with_reason": [PLAN % f"status = 'declined', {DECIDED}, answer = 'No.'"],
    "funds_proposal.granted_with_a_fund": [
        PLAN % f"status = 'granted', {DECIDED}",
        PLAN % f"status = 'withdrawn', {DECIDED}, allocation_id = {{plan_fund}}",
    ],
    "funds_proposal.proposal_ends_after_start": [PLAN % "ends_on = starts_on - 1"],
    "funds_proposal.proposal_amount_range": [PLAN % "amount = 0", PLAN % f"amount = {LARGEST + 1}"],
    "funds_proposal.proposal_pipeline_range": [PLAN % "pipeline = -1", PLAN % f"pipeline = {LARGEST + 1}"],
    "funds_proposal.funds_proposal_leads_check": [PLAN % "leads = -1"],
    "funds_proposal.funds_proposal_allocation_id_key": [
        PLAN % f"status = 'granted', {DECIDED}, allocation_id = {{plan_fund}}" + "; "
        "UPDATE funds_proposal SET status = 'granted', decided_by_id = asked_by_id, decided_at = now(), "
        "allocation_id = {plan_fund} WHERE id = {second_plan}"
    ],
    "funds_proposal.starts_as": [NEW_PLAN],
    "funds_proposal.status_follows_the_table": [
        f"UPDATE funds_proposal SET status = 'withdrawn', {DECIDED} WHERE id = {{plan}}; "
        "UPDATE funds_proposal SET status = 'open', decided_by_id = NULL, decided_at = NULL WHERE id = {plan}"
    ],
    "funds_proposal.what_was_said_stays": [
        *(
            f"UPDATE funds_proposal SET {change} WHERE id = {{plan}}"
            for change in ("amount = 1", "title = 'x'", "purpose = 'y'", "ends_on = ends_on + 1", "leads = 9")
        ),
        f"UPDATE funds_proposal SET status = 'withdrawn', {DECIDED} WHERE id = {{plan}}; "
        "UPDATE funds_proposal SET answer = 'x' WHERE id = {plan}",
    ],
    "funds_proposal.granted_by_its_own_fund": [
        f"UPDATE funds_proposal SET status = 'granted', {DECIDED}, allocation_id = {{{fund}}} WHERE id = {{plan}}"
        for fund in ("fund", "foreign_fund")
    ],
    "funds_budget.takes_its_money_along": [INTO_YEAR % "small_year"],
    "funds_budget.in_its_year": [
        INTO_YEAR % "euro_year",
        INTO_YEAR % "foreign_year",
        "UPDATE funds_budget SET ends_on = '2027-01-01' WHERE id = {budget_in_year}",
        "UPDATE funds_budget SET starts_on = '2025-12-31' WHERE id = {budget_in_year}",
        "INSERT INTO funds_budget (program_id, year_id, name, starts_on, ends_on, funded, unallocated, created_at) "
        "SELECT program_id, {euro_year}, 'x', starts_on + 1, ends_on + 1, 0, 0, now() FROM funds_budget "
        "WHERE id = {budget_in_year}",
    ],
    "funds_budget.apart_in_time": [
        BUDGET % ("'fresh'", 0, 0, 0),
        BUDGET % ("'fresh'", -400, 400, 0),
        BUDGET % ("'fresh'", 9, 9, 0) + "; UPDATE funds_budget SET starts_on = starts_on - 9 WHERE name = 'fresh'",
    ],
    # years
    "funds_year.one_year_of_a_name": [YEAR % ("name", 0)],
    "funds_year.year_ends_after_start": [
        PAST_TRIGGERS + "UPDATE funds_year SET ends_on = starts_on - 1 WHERE id = {year}"
    ],
    "funds_year.year_holds_no_more_than_planned": [
        "INSERT INTO funds_movement (budget_id, act, source, target, amount, reason, posted_at, key) "
        f"VALUES ({{budget_in_year}}, 'fund', 'outside', 'unallocated', {MUCH}, '', now(), 'a')",
        CHANGE % ("take_out", MUCH, "'cut'", "'a'"),
        INTO_YEAR % "small_year",
        PAST_TRIGGERS + "UPDATE funds_year SET held = -1 WHERE id = {year}",
    ],
    "funds_year.starts_empty": [YEAR % ("'fresh'", 5)],
    "funds_year.balance_by_ledger_only": [
        f"UPDATE funds_year SET {change} WHERE id = {{year}}"
        for change in (
            "amount = amount + 1",
            "held = held - 1",
            "currency = 'EUR'",
            "vendor_id = (SELECT vendor_id FROM funds_year WHERE id = {foreign_year})",
        )
    ],
    "funds_year.around_its_budgets": [
        "UPDATE funds_year SET starts_on = '2026-12-31' WHERE id = {year}",
        "UPDATE funds_year SET ends_on = '2026-01-01' WHERE id = {year}",
    ],
    "funds_year.takes_its_plan_along": [
        "SET CONSTRAINTS ALL DEFERRED; UPDATE funds_budget SET year_id = {small_year} WHERE program_id = {planned_draft}; "
        "DELETE FROM funds_year WHERE id = {small_year}; "
        "UPDATE funds_budget SET year_id = NULL WHERE program_id = {planned_draft}; SET CONSTRAINTS ALL IMMEDIATE"
    ],
    "funds_yearchange.funds_yearchange_key_key": [
        CHANGE % ("top_up", 1, "'more'", "(SELECT c.key FROM funds_yearchange c WHERE c.year_id = {year})")
    ],
    "funds_yearchange.year_change_range": [
        CHANGE % ("top_up", 0, "'more'", "'a'"),
        CHANGE % ("top_up", -1, "'more'", "'a'"),
        CHANGE % ("top_up", LARGEST + 1, "'more'", "'a'"),
    ],
    "funds_yearchange.year_change_act": [CHANGE % ("gift", 1, "'more'", "'a'")],
    "funds_yearchange.year_change_has_a_reason": [CHANGE % ("top_up", 1, "''", "'a'")],
    "funds_yearchange.adds_up": [CHANGE % ("take_out", MUCH, "'cut'", "'a'")],
    "funds_yearchange.append_only": [
        "UPDATE funds_yearchange SET amount = 1 WHERE year_id = {year}",
        "DELETE FROM funds_yearchange WHERE year_id = {year}",
    ],
    "funds_yearchange.no_truncate": ["TRUNCATE funds_yearchange"],
    # programs
    "programs_program.one_program_of_a_name": [
        PROGRAM % "name = (SELECT p.name FROM programs_program p WHERE p.id = {program})"
    ],
    "programs_program.program_ends_after_start": [PROGRAM % "ends_on = starts_on - 1"],
    "programs_program.published_with_terms": [PROGRAM % "published_at = now(), terms_id = NULL"],
    "programs_program.terms_are_its_own": [
        PROGRAM % "terms_id = {terms}",
        PROGRAM % "published_at = now()",
        "UPDATE programs_program SET terms_id = {draft_terms} WHERE id = {program}",
    ],
    "programs_program.status_follows_the_table": [
        PROGRAM % "status = 'closed'",
        "UPDATE programs_program SET status = 'draft' WHERE id = {program}",
    ],
    "programs_program.starts_as": [
        "INSERT INTO programs_program (vendor_id, name, kind, currency, starts_on, ends_on, time_zone, status, "
        "created_by_id, created_at) SELECT vendor_id, 'x', kind, currency, starts_on, ends_on, 'UTC', 'published', "
        "created_by_id, now() FROM programs_program WHERE id = {program}"
    ],
    "programs_program.promised_terms_stay": [
        f"UPDATE programs_program SET {change} WHERE id = {{program}}"
        for change in (
            "currency = 'EUR'",
            "ends_on = ends_on - 1",
            "time_zone = 'Asia/Tokyo'",
            "published_at = NULL",
        )
    ],
    "programs_program.money_keeps_its_currency": [
        "UPDATE programs_program SET currency = 'EUR' WHERE id = {funded_draft}",
        "UPDATE programs_program SET currency = 'EUR' WHERE id = {planned_draft}",
        "UPDATE programs_program SET vendor_id = (SELECT vendor_id FROM funds_year WHERE id = {foreign_year}) "
        "WHERE id = {funded_draft}",
    ],
    "programs_terms.one_version_of_a_number": [TERMS % ("{program}", 1, "now()")],
    "programs_terms.one_draft_of_terms": [TERMS % ("{draft_program}", 2, "NULL")],
    "programs_terms.programs_terms_number_check": [TERMS % ("{program}", -1, "now()")],
    "programs_terms.rate_up_to_100": [
        DRAFT_TERMS % "reimbursement_percent = 100.01",
        DRAFT_TERMS % "reimbursement_percent = 0",
    ],
    "programs_terms.programs_terms_activity_days_check": [DRAFT_TERMS % "activity_days = -1"],
    "programs_terms.programs_terms_claim_window_days_check": [DRAFT_TERMS % "claim_window_days = -1"],
    "programs_terms.programs_terms_extension_days_check": [DRAFT_TERMS % "extension_days = -1"],
    "programs_terms.programs_terms_lead_days_check": [DRAFT_TERMS % "lead_days = -1"],
    "programs_terms.published_terms_stay": [
        *(
            f"UPDATE programs_terms SET {change} WHERE id = {{terms}}"
            for change in (
                "wording = 'none'",
                "reimbursement_percent = 1",
                "claim_window_days = 0",
                "published_at = NULL",
            )
        ),
        TERMS % ("{program}", 7, "now()") + "; DELETE FROM programs_terms WHERE program_id = {program} AND number = 7",
    ],
    "programs_terms.programs_terms_review_days_check": [DRAFT_TERMS % "review_days = -1"],
    "programs_terms.programs_terms_dispute_days_check": [DRAFT_TERMS % "dispute_days = -1"],
    "programs_terms.second_approval_over_range": [
        DRAFT_TERMS % "second_approval_over = 0",
        DRAFT_TERMS % f"second_approval_over = {LARGEST + 1}",
    ],
    "programs_terms.programs_terms_pay_days_check": [DRAFT_TERMS % "pay_days = -1"],
    "programs_terms.programs_terms_termination_days_check": [DRAFT_TERMS % "termination_days = -1"],
    "programs_terms.programs_terms_aging_months_check": [DRAFT_TERMS % "aging_months = -1"],
    "programs_terms.programs_terms_earning_months_check": [DRAFT_TERMS % "earning_months = -1"],
    "programs_terms.least_claim_range": [DRAFT_TERMS % "least_claim = 0", DRAFT_TERMS % f"least_claim = {LARGEST + 1}"],
    "programs_terms.accrual_over_a_period": [
        DRAFT_TERMS % "accrual_percent = 3",
        DRAFT_TERMS % "accrual_percent = 101, earning_months = 6",
        DRAFT_TERMS % "accrual_percent = 3, earning_months = 5",
        DRAFT_TERMS % "accrual_cap = 5, earning_months = 6",
    ],
    "programs_terms.accrual_cap_range": [DRAFT_TERMS % "accrual_percent = 3, earning_months = 6, accrual_cap = 0"],
    "programs_activity.one_activity_of_a_name": [NEW_ACTIVITY + "; " + NEW_ACTIVITY],
    "programs_activity.activity_rate_up_to_100": [DRAFT_ACTIVITY % "rate = 101", DRAFT_ACTIVITY % "rate = 0"],
    "programs_activity.activity_cap_percent_up_to_100": [
        DRAFT_ACTIVITY % "period_cap_percent = 101",
        DRAFT_ACTIVITY % "period_cap_percent = 0",
    ],
    "programs_activity.activity_claim_cap_range": [DRAFT_ACTIVITY % "claim_cap = 0"],
    "programs_activity.activity_period_cap_range": [DRAFT_ACTIVITY % "period_cap = 0"],
    "programs_activity.activity_person_cap_range": [DRAFT_ACTIVITY % "person_cap = 0"],
    "programs_activity.activity_least_range": [DRAFT_ACTIVITY % "least = 0"],
    "programs_activity.activity_claim_cap_above_least": [DRAFT_ACTIVITY % "least = 5, claim_cap = 4"],
    "programs_activity.activity_period_cap_above_least": [DRAFT_ACTIVITY % "least = 5, period_cap = 4"],
    "programs_activity.activity_person_cap_above_least": [DRAFT_ACTIVITY % "least = 5, person_cap = 4"],
    "programs_activity.programs_activity_position_check": [ACTIVITY % ("draft_terms", -1, "'Attack'")],
    "programs_activity.programs_activity_most_people_check": [DRAFT_ACTIVITY % "most_people = -1"],
    "programs_activity.programs_activity_activity_days_check": [DRAFT_ACTIVITY % "activity_days = -1"],
    "programs_activity.programs_activity_lead_days_check": [DRAFT_ACTIVITY % "lead_days = -1"],
    "programs_activity.published_activities_stay": [
        ACTIVITY % ("terms", 1, "'Attack'"),
        "UPDATE programs_activity SET rate = 99 WHERE terms_id = {terms_with_activity}",
        "DELETE FROM programs_activity WHERE terms_id = {terms_with_activity}",
        NEW_ACTIVITY + "; UPDATE programs_activity SET terms_id = {terms} WHERE name = 'Attack'",
    ],
    "programs_terms.of_one_program": [DRAFT_TERMS % "program_id = {program}, number = 9"],
    # who joins
    "programs_tier.one_tier_of_a_name": [TIER % ("{vendor}", "'Gold'", 9)],
    "programs_tier.one_tier_of_a_rank": [TIER % ("{vendor}", "'Other'", 1)],
    "programs_tier.programs_tier_rank_check": [TIER % ("{vendor}", "'Other'", -1)],
    "programs_tier.tier_stays_its_vendors": [
        "UPDATE programs_tier SET vendor_id = {other_vendor}, name = 'Moved', rank = 9 WHERE id = {gold}"
    ],
    "programs_tierheld.one_tier_with_a_vendor": [HELD % ("{vendor}", "{partner}", "{gold}")],
    "programs_tierheld.tier_is_the_vendors": [
        HELD % ("{vendor}", "{other_partner}", "{other_tier}"),
        "UPDATE programs_tierheld SET tier_id = {other_tier} WHERE vendor_id = {vendor}",
    ],
    "programs_certification.one_certification_of_a_name": [
        "INSERT INTO programs_certification (vendor_id, name, how, link) VALUES ({vendor}, 'Cloud', '', '')"
    ],
    "programs_certification.certification_stays_its_vendors": [
        "UPDATE programs_certification SET vendor_id = {other_vendor}, name = 'Moved' WHERE id = {certification}"
    ],
    "programs_certificationheld.certified_once": [
        "INSERT INTO programs_certificationheld (partner_id, certification_id) VALUES ({partner}, {certification})"
    ],
    "programs_eligibility.way_of_joining": ["UPDATE programs_eligibility SET way = 'bribe' WHERE program_id = {rich}"],
    "programs_eligibility.least_tier_is_the_vendors": [
        "UPDATE programs_eligibility SET least_tier_id = {other_tier} WHERE program_id = {rich}"
    ],
    "programs_neededcertification.needed_once": [NEEDED % "{certification}"],
    "programs_neededcertification.certification_is_the_vendors": [NEEDED % "{other_certification}"],
    "programs_enrolment.one_enrolment": [ENROL % ("{rich}", "{partner}", "joined")],
    "programs_enrolment.enrolment_status": [
        PAST_TRIGGERS + "UPDATE programs_enrolment SET status = 'lost' WHERE id = {asked_in}"
    ],
    "programs_enrolment.enrolment_refused_with_reason": [
        "UPDATE programs_enrolment SET status = 'declined' WHERE id = {asked_in}"
    ],
    "programs_enrolment.begins_asked_or_joined": [ENROL % ("{rich}", "{other_partner}", "left")],
    "programs_enrolment.status_follows_the_table": [
        "UPDATE programs_enrolment SET status = 'asked' WHERE id = {joined_in}",
        "UPDATE programs_enrolment SET status = 'ended', reason = 'x' WHERE id = {asked_in}",
    ],
    "programs_enrolment.enrolment_is_of_one": [
        "UPDATE programs_enrolment SET partner_id = {other_partner} WHERE id = {joined_in}",
        "UPDATE programs_enrolment SET program_id = {draft_program} WHERE id = {asked_in}",
    ],
    "programs_enrolment.is_never_deleted": ["DELETE FROM programs_enrolment WHERE id = {asked_in}"],
    "programs_enrolment.into_what_is_out": [ENROL % ("{draft_program}", "{partner}", "joined")],
    "funds_startingplan.months_range": ["UPDATE funds_startingplan SET months = 37 WHERE program_id = {rich}"],
    "funds_startingplan.funds_startingplan_months_check": [
        "ALTER TABLE funds_startingplan DROP CONSTRAINT months_range; "
        "UPDATE funds_startingplan SET months = -1 WHERE program_id = {rich}"
    ],
    "funds_startingplan.budget_of_its_program": [
        "UPDATE funds_startingplan SET budget_id = {budget} WHERE program_id = {rich}"
    ],
    "funds_startingamount.one_amount_of_a_tier": [
        STARTING % ("NULL", 1),
        STARTING % ("{gold}", 1),
    ],
    "funds_startingamount.starting_amount_range": [STARTING % ("{silver}", 0), STARTING % ("{silver}", LARGEST + 1)],
    "funds_startingamount.amount_of_its_tiers": [STARTING % ("{other_tier}", 1)],
    "funds_startingshare.funds_startingshare_enrolment_id_key": [SHARE % ("{joined_in}", 5, "NULL")],
    "funds_startingshare.funds_startingshare_allocation_id_key": [
        PAST_TRIGGERS + SHARE % ("{asked_in}", 5, "{starting_fund}")
    ],
    "funds_startingshare.starting_share_range": [SHARE % ("{asked_in}", 0, "NULL")],
    "funds_startingshare.granted_or_dropped": [
        "UPDATE funds_startingshare SET dropped_at = now() WHERE enrolment_id = {joined_in}"
    ],
    "funds_startingshare.fund_of_its_partner": [SHARE % ("{asked_in}", 5, "{fund}")],
    "funds_startingshare.is_never_deleted": ["DELETE FROM funds_startingshare WHERE enrolment_id = {joined_in}"],
    "funds_startingshare.granted_stays": [
        "UPDATE funds_startingshare SET allocation_id = NULL WHERE enrolment_id = {joined_in}",
        "UPDATE funds_startingshare SET allocation_id = NULL, enrolment_id = {asked_in} WHERE enrolment_id = {joined_in}",
    ],
    "programs_link.asked_once": [LINK % ("other_kept", "vendor", "proposed")],
    "programs_link.one_open_link": [LINK % ("kept", "other_vendor", "proposed")],
    "programs_link.answered_by_somebody": ["UPDATE programs_link SET status = 'accepted' WHERE id = {link}"],
    "programs_link.starts_as": [LINK % ("other_kept", "other_vendor", "accepted")],
    "programs_link.status_follows_the_table": [
        "UPDATE programs_link SET status = 'accepted' WHERE id = {declined_link}"
    ],
    "programs_link.links_kept_to_real": [
        LINK % ("vendor", "other_vendor", "proposed"),
        LINK % ("other_kept", "kept", "proposed"),
        LINK % ("other_kept", "partner", "proposed"),
        "UPDATE programs_link SET vendor_id = {partner} WHERE id = {link}",
    ],
    # people
    "partners_user.email_is_lowercase": [USER % "'A@x.example'"],
    "partners_user.partners_user_email_key": [USER % "(SELECT u.email FROM partners_user u WHERE u.id = {owner})"],
    "partners_company.company_currency": [
        "UPDATE partners_company SET currency = 'usd' WHERE id = {partner}",
        "UPDATE partners_company SET currency = '' WHERE id = {partner}",
    ],
    "partners_company.company_kind": [COMPANY % ("'bank'", "'bank'")],
    "partners_company.one_site": [COMPANY % ("'site'", "'second-site'")],
    "partners_company.partners_company_slug_key": [
        COMPANY % ("'partner'", "(SELECT c.slug FROM partners_company c WHERE c.id = {partner})")
    ],
    "partners_company.kind_is_fixed": ["UPDATE partners_company SET kind = 'vendor' WHERE id = {partner}"],
    "partners_company.kept_is_a_vendor": [KEPT_COMPANY % ("'partner'", "{partner}", "vendor")],
    "partners_company.retired_is_kept": ["UPDATE partners_company SET retired_at = now() WHERE id = {vendor}"],
    "partners_company.one_kept_vendor_of_a_name": [KEPT_COMPANY % ("'vendor'", "{partner}", "kept")],
    "partners_company.kept_by_a_partner": [
        KEPT_COMPANY % ("'vendor'", "{vendor}", "kept"),
        KEPT_COMPANY % ("'vendor'", "{kept}", "kept"),
    ],
    "partners_company.keeper_is_fixed": [
        f"UPDATE partners_company SET kept_by_id = {keeper} WHERE id = {{{company}}}"
        for keeper, company in (("{other_partner}", "kept"), ("NULL", "kept"), ("{partner}", "vendor"))
    ],
    "partners_membership.role_fits_kind": [
        MEMBERSHIP % "'admin'",
        MEMBERSHIP % "'manager'",
        (MEMBERSHIP % "'manager'").replace("{partner}", "{kept}"),
        "UPDATE partners_membership SET role = 'finance' WHERE company_id = {partner} AND role = 'member'",
    ],
    "partners_membership.keeps_a_keeper": [
        "UPDATE partners_membership SET ended_at = now() WHERE company_id = {partner} AND role = 'owner'",
        "UPDATE partners_membership SET role = 'member' WHERE company_id = {partner} AND role = 'owner'",
    ],
    "partners_company.is_never_deleted": [
        "INSERT INTO partners_company (kind, name, slug, country, currency, time_zone, created_at) "
        "VALUES ('partner', 'Gone', 'gone', 'US', 'USD', 'UTC', now()); DELETE FROM partners_company WHERE slug = 'gone'"
    ],
    "funds_allocation.is_never_deleted": [
        ALLOCATION % ("'gone'", 0) + "; DELETE FROM funds_allocation WHERE reference = 'gone'"
    ],
    "partners_membership.is_never_deleted": [
        "DELETE FROM partners_membership WHERE company_id = {partner} AND role = 'member'"
    ],
    "partners_membership.ended_stays_ended": [
        "UPDATE partners_membership SET ended_at = now() WHERE company_id = {partner} AND role = 'member'; "
        "UPDATE partners_membership SET ended_at = NULL WHERE company_id = {partner} AND role = 'member'"
    ],
    "partners_membership.one_active_membership": [MEMBERSHIP % "'owner'"],
    "partners_invitation.role_fits_kind": [
        INVITATION % ("'admin'", "'t'", "NULL", "NULL"),
        (INVITATION % ("'manager'", "'t'", "NULL", "NULL")).replace("{partner}", "{kept}"),
    ],
    "partners_invitation.one_open_invitation": [FIRST_INVITATION + INVITATION % ("'owner'", "'other'", "NULL", "NULL")],
    "partners_invitation.partners_invitation_token_hash_key": [
        FIRST_INVITATION + INVITATION % ("'member'", "'taken'", "NULL", "NULL")
    ],
    "partners_invitation.accepted_or_withdrawn": [INVITATION % ("'owner'", "'t'", "now()", "now()")],
    "partners_event.append_only": [
        "UPDATE partners_event SET reason = 'never' WHERE id = {event}",
        "DELETE FROM partners_event WHERE id = {event}",
    ],
    "partners_event.no_truncate": ["TRUNCATE partners_event"],
    "programs_resource.resource_file_or_link": [
        RESOURCE % "link = 'https://kit.example.com/'",
        RESOURCE % "file = '', file_kind = '', sha256 = '', size = 0",
        RESOURCE % "file = '', file_kind = '', sha256 = '', size = 0, link = 'http://kit.example.com/'",
        RESOURCE % "file = '', file_kind = '', sha256 = '', size = 0, link = 'javascript:alert(1)'",
    ],
    "programs_resource.resource_file_kind": [
        RESOURCE % "file_kind = 'text/html'",
        RESOURCE % "file_kind = ''",
        RESOURCE % "file = '', link = 'https://kit.example.com/'",
    ],
    "programs_resource.resource_valid_in_order": [RESOURCE % "valid_from = '2026-05-02', valid_until = '2026-05-01'"],
    "programs_resource.resource_kind": [RESOURCE % "kind = 'money'"],
    "programs_resource.resource_language": [
        RESOURCE % f"language = {language}" for language in ("''", "'English'", "'en_US'", "'en-'")
    ],
    "programs_resource.resource_activities": [RESOURCE % "activities = ARRAY['golf']"],
    "programs_resource.resource_published_once": [RESOURCE % "published_at = NULL"],
    "programs_resource.programs_resource_size_check": [RESOURCE % "size = -1"],
    "programs_resource.programs_resource_pages_check": [RESOURCE % "pages = -1"],
    "programs_resource.programs_resource_version_check": [RESOURCE % "version = -1"],
    "programs_resource.starts_as": [NEW_RESOURCE],
    "programs_resource.status_follows_the_table": [RESOURCE % "status = 'draft'"],
    "programs_resource.vendor_is_fixed": [RESOURCE % "vendor_id = {other_vendor}"],
    "programs_resource.program_is_of_its_vendor": [RESOURCE % "program_id = {foreign_program}"],
    "programs_resourceuse.one_use_of_a_kind": [USE % ("partner", "'used'", "''", 1, "now()")],
    "programs_resourceuse.programs_resourceuse_count_check": [
        PAST_TRIGGERS + USE % ("other_partner", "'used'", "''", -1, "now()")
    ],
    "programs_resourceuse.use_kind": [
        USE % ("other_partner", "'sold'", "''", 1, "now()"),
        USE % ("other_partner", "'opened'", "'email'", 1, "now()"),
        USE % ("other_partner", "'used'", "'golf'", 1, "now()"),
    ],
    "programs_resourceuse.starts_at_one": [
        USE % ("other_partner", "'used'", "''", 2, "now()"),
        USE % ("other_partner", "'used'", "''", 1, "now() + interval '1 day'"),
    ],
    "programs_resourceuse.goes_up_by_one": [
        SAME_USE % change
        for change in (
            "count = count",
            "count = count - 1",
            "count = count + 2",
            "count = count + 1, last_at = last_at - interval '1 day'",
            "count = count + 1, first_at = first_at - interval '1 day'",
            "count = count + 1, first_by_id = {finance}",
            "count = count + 1, partner_id = {other_partner}",
            "count = count + 1, activity = 'email'",
        )
    ],
    "programs_resourceuse.is_never_deleted": ["DELETE FROM programs_resourceuse WHERE resource_id = {resource}"],
    # claims
    "claims_claim.claim_status": [CLAIM % ("status = 'lost'", "submitted")],
    "claims_claim.claims_claim_version_check": [CLAIM % ("version = -1", "draft")],
    "claims_claim.claim_asked_range": [CLAIM % (f"asked = {LARGEST + 1}", "draft")],
    "claims_claim.claim_from_reserved_range": [CLAIM % ("from_reserved = asked + 1", "submitted")],
    "claims_claim.claim_approved_range": [CLAIM % ("approved = asked + 1", "approved")],
    "claims_claim.four_eyes_filed_decided": [CLAIM % ("decided_by_id = filed_by_id", "approved")],
    "claims_claim.four_eyes_filed_paid": [CLAIM % ("paid_by_id = filed_by_id", "paid")],
    "claims_claim.four_eyes_decided_paid": [CLAIM % ("paid_by_id = decided_by_id", "paid")],
    "claims_claim.filed_by_somebody": [CLAIM % ("filed_by_id = NULL", "submitted")],
    "claims_claim.decided_by_somebody": [CLAIM % ("decided_by_id = NULL", "approved")],
    "claims_claim.paid_by_somebody": [CLAIM % ("paid_by_id = NULL", "paid")],
    "claims_claim.starts_as": [
        "INSERT INTO claims_claim (allocation_id, partner_id, title, status, version, asked, from_reserved, paid, noted, typed, "
        "created_by_id, filed_by_id, created_at, changed_at, filed_at) SELECT allocation_id, partner_id, 'x', 'submitted', "
        "1, 5, 0, 0, '{{}}', '{{}}', created_by_id, created_by_id, now(), now(), now() FROM claims_claim WHERE id = {draft}"
    ],
    "claims_claim.status_follows_the_table": [
        "UPDATE claims_claim SET status = 'paid', version = version + 1, paid_by_id = {finance} WHERE id = {partly}; "
        "UPDATE claims_claim SET status = 'approved', version = version + 1 WHERE id = {partly}",
        "UPDATE claims_claim SET status = 'draft', version = version + 1 WHERE id = {submitted}",
    ],
    "claims_claim.decided_and_paid_by_outsiders": [
        "UPDATE claims_claim SET decided_by_id = {member} WHERE id = {submitted}",
        "UPDATE claims_claim SET paid_by_id = {member} WHERE id = {paid}",
    ],
    "claims_claim.claim_ran_until_after_from": [CLAIM % ("ran_from = '2026-11-20', ran_until = '2026-11-19'", "draft")],
    "claims_claim.within_its_terms": [
        FILED % name for name in ("too_small", "not_approved", "of_no_kind", "over_its_cap")
    ],
    "claims_claim.claimed_on_windfall": [
        "INSERT INTO claims_claim (allocation_id, partner_id, title, status, version, asked, from_reserved, paid, noted, typed, "
        "created_by_id, created_at, changed_at) "
        "VALUES ({kept_fund}, {partner}, 'x', 'draft', 1, 0, 0, 0, '{{}}', '{{}}', {owner}, now(), now())"
    ],
    "claims_claim.fund_is_fixed": [
        "UPDATE claims_claim SET allocation_id = {fund} WHERE id = {submitted}",
        "UPDATE claims_claim SET partner_id = {other_partner} WHERE id = {submitted}",
    ],
    "claims_line.one_line_at_a_position": [NEW_LINE % ("draft", 1, 2, 1)],
    "claims_line.claims_line_position_check": [LINE % "position = -1"],
    "claims_line.claims_line_people_check": [LINE % "people = -1"],
    "claims_line.line_amount_range": [
        PAST_TRIGGERS + LINE % "amount = 0, asked = 0",
        PAST_TRIGGERS + LINE % f"amount = {LARGEST + 1}, invoice_currency = 'EUR', rate = 1, rate_day = invoice_date",
    ],
    "claims_line.line_asked_range": [LINE % "asked = amount + 1", LINE % "asked = -1"],
    "claims_line.line_accepted_range": [LINE % "accepted = asked + 1", LINE % "accepted = -1"],
    "claims_line.line_reason_given": [LINE % "status = 'denied', accepted = 0"],
    "claims_line.lines_of_a_draft": [
        NEW_LINE % ("submitted", 9, 2, 1),
        "UPDATE claims_line SET asked = asked - 1 WHERE claim_id = {submitted}",
        "UPDATE claims_line SET supplier = 'other' WHERE claim_id = {paid}",
        "UPDATE claims_line SET people = 3 WHERE claim_id = {paid}",
        "UPDATE claims_line SET activity_id = (SELECT min(id) FROM programs_activity) WHERE claim_id = {submitted}",
        "DELETE FROM claims_line WHERE claim_id = {submitted}",
        "UPDATE claims_line SET claim_id = {empty}, position = 40 WHERE claim_id = {submitted}",
    ],
    "claims_proof.one_proof_of_a_content": [
        "INSERT INTO claims_proof (claim_id, file, name, kind, shows, size, sha256, pages, uploaded_by_id, uploaded_at) "
        "SELECT claim_id, file, name, kind, shows, size, sha256, pages, uploaded_by_id, now() FROM claims_proof "
        "WHERE claim_id = {draft}"
    ],
    "claims_proof.proof_kind": ["UPDATE claims_proof SET kind = 'text/html' WHERE claim_id = {draft}"],
    "claims_proof.claims_proof_pages_check": ["UPDATE claims_proof SET pages = -1 WHERE claim_id = {draft}"],
    "claims_proof.claims_proof_size_check": ["UPDATE claims_proof SET size = -1 WHERE claim_id = {draft}"],
    "claims_proof.proofs_of_a_draft": [
        "UPDATE claims_proof SET shows = '{{invoice}}' WHERE claim_id = {submitted}",
        "UPDATE claims_proof SET lines = '{{x}}' WHERE claim_id = {paid}",
        "INSERT INTO claims_proof (claim_id, file, name, kind, shows, size, sha256, pages, uploaded_by_id, uploaded_at, status) "
        "SELECT claim_id, file, name, kind, shows, size, 'x', pages, uploaded_by_id, now(), 'pending' FROM claims_proof "
        "WHERE claim_id = {submitted}",
    ],
    # reminders
    "reminders_nudge.one_nudge_a_week": [
        NUDGE % ("'Again'", "{manager}", f"'{TODAY}'::date {days}") for days in ("", "+ 6", "- 6")
    ],
    "reminders_nudge.nudge_has_words": [NUDGE % ("''", "{manager}", "'2020-01-01'::date")],
    "reminders_nudge.by_its_manager": [
        NUDGE % ("'Mine'", who, "'2020-01-01'::date") for who in ("{owner}", "{finance}", "{other_manager}")
    ],
    "reminders_nudge.append_only": [
        "UPDATE reminders_nudge SET words = 'other' WHERE allocation_id = {fund}",
        NUDGE % ("'Old'", "{manager}", "'2020-01-01'::date")
        + "; DELETE FROM reminders_nudge WHERE sent_on < '2021-01-01'",
    ],
    # It takes answers along, which have the same rule.
    "reminders_nudge.no_truncate": [
        f"DROP TRIGGER {NO_TRUNCATE_OF_REPLIES} ON reminders_reply; TRUNCATE reminders_nudge CASCADE"
    ],
}
EACH = [pytest.param(rule, sql, id=f"{rule}-{n}") for rule, sqls in ATTACKS.items() for n, sql in enumerate(sqls)]


def rules_in_the_database() -> dict[str, str]:
    """«table.rule» of every CHECK, UNIQUE and trigger of our tables: how to remove it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'u', 'x') "
            "AND conrelid::regclass::text ~ %s AND conrelid::regclass::text !~ '_(groups|user_permissions)$'",
            [APPS],
        )
        found = {f"{t}.{name}": f"ALTER TABLE {t} DROP CONSTRAINT {name}" for t, name in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename, indexname FROM pg_indexes "
            r"WHERE indexdef ~ '^CREATE UNIQUE.*( WHERE |lower\()' AND tablename ~ %s",
            [APPS],
        )
        found |= {f"{t}.{name}": f"DROP INDEX {name}" for t, name in cursor.fetchall()}
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal "
            # These refuse nothing: `tests/claims/test_history.py` and `test_proofs_stay.py` look at what they write.
            "AND tgname !~ '^pgtrigger_(history|files_its_proofs)_' AND tgrelid::regclass::text ~ %s",
            [APPS],
        )
        for table, name in cursor.fetchall():
            plain = re.sub(r"^pgtrigger_(.*)_[0-9a-f]{5}$", r"\1", name)
            found[f"{table}.{plain}"] = f"ALTER TABLE {table} DISABLE TRIGGER {name}"
        return found


def test_every_rule_is_attacked(db):
    assert set(rules_in_the_database()) == set(ATTACKS)


def test_no_session_can_switch_a_trigger_off_by_a_setting(db):
    """pgtrigger's own triggers can be: `SET pgtrigger.ignore`. Ours are made without (`partners/triggers.py`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND prosrc ~ 'ignore'"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    ("trigger", "sql"),
    [
        ("funds.Movement:append_only", "DELETE FROM funds_movement"),
        ("funds.Movement:post", MOVE % ("reserve", "available", "reserved", MUCH)),
        ("funds.Allocation:balance_by_ledger_only", "UPDATE funds_allocation SET paid = 1 WHERE id = {fund}"),
        ("partners.Event:append_only", "DELETE FROM partners_event"),
    ],
)
def test_not_even_pgtrigger_itself_gets_past_them(ids, trigger, sql):
    with pgtrigger.ignore(trigger), pytest.raises(DatabaseError):
        attack(sql.format(**ids))


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker) -> Iterator[dict[str, int]]:
    """One world for all attacks: each is taken back when it is over."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made(world())
        transaction.set_rollback(True)


@pytest.fixture
def ids(cast, django_db_blocker) -> Iterator[dict[str, int]]:
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            # What waits for the end of a transaction speaks up at once, so that none hides another rule.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield cast
        transaction.set_rollback(True)


def fund_under(w: World, **terms) -> Allocation:
    return w.fund(100_000_00, budget=w.budget(w.program(**terms), amount=100_000_00))


def made(w: World) -> dict[str, int]:
    """An object in each state that the attacks need, by the name that they have for its id."""
    fund, other = w.fund(100_000), w.fund(100_000)
    draft_program = w.program(publish=False)
    resource = w.resource()
    resources.use(resource=resource, partner=w.brightpath, act=Act.USED, by=w.member, now=NOW)
    asked = w.submitted()
    claims.ask(claim=asked, version=asked.version, question="Who came?", by=w.admin, now=NOW)
    paid = w.approved()
    claims.pay(claim=paid, version=paid.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
    partly = w.submitted(costs=(1_000_00, 500_00))
    line = partly.lines.last()
    claims.approve(
        claim=partly,
        version=partly.version,
        verdicts={line.pk: claims.approving.Verdict(1, "other", "Too much.")},
        by=w.admin,
        now=NOW,
    )
    nudge(funds=Allocation.objects.filter(pk=fund.pk), vendor=w.northgate, words="Claim it", by=w.manager, now=NOW)
    second = w.fund(100_000, budget=w.budget(other.program))
    days = {"starts_on": TODAY, "ends_on": TODAY}
    plans = [
        funds.propose(
            proposal=Proposal(partner=w.brightpath, program=other.program, title=t, purpose="x", amount=5, **days),
            by=w.owner,
            now=NOW,
        )
        for t in ("First", "Second")
    ]
    taken_back = funds.ask_for_time(allocation=other, until=other.longest, why="x", by=w.owner, now=NOW)
    aging = w.fund(budget=w.budget(w.program(aging_months=1)), expires_on=after_months(TODAY, 1))
    forfeiting = w.fund(budget=w.budget(w.program(forfeits_at_period_end=True)), expires_on=TODAY)
    of_no_kind = w.draft(fund_under(w, activities=[Activity(kind="other", name="Ads")]))
    of_no_kind.lines.update(activity=None)
    in_year = w.budget(amount=1_000, year=w.year(50_000))
    funded, planned = w.program(publish=False), w.program(publish=False)
    w.budget(funded, amount=1)
    w.budget(planned, amount=0, year=in_year.year)
    joins = joinable(w)
    found = joins | {
        "aging_fund": aging.pk,
        "forfeiting_fund": forfeiting.pk,
        **sales_made(w),
        **statements_made(w),
        **plans_made(w),
        **requests_made(w),
        **claims_made(w),
        **reviews_made(w),
        **lines_made(w),
        **record_made(w),
        **payments_made(w),
        **sums_made(w),
        **delivery_made(w),
        **reminders_made(w),
        **replies_made(w),
        **wordings_made(w),
        **feeds_made(w),
        **hooks_made(w),
        **steps_made(w),
        **targets_made(w),
        "request": funds.ask_for_time(allocation=fund, until=fund.longest, why="x", by=w.owner, now=NOW).pk,
        "taken_back": funds.withdraw_request(request=taken_back, by=w.owner, now=NOW).pk,
        "plan": plans[0].pk,
        "second_plan": plans[1].pk,
        "plan_fund": second.pk,
        "foreign_fund": w.fund(100, partner=w.othertech, budget=w.budget(other.program)).pk,
        "funded_draft": funded.pk,
        "planned_draft": planned.pk,
        "year": in_year.year_id,
        "budget_in_year": in_year.pk,
        "small_year": w.year(amount=0).pk,
        "euro_year": w.year(50_000, currency="EUR").pk,
        "foreign_year": w.year(50_000, vendor=w.skylark, by=w.other_manager).pk,
        "fund": fund.pk,
        "budget": fund.budget_id,
        "other_budget": other.budget_id,
        "movement": fund.movements.get().pk,
        "program": fund.program.pk,
        "terms": fund.terms_id,
        "other_terms": other.terms_id,
        "draft_program": draft_program.pk,
        "draft_terms": draft_program.terms_id,
        "terms_with_activity": w.program(activities=[programs.usual(ActivityKind.SEMINAR)]).terms_id,
        "resource": resource.pk,
        "foreign_program": w.program(vendor=w.skylark, by=w.other_manager).pk,
        "other_vendor": w.skylark.pk,
        "partner": w.brightpath.pk,
        "other_partner": w.othertech.pk,
        "owner": w.owner.pk,
        "member": w.member.pk,
        "finance": w.finance.pk,
        "manager": w.manager.pk,
        "other_manager": w.other_manager.pk,
        "draft": w.draft().pk,
        "too_small": w.draft(fund_under(w, least_claim=10_000_00)).pk,
        "not_approved": w.draft(fund_under(w, preapproval=True)).pk,
        "of_no_kind": of_no_kind.pk,
        "over_its_cap": w.draft(fund_under(w, activities=[Activity(kind="other", name="Ads", claim_cap=1_00)])).pk,
        "empty": claims.start(allocation=fund, title="Empty", by=w.owner, now=NOW).pk,
        "submitted": w.submitted().pk,
        "asked": asked.pk,
        "approved": w.approved().pk,
        "partly": partly.pk,
        "paid": paid.pk,
    }
    found |= {name: thing.pk for name, thing in w.books().items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM partners_event")
        found["event"] = cursor.fetchone()[0]
    return found


def joinable(w: World) -> dict[str, int]:
    """A program with rules and money to start with, a partner in it, and a request to another."""
    silver = standing.save_tier(tier=Tier(vendor=w.northgate, name="Silver"), by=w.manager, now=NOW)
    gold = standing.save_tier(tier=Tier(vendor=w.northgate, name="Gold"), by=w.manager, now=NOW)
    other_tier = standing.save_tier(tier=Tier(vendor=w.skylark, name="Gold"), by=w.other_manager, now=NOW)
    cloud = Certification.objects.create(vendor=w.northgate, name="Cloud")
    change = standing.Change(w.brightpath, sets_tier=True, tier=gold, certified={cloud.pk: None})
    standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)
    rich, asking = w.program(), w.program()
    rules = {"way": "open", "least_tier": silver, "countries": [], "certifications": [cloud]}
    admission.set_rules(program=rich, **rules, by=w.manager, now=NOW)
    amounts = {None: 100, gold.pk: 500}
    funds.set_starting(
        program=rich, budget=w.budget(rich), name="Start", months=6, amounts=amounts, by=w.manager, now=NOW
    )
    joined = funds.join(program=rich, partner=w.brightpath, by=w.owner, now=NOW)
    asked = joining.ask(program=asking, partner=w.brightpath, note="Please.", by=w.owner, now=NOW)
    return {
        "vendor": w.northgate.pk,
        "other_vendor": w.skylark.pk,
        "silver": silver.pk,
        "gold": gold.pk,
        "other_tier": other_tier.pk,
        "certification": cloud.pk,
        "other_certification": Certification.objects.create(vendor=w.skylark, name="Cloud").pk,
        "rich": rich.pk,
        "joined_in": joined.enrolment.pk,
        "starting_fund": joined.share.allocation_id,
        "asked_in": asked.pk,
    }


def attack(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(("rule", "sql"), EACH)
def test_the_rule_refuses_and_nothing_else_does(ids, rule, sql):
    sql = sql.format(**ids)
    with pytest.raises(DatabaseError) as refusal:
        attack(sql)
    named = f"{refusal.value.__cause__.diag.constraint_name or ''} {refusal.value.__cause__.diag.context or ''}"
    assert rule.partition(".")[2] in named, f"refused by something else: {refusal.value}"
    attack(rules_in_the_database()[rule])
    attack(sql)
