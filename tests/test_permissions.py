"""Who may open what: every address, by GET and by POST, as everybody, for an object of one's own and for a foreign one.

`TABLE` is the one place where it is written down. An address that is not in it fails the build. In a row, `may` lists who gets
in, `sees` who sees the object but may not do this (403); to everybody else the object is not there (404). The roles are named as
they stand to the object: `owner` and `member` belong to its partner, `manager` to its vendor; `stranger` (owner of another
partner), `rival` (manager of another vendor) and `nobody` (a person in no company) have nothing to do with it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

import config.urls
from reminders.delivery.links import seal
from tests.sides import asked, in_turn

ROLES = ["owner", "member", "manager", "admin", "finance", "stranger", "rival", "nobody"]
EVERYBODY = " ".join(ROLES)
# How people of the cast stand to an object of the other partner and the other vendor: those whom this changes.
MIRROR = {"owner": "stranger", "member": "stranger", "manager": "rival", "stranger": "owner", "rival": "manager"}


@dataclass(frozen=True)
class Row:
    methods: str
    object: str  # the name of a `Things`, or "" for a page without one
    may: str
    sees: str = ""

    def expects(self, role: str, method: str) -> int | str:
        if method not in self.methods.split():
            return 405
        if role in self.may.split():
            return "allowed"
        return 403 if role in self.sees.split() else 404


def page(methods: str, may: str, hidden_from: str = "") -> Row:
    """A page without an object: 403 to whom it is not for, 404 to `hidden_from`."""
    others = set(ROLES) - set(may.split()) - set(hidden_from.split())
    return Row(methods, "", may, " ".join(others))


def on(thing: str, methods: str, may: str, sees: str = "") -> Row:
    return Row(methods, thing, may, sees)


GET, POST, BOTH = "GET", "POST", "GET POST"
PARTNER = "owner member"
INVOLVED = "owner member manager admin finance"

TABLE: dict[str, list[Row]] = {
    "dashboards:home": [page(GET, EVERYBODY)],
    # a partner's queue: others' funds are in theirs alone
    "dashboards:queue": [page(GET, "owner member stranger")],
    "dashboards:matter": [on("fund", GET, PARTNER), on("kept_fund", GET, PARTNER)],
    **{
        f"dashboards:{act}": [on("fund", POST, PARTNER), on("kept_fund", POST, PARTNER)]
        for act in ("put_off", "hand_over", "take_on", "take_back")
    },
    "dashboards:scorecards": [page(GET, "owner member stranger")],
    "dashboards:scorecard": [on("vendor", GET, PARTNER), on("kept", GET, PARTNER)],
    "dashboards:story": [page(GET, "owner member stranger")],
    "dashboards:story_brief": [page(GET, "owner member stranger")],
    "dashboards:ideas": [page(GET, "owner member stranger")],
    "dashboards:use_idea": [
        on("fund", POST, PARTNER, "manager admin finance"),
        on("kept_fund", POST, "", PARTNER),  # without saying that it is for the plan
    ],
    "dashboards:cash": [page(GET, "owner member stranger")],
    "dashboards:over_time": [page(GET, "manager rival")],
    "dashboards:use_by_program": [page(GET, "manager rival")],
    "dashboards:use_by_tier": [page(GET, "manager rival")],
    "dashboards:use_by_partner": [page(GET, "manager rival")],
    "dashboards:unused": [page(GET, "manager rival")],
    "dashboards:nudge": [page(BOTH, "manager rival")],
    "dashboards:returns": [page(GET, "owner member stranger manager rival")],
    "dashboards:forecast": [page(GET, "manager rival")],
    "dashboards:reminders": [page(GET, "manager rival admin")],
    "dashboards:resources": [page(GET, "manager rival")],
    # a partner's vendors, and what was agreed with them
    "dashboards:reviews": [page(GET, "owner member stranger")],
    "dashboards:reviews_pdf": [page(GET, "owner member stranger")],
    "dashboards:review": [on("vendor", BOTH, PARTNER), on("kept", BOTH, PARTNER)],
    "dashboards:review_pdf": [on("vendor", GET, PARTNER), on("kept", GET, PARTNER)],
    "plans:steps": [page(GET, "owner member stranger")],
    "plans:step": [on("step", GET, PARTNER)],
    "plans:tick": [on("step", POST, PARTNER)],
    "plans:drop_step": [on("step", POST, PARTNER)],
    "reminders:change_step": [on("step", BOTH, PARTNER)],
    # people
    "partners:team": [page(GET, "owner member manager admin finance stranger rival", hidden_from="nobody")],
    "partners:currency": [page(BOTH, "owner stranger", hidden_from="nobody")],
    "partners:invite": [page(POST, "owner manager admin stranger rival", hidden_from="nobody")],
    "partners:withdraw_invitation": [on("invitation", POST, "owner admin", "member")],
    "partners:end_membership": [on("membership", BOTH, "owner admin", "member")],
    "partners:change_role": [on("membership", POST, "owner admin", "member")],
    "partners:companies": [page(GET, "admin")],
    "partners:create_company": [page(BOTH, "admin")],
    "partners:company": [on("company", GET, "owner member admin")],
    "partners:invite_to": [on("company", POST, "owner admin", "member")],
    "partners:profile": [page(BOTH, EVERYBODY)],
    # programs
    "programs:list": [page(GET, EVERYBODY)],
    "programs:create": [page(BOTH, "manager rival")],
    "programs:detail": [
        on("program", GET, f"{INVOLVED} stranger"),
        on("draft_program", GET, "manager admin finance"),
        on("kept_program", GET, PARTNER),
    ],
    "programs:edit": [
        on("program", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_program", BOTH, "manager", "admin finance"),
    ],
    **{
        f"programs:{name}": [
            on("program", methods, "manager", "owner member admin finance stranger"),
            on("draft_program", methods, "manager", "admin finance"),
        ]
        for name, methods in (
            ("preview", GET),
            ("activities", BOTH),
            ("add_activity", BOTH),
            ("edit_activity", BOTH),
            ("remove_activity", POST),
        )
    },
    "programs:publish": [on("draft_program", BOTH, "manager", "admin finance")],
    "programs:close": [on("program", BOTH, "manager", "owner member admin finance stranger")],
    "programs:reopen": [on("program", BOTH, "manager", "owner member admin finance stranger")],
    "programs:revise": [
        on("program", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_program", BOTH, "manager", "admin finance"),
    ],
    "programs:publish_terms": [
        on("program", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_program", BOTH, "manager", "admin finance"),
    ],
    "programs:drop_terms": [on("program", POST, "manager", "owner member admin finance stranger")],
    "programs:ask": [on("program", BOTH, "owner member stranger", "manager admin finance")],
    "programs:leave": [on("program", BOTH, "owner member stranger", "manager admin finance")],
    "programs:standing": [on("company", BOTH, "manager", "owner member admin finance stranger nobody")],
    "programs:tiers": [page(BOTH, "manager rival")],
    "programs:tier": [on("tier", BOTH, "manager")],
    "programs:tier_up": [on("tier", POST, "manager")],
    "programs:tier_remove": [on("tier", POST, "manager")],
    "programs:certifications": [page(BOTH, "manager rival")],
    "programs:certification": [on("certification", BOTH, "manager")],
    "programs:certification_remove": [on("certification", POST, "manager")],
    "programs:standing_file": [page(BOTH, "manager rival")],
    "programs:standing_template": [page(GET, "manager rival")],
    "programs:link_vendor": [on("vendor", BOTH, "admin", "manager")],
    "programs:answer_link": [on("link", POST, "owner", "member")],
    # what a partner records itself: nobody else knows of it
    "funds:vendors": [page(GET, "owner member stranger")],
    "funds:vendor_add": [page(BOTH, "owner member stranger")],
    "funds:vendor": [on("kept", GET, PARTNER)],
    "funds:vendor_edit": [on("kept", BOTH, PARTNER)],
    "funds:close_books": [on("kept", BOTH, PARTNER)],
    "funds:vendor_put_away": [on("kept", BOTH, PARTNER)],
    "funds:kept_program_add": [on("kept", BOTH, PARTNER)],
    "funds:kept_program_edit": [
        on("kept_program", BOTH, PARTNER),
        on("program", BOTH, "", f"{INVOLVED} stranger"),
    ],
    "funds:record_fund": [on("kept_program", BOTH, PARTNER), on("program", BOTH, "", f"{INVOLVED} stranger")],
    "funds:statement_uploads": [page(GET, "owner member stranger")],
    "funds:upload_statement": [page(BOTH, "owner member stranger")],
    "funds:statement_upload": [on("statement", BOTH, PARTNER), on("recorded_statement", BOTH, PARTNER)],
    "funds:record_upload": [on("statement", POST, PARTNER)],
    "funds:drop_statement": [on("statement", POST, PARTNER)],
    "funds:statement_file": [on("statement", GET, PARTNER)],
    "funds:forget_layout": [on("layout", POST, PARTNER)],
    "funds:statement": [on("kept_fund", BOTH, PARTNER), on("fund", BOTH, "", INVOLVED)],
    "programs:resources": [page(GET, EVERYBODY)],
    "programs:add_resource": [page(BOTH, "manager rival")],
    "programs:resource": [
        on("resource", GET, f"{INVOLVED} stranger"),
        on("linked_resource", GET, f"{INVOLVED} stranger"),
        on("draft_resource", GET, "manager admin finance"),
    ],
    "programs:edit_resource": [
        on("resource", BOTH, "manager", "owner member admin finance stranger"),
        on("linked_resource", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_resource", BOTH, "manager", "admin finance"),
    ],
    "programs:publish_resource": [
        on("resource", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_resource", BOTH, "manager", "admin finance"),
    ],
    "programs:retire_resource": [on("resource", BOTH, "manager", "owner member admin finance stranger")],
    "programs:delete_resource": [
        on("resource", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_resource", BOTH, "manager", "admin finance"),
    ],
    "programs:resource_partners": [on("resource", GET, "manager", "owner member admin finance stranger")],
    "programs:resource_file": [
        on("resource", GET, f"{INVOLVED} stranger"),
        on("draft_resource", GET, "manager admin finance"),
    ],
    "programs:open_resource": [on("linked_resource", GET, f"{INVOLVED} stranger")],
    "programs:use_resource": [on("resource", POST, "owner member stranger", "manager admin finance")],
    # funds
    "funds:join": [on("program", POST, "owner member stranger", "manager admin finance")],
    "funds:joining": [
        on("program", BOTH, "manager", "owner member stranger admin finance"),
        on("draft_program", BOTH, "manager", "admin finance"),
    ],
    "funds:partners": [page(GET, "manager rival")],
    "funds:partner_add": [page(BOTH, "manager rival")],
    "funds:partner": [on("company", GET, "manager", "owner member admin finance stranger nobody")],
    "funds:join_requests": [page(GET, "manager rival")],
    "funds:answer_join": [on("asked", BOTH, "manager", "owner member admin finance")],
    "funds:end_enrolment": [on("joined", BOTH, "manager", "owner member admin finance")],
    "funds:grant_share": [on("share", POST, "manager")],
    "funds:drop_share": [on("share", POST, "manager")],
    "funds:renew_terms": [on("program", BOTH, "manager", "owner member stranger admin finance")],
    "funds:extend": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:reoffer": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:transfer": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:extend_many": [page(BOTH, "manager rival")],
    "funds:ask_for_time": [
        on("fund", BOTH, PARTNER, "manager admin finance"),
        on("kept_fund", BOTH, "", PARTNER),
    ],
    "funds:requests": [page(GET, EVERYBODY)],
    "funds:answer_request": [on("request", BOTH, "manager", "owner member admin finance")],
    "funds:withdraw_request": [on("request", POST, PARTNER, "manager admin finance")],
    "funds:propose": [
        on("program", BOTH, f"{PARTNER} stranger", "manager admin finance"),
        on("kept_program", BOTH, "", PARTNER),
    ],
    "funds:proposals": [page(GET, EVERYBODY)],
    "funds:proposal": [on("plan", GET, f"{PARTNER} manager")],
    "funds:decline_proposal": [on("plan", POST, "manager", PARTNER)],
    "funds:withdraw_proposal": [on("plan", POST, PARTNER, "manager")],
    "funds:deposit": [on("budget", BOTH, "manager", "admin finance")],
    "funds:regrant": [on("budget", BOTH, "manager", "admin finance")],
    "funds:answer_terms": [on("fund", POST, "owner", "member manager admin finance")],
    "funds:list": [page(GET, EVERYBODY)],
    "funds:allocation": [on("fund", GET, INVOLVED), on("kept_fund", GET, PARTNER)],
    "funds:withdraw": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:reserve": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:release": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:years": [page(GET, "manager rival admin finance")],
    "funds:open_year": [page(BOTH, "manager rival")],
    "funds:year": [on("year", GET, "manager admin finance")],
    "funds:year_history": [on("year", GET, "manager admin finance")],
    "funds:edit_year": [on("year", BOTH, "manager", "admin finance")],
    "funds:delete_year": [on("year", BOTH, "manager", "admin finance")],
    "funds:top_up": [on("year", BOTH, "manager", "admin finance")],
    "funds:take_out": [on("year", BOTH, "manager", "admin finance")],
    "funds:move_money": [on("budget", BOTH, "manager", "admin finance")],
    "funds:put_in_year": [on("budget", BOTH, "manager", "admin finance")],
    "funds:budget_add": [on("program", BOTH, "manager", "owner member stranger admin finance")],
    "funds:budget": [on("budget", GET, "manager admin finance")],
    "funds:budget_history": [on("budget", GET, "manager admin finance")],
    "funds:fund": [on("budget", BOTH, "manager", "admin finance")],
    "funds:defund": [on("budget", BOTH, "manager", "admin finance")],
    "funds:close_period": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate_file": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate_formula": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate_template": [on("budget", GET, "manager", "admin finance")],
    "funds:sales_uploads": [on("budget", GET, "manager admin finance")],
    "funds:upload_sales": [on("budget", BOTH, "manager", "admin finance")],
    "funds:sales_template": [on("budget", GET, "manager", "admin finance")],
    "funds:sales": [page(GET, EVERYBODY)],
    "funds:sales_upload": [on("upload", GET, "manager admin finance")],
    "funds:sales_faults": [on("upload", GET, "manager admin finance")],
    "funds:post_sales": [on("upload", POST, "manager", "admin finance")],
    "funds:recheck_sales": [on("upload", POST, "manager", "admin finance")],
    "funds:drop_sales": [on("upload", POST, "manager", "admin finance")],
    # claims
    "claims:list": [page(GET, EVERYBODY)],
    "claims:start": [on("fund", BOTH, PARTNER, "manager admin finance"), on("kept_fund", BOTH, PARTNER)],
    "claims:detail": [on("draft", GET, PARTNER), on("submitted", GET, INVOLVED), on("approved", GET, INVOLVED)],
    "claims:edit": [on("draft", BOTH, PARTNER), on("submitted", BOTH, PARTNER, "manager admin finance")],
    "claims:autosave": [on("draft", POST, PARTNER), on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:attach": [on("draft", POST, PARTNER), on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:answer": [on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:withdraw": [on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:reopen": [on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:discard": [on("draft", POST, PARTNER), on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:queue": [page(GET, "admin")],
    "claims:take": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:approve": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:ask": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:reject": [on("submitted", POST, "admin", "owner member manager finance")],
    # review
    "claims:next": [page(GET, "admin")],
    "claims:decisions": [page(GET, "admin")],
    "claims:together": [page(GET, "admin")],
    "claims:approve_together": [page(POST, "admin")],
    "claims:assign": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:hand_back": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:approve_too": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:send_to_review": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:send_back": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:undo": [on("approved", POST, "admin", "owner member manager finance")],
    "claims:dispute": [on("approved", POST, PARTNER, "manager admin finance")],
    "claims:accept_file": [on("proof", POST, "admin", "owner member manager finance")],
    "claims:decline_file": [on("proof", POST, "admin", "owner member manager finance")],
    "claims:replace_file": [on("proof", BOTH, PARTNER, "manager admin finance"), on("draft_proof", BOTH, PARTNER)],
    # payments
    "claims:payments": [page(GET, "finance")],
    "claims:pay": [on("approved", POST, "finance", "owner member manager admin")],
    "claims:proof": [on("draft_proof", GET, PARTNER), on("proof", GET, INVOLVED)],
    "claims:preview": [on("draft_proof", GET, PARTNER), on("proof", GET, INVOLVED)],
    # fund requests
    "claims:requests": [page(GET, EVERYBODY)],
    "claims:request_queue": [page(GET, "manager admin rival")],
    "claims:request_start": [
        on("fund", BOTH, PARTNER, "manager admin finance"),
        on("kept_fund", BOTH, "", PARTNER),
    ],
    "claims:request": [on("asked_draft", GET, PARTNER), on("asked_now", GET, INVOLVED)],
    **{
        f"claims:request_{name}": [
            on("asked_draft", methods, PARTNER),
            on("asked_now", methods, PARTNER, "manager admin finance"),
            on("asked_approved", methods, PARTNER, "manager admin finance"),
        ]
        for name, methods in (
            ("edit", BOTH),
            ("autosave", POST),
            ("discard", POST),
            ("answer", POST),
            ("take_back", POST),
            ("change", BOTH),
            ("keep", POST),
            ("complete", POST),
            ("cancel", POST),
            ("claim", POST),
        )
    },
    **{
        f"claims:request_{name}": [
            on("asked_now", POST, "manager", "owner member admin finance"),
            on("asked_approved", POST, "manager", "owner member admin finance"),
        ]
        for name in ("take", "approve", "ask", "send_back", "decline", "accept_change", "refuse_change", "revoke")
    },
    # The vendor has one manager, who said yes first: Windfall's admin is the second person.
    "claims:request_approve_too": [on("asked_twice", POST, "admin", "owner member manager finance")],
    "claims:request_not_too": [on("asked_twice", POST, "admin", "owner member manager finance")],
    "claims:request_file": [on("asked_draft_file", GET, PARTNER), on("asked_file", GET, INVOLVED)],
    # sales targets and SPIFFs: an owner's, and of a member what is theirs (tests/plans)
    "plans:targets": [page(GET, "owner member stranger")],
    "plans:set_targets": [page(BOTH, "owner stranger")],
    "plans:sales_people": [page(BOTH, "owner stranger")],
    "plans:sales_person": [on("seller", GET, "owner")],
    "plans:change_sales_person": [on("seller", BOTH, "owner")],
    "plans:spiffs": [page(GET, "owner member stranger")],
    "plans:enter_spiff": [page(BOTH, "owner stranger")],
    "plans:spiffs_file": [page(BOTH, "owner stranger")],
    "plans:spiffs_template": [page(GET, "owner stranger")],
    "plans:spiff": [on("spiff", BOTH, "owner")],
    "plans:remove_spiff": [on("spiff", POST, "owner")],
    # results
    "claims:results": [page(GET, EVERYBODY)],
    "claims:results_of_claim": [on("draft", GET, PARTNER), on("submitted", GET, INVOLVED)],
    "claims:report_of_claim": [on("draft", BOTH, PARTNER), on("submitted", BOTH, PARTNER, "manager admin finance")],
    "claims:results_of_request": [on("told_request", GET, INVOLVED)],
    "claims:report_of_request": [on("told_request", BOTH, PARTNER, "manager admin finance")],
    "claims:changes": [page(GET, "admin")],
    "claims:record_of_claim": [on("draft", GET, PARTNER), on("submitted", GET, INVOLVED)],
    "claims:record_of_request": [on("told_request", GET, INVOLVED)],
    "claims:ask_packet": [on("draft", POST, PARTNER), on("submitted", POST, INVOLVED)],
    "claims:packet": [on("packet", GET, "owner")],
    "claims:packet_file": [on("packet", GET, "owner")],
    "claims:result_file": [on("result_file", GET, INVOLVED)],
    # payments
    "claims:payment": [on("payment", GET, INVOLVED)],
    "claims:hold": [on("payment", POST, "owner member manager finance", "admin")],
    "claims:lift": [on("hold", POST, PARTNER, "manager admin finance")],
    "claims:split": [on("approved", BOTH, "finance", "owner member manager admin")],
    "claims:settle": [on("sent_payment", POST, "finance", "owner member manager admin")],
    "claims:take_out": [on("batched_payment", POST, "finance", "owner member manager admin")],
    "claims:bank_file": [page(BOTH, "finance")],
    "claims:batches": [page(GET, "finance")],
    "claims:new_batch": [page(BOTH, "finance")],
    "claims:batch": [on("batch", GET, "finance")],
    "claims:send_batch": [on("batch", POST, "finance")],
    "claims:drop_batch": [on("batch", POST, "finance")],
    "claims:bank_order": [on("sent_batch", GET, "finance")],
    "claims:remittance": [on("sent_batch", GET, "finance owner member"), on("batch", GET, "finance")],
    "claims:short_pays": [page(GET, "finance")],
    "claims:pay_rest": [on("short_pay", POST, "finance", "owner member manager admin")],
    "claims:accept_short": [on("short_pay", POST, "owner", "member manager admin finance")],
    "claims:reversals": [page(GET, "finance")],
    "claims:reverse": [on("approved", BOTH, "finance", "owner member manager admin")],
    "claims:reversal": [on("reversal", GET, "finance", "owner member manager admin")],
    "claims:confirm_reversal": [on("reversal", POST, "finance", "owner member manager admin")],
    "claims:drop_reversal": [on("reversal", POST, "finance", "owner member manager admin")],
    "claims:new_details": [page(GET, "finance")],
    "claims:company_details": [on("company", BOTH, "finance", "owner member admin")],
    "claims:bank_details": [page(GET, "owner manager stranger rival")],
    "claims:change_details": [page(BOTH, "owner manager stranger rival")],
    # rates, and invoices that claims share
    "claims:rates": [page(GET, "admin finance")],
    "claims:rate_add": [page(BOTH, "finance")],
    "claims:rates_file": [page(BOTH, "finance")],
    "claims:rates_template": [page(GET, "finance")],
    "claims:rate": [on("rate", BOTH, "finance", "admin")],
    "claims:rate_remove": [on("rate", POST, "finance", "admin")],
    "claims:invoices": [page(GET, "owner member stranger")],
    "claims:invoice": [on("invoice", GET, PARTNER)],
    # what a partner means to do
    "plans:plan": [page(GET, "owner member stranger")],
    "plans:add_activity": [page(BOTH, "owner member stranger")],
    "plans:keep_new": [page(POST, "owner member stranger")],
    "plans:forget_new": [page(POST, "owner member stranger")],
    "plans:activity": [on("planned", GET, PARTNER)],
    "plans:edit_activity": [on("planned", BOTH, PARTNER)],
    **{
        f"plans:{name}": [on("planned", POST, PARTNER)]
        for name in ("keep", "forget", "move_activity", "drop_activity", "take_up", "only_think")
    },
    "plans:ask": [on("planned_funding", POST, PARTNER), on("kept_funding", POST, PARTNER)],
    "plans:claim": [on("planned_funding", POST, PARTNER), on("kept_funding", POST, PARTNER)],
    "plans:sheet": [on("planned_funding", GET, PARTNER), on("kept_funding", GET, PARTNER)],
    "plans:asked": [on("planned_funding", POST, PARTNER), on("kept_funding", POST, PARTNER)],
    "plans:answered": [on("planned_funding", POST, PARTNER), on("kept_funding", POST, PARTNER)],
    # reminders
    "reminders:inbox": [page(GET, EVERYBODY)],
    "reminders:calendar": [page(GET, EVERYBODY)],
    "reminders:hooks": [page(GET, "owner manager stranger rival")],
    "reminders:add_hook": [page(BOTH, "owner manager stranger rival")],
    "reminders:hook": [on("hook", GET, "owner")],
    **{f"reminders:{act}_hook": [on("hook", POST, "owner")] for act in ("change", "try", "start", "end")},
    "reminders:read_all": [page(POST, EVERYBODY)],
    "reminders:arrive": [on("reminder", GET, "owner member")],
    "reminders:read": [on("reminder", POST, "owner")],
    **{f"reminders:{act}": [on("reminder", POST, "owner")] for act in ("later", "take", "take_back")},
    "reminders:hand": [on("reminder", BOTH, "owner")],
    "reminders:preferences": [page(BOTH, EVERYBODY)],
    "reminders:wordings": [page(BOTH, "manager rival")],
    "reminders:timings": [page(BOTH, "owner manager admin stranger rival")],
    "reminders:away": [page(BOTH, "owner member manager admin finance stranger rival")],
    "reminders:back": [on("absence", POST, "owner")],
    "reminders:addresses": [page(GET, EVERYBODY)],
    "reminders:lift": [on("suppression", BOTH, "owner admin", "member")],
    "reminders:ask_to_confirm": [page(POST, EVERYBODY)],
    "reminders:post": [page(GET, "admin")],
    "reminders:try_again": [on("dead_mail", POST, "admin")],
}
# Keys to sign in with: allauth asks for the password first, so that others learn nothing, and shows them to their owner only.
KEYS = {"mfa_edit_webauthn", "mfa_remove_webauthn"}
# About oneself, for everybody who is signed in.
ABOUT_ONESELF = {
    "partners:switch",
    "reminders:calendar_address",
    "reminders:make_address",
    "reminders:set_alarm",
    "reminders:revoke_address",
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
}
# These end at the sign-in page: who signs out, and who holds a wrong passkey.
AT_SIGN_IN = {"account_logout", "mfa_reauthenticate_webauthn"}
# For everybody, signed in or not.
OPEN = {
    "partners:accept": ["no-such-token"],
    "reminders:feed": ["no-such-token"],
    "account_login": [],
    "account_inactive": [],
    "account_signup": [],
    "account_email_verification_sent": [],
    "account_confirm_login_code": [],
    "account_confirm_email": ["no-such-key"],
    "account_reset_password": [],
    "account_reset_password_done": [],
    "account_reset_password_from_key": ["1", "no-such-key"],
    "account_reset_password_from_key_done": [],
    "mfa_authenticate": [],
    "mfa_login_webauthn": [],
    "healthz": [],
    "reminders:stop": ["no-such-token"],
    "reminders:confirm": ["no-such-token"],
    "reminders:later_by_mail": ["no-such-token"],
    "reminders:take_by_mail": ["no-such-token"],
    "reminders:hand_by_mail": ["no-such-token"],
    "reminders:mail_told": ["no-such-service"],
}
# Others than our own pages post there: a signed link, or a secret, says who.
NO_FORM = {"reminders:stop", "reminders:mail_told"}
# What an address names beside its object; for an object that is none, anything.
MORE_ARGUMENTS: dict[str, Callable[[Any], list[int | str]]] = {
    "claims:remittance": lambda batch: [batch.payments.first().partner_id],
    "claims:preview": lambda proof: [1],
    "reminders:arrive": lambda reminder: [seal(reminder.pk)],
    # A fund's step of today is found by any of its rules.
    **{
        f"dashboards:{name}": lambda fund: ["safe_start"]
        for name in ("matter", "put_off", "hand_over", "take_on", "take_back")
    },
    "programs:edit_activity": lambda program: [program.terms.activities.first().pk],
    "programs:remove_activity": lambda program: [program.terms.activities.first().pk],
}


def names(resolver=None, space: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def app_of(name: str) -> str:
    """The app, or the part of the sign-in, that the address belongs to."""
    return name.partition(":")[0] if ":" in name else name.partition("_")[0]


# A test for each, so that the workers share them.
APPS = sorted({app_of(name) for name in TABLE})


def rows(app: str) -> list[tuple[str, Row]]:
    return [(name, row) for name, rows in TABLE.items() for row in rows if app_of(name) == app]


def test_every_address_is_in_the_table():
    assert set(names()) == set(TABLE) | ABOUT_ONESELF | KEYS | set(OPEN)


def test_no_view_goes_without_the_forms_token():
    def views(resolver, space=""):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
            else:
                yield f"{space}{pattern.name}", pattern.callback

    found = {name for name, view in views(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert found == NO_FORM


def address_of(name: str, thing=None) -> str:
    more = MORE_ARGUMENTS.get(name)
    extra = [] if more is None else [1] if isinstance(thing, SimpleNamespace) else more(thing)
    return reverse(name, args=[*([thing.pk] if thing is not None else []), *extra])


def answer(response) -> int | str:
    """In the words of the table."""
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "sign in"
    return "allowed" if response.status_code in (200, 204, 302, 400, 409) else response.status_code


@pytest.fixture
def _plain_refusals(monkeypatch):
    """Most answers here are refusals, and their page is most of their cost: `test_a_refusal_is_a_page` looks at it."""
    for status in (403, 404):
        plain = partial(HttpResponse, status=status)
        monkeypatch.setattr(
            config.urls, f"handler{status}", lambda request, exception, plain=plain: plain(), raising=False
        )


@pytest.mark.usefixtures("_plain_refusals")
@pytest.mark.parametrize("app", APPS)
def test_who_may(both, app):
    wrong = []
    for name, row in rows(app):
        for side in ("ours", "theirs") if row.object else ("ours",):
            address = address_of(name, getattr(getattr(both, side), row.object) if row.object else None)
            for method in ("GET", "POST"):
                for person in ROLES if side == "ours" else MIRROR:
                    stands = person if side == "ours" else MIRROR[person]
                    got, expected = answer(asked(both.clients[person], method, address)), row.expects(stands, method)
                    if got != expected:
                        wrong.append(f"{person} {method} {side} {row.object}: {got}, not {expected}")
                if answer(asked(Client(), method, address)) != "sign in":
                    wrong.append(f"signed out {method} {side} {row.object}: not sent to sign in")
    assert wrong == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refusal_is_a_page(both, method):
    """Whoever is refused reads why, in the frame of their own role."""
    for person, client in both.clients.items():
        seen = {}
        for name, row in ((name, row) for name, rows in TABLE.items() for row in rows):
            status = row.expects(person, method)
            if status in (403, 404) and status not in seen:
                address = address_of(name, getattr(both.ours, row.object) if row.object else None)
                seen[status] = asked(client, method, address)
                assert seen[status].status_code == status, f"{person} {method} {address}"
        words = {403: "You may not do this", 404: "There is nothing here for you"}
        assert {status: words[status] in page.text for status, page in seen.items()} == {403: True, 404: True}, person


def test_about_oneself(both):
    for name, method in product(sorted(ABOUT_ONESELF), ("GET", "POST")):
        assert answer(asked(Client(), method, reverse(name))) == "sign in", name
        for client in both.clients.values():
            got = answer(asked(client, method, reverse(name)))
            # 403, 404: what one has not set up; 405: a page to look at.
            assert got in ("allowed", 403, 404, 405) or (name in AT_SIGN_IN and got == "sign in"), name


def test_a_key_is_its_owners(both):
    for name, key, method in product(sorted(KEYS), (both.ours.passkey.pk, 0, 2**63), ("GET", "POST")):
        address = reverse(name, args=[key])
        assert answer(asked(Client(), method, address)) == "sign in"
        for person, client in both.clients.items():
            if person != "owner":
                assert asked(client, method, address).status_code in (302, 404), address
        assert Authenticator.objects.filter(pk=both.ours.passkey.pk).exists()


def test_open_to_everybody(both):
    for name, method in product(sorted(OPEN), ("GET", "POST")):
        for client in (Client(), *both.clients.values()):
            response = asked(client, method, reverse(name, args=OPEN[name]))
            assert response.status_code < 500 or name == "healthz"
            assert answer(response) != 403, name


@pytest.mark.usefixtures("_plain_refusals")
@pytest.mark.parametrize("app", APPS)
def test_an_id_that_is_none_is_not_found(both, app):
    """Each such id by each method, and by everybody who may: in turn."""
    found, none = [], (0, 2**31, 2**63, 10**30)
    for name, row in rows(app):
        people = row.may.split() if row.object else []
        for method in row.methods.split():
            for person, pk in in_turn(people, none):
                address = address_of(name, SimpleNamespace(pk=pk))
                status = asked(both.clients[person], method, address).status_code
                found += [f"{person} {method} {address}: {status}"] if status != 404 else []
    assert found == []
