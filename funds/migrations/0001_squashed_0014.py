"""All that the migrations of funds made until here, so that a new database is there in seconds; one that has those runs none of it."""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import partners.triggers


class Migration(migrations.Migration):
    replaces = [
        ("funds", "0001_initial"),
        ("funds", "0002_initial"),
        ("funds", "0003_asks"),
        ("funds", "0004_aging"),
        ("funds", "0005_sales"),
        ("funds", "0006_joining"),
        ("funds", "0007_years"),
        ("funds", "0008_private_vendors"),
        ("funds", "0009_change_years"),
        ("funds", "0010_single_sales"),
        ("funds", "0011_requests_hold_money"),
        ("funds", "0012_day_of_grant"),
        ("funds", "0013_uploaded_statements"),
        ("funds", "0014_found_by_their_days"),
    ]

    initial = True

    dependencies = [
        ("partners", "0001_squashed_0004"),
        ("programs", "0001_squashed_0008"),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("funded", models.BigIntegerField(default=0, editable=False)),
                ("unallocated", models.BigIntegerField(default=0, editable=False)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="budgets", to="programs.program"
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "reference",
                    models.CharField(
                        help_text="The vendor's own name for this grant; unique in its budget.", max_length=60
                    ),
                ),
                ("available", models.BigIntegerField(default=0, editable=False)),
                ("reserved", models.BigIntegerField(default=0, editable=False)),
                ("claimed", models.BigIntegerField(default=0, editable=False)),
                ("approved", models.BigIntegerField(default=0, editable=False)),
                ("paid", models.BigIntegerField(default=0, editable=False)),
                ("lapsed", models.BigIntegerField(default=0, editable=False)),
                ("expires_on", models.DateField(help_text="The last day on which the activity may run.")),
                (
                    "granted_until",
                    models.DateField(
                        editable=False, help_text="What `expires_on` was at first: extensions count from it."
                    ),
                ),
                ("claim_by", models.DateField(help_text="The last day on which a claim may be filed.")),
                (
                    "earned_until",
                    models.DateField(
                        editable=False,
                        help_text="The end of the period in which it was earned: its months count from there.",
                        null=True,
                    ),
                ),
                (
                    "stated_on",
                    models.DateField(
                        editable=False,
                        help_text="The day of the statement that its balances were last typed from.",
                        null=True,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "offered_terms",
                    models.ForeignKey(
                        help_text="A newer version that the partner may accept.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.terms",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="partners.partner"
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        help_text="The version that its claims are judged by.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="programs.terms",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="funds.budget"
                    ),
                ),
            ],
            options={
                "ordering": ["expires_on", "id"],
                "indexes": [
                    models.Index(fields=["partner", "expires_on"], name="allocation_of_partner"),
                    models.Index(
                        condition=models.Q(("available__gt", 0), ("reserved__gt", 0), _connector="OR"),
                        fields=["claim_by"],
                        name="allocation_unclaimed_by_claim",
                    ),
                    models.Index(
                        condition=models.Q(("available__gt", 0)),
                        fields=["expires_on"],
                        name="allocation_unused_by_expiry",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        django.db.models.functions.comparison.Cast(
                            models.Func(
                                models.F("created_at"),
                                output_field=models.DateTimeField(),
                                template="(%(expressions)s AT TIME ZONE 'UTC')",
                            ),
                            models.DateField(),
                        ),
                        autosummarize=True,
                        name="allocation_by_day_of_grant",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("budget", "reference"), name="one_allocation_of_a_reference"),
                    models.CheckConstraint(
                        condition=models.Q(("claim_by__gte", models.F("expires_on"))), name="claim_by_after_expiry"
                    ),
                    models.CheckConstraint(condition=models.Q(("available__gte", 0)), name="available_not_negative"),
                    models.CheckConstraint(condition=models.Q(("reserved__gte", 0)), name="reserved_not_negative"),
                    models.CheckConstraint(condition=models.Q(("claimed__gte", 0)), name="claimed_not_negative"),
                    models.CheckConstraint(condition=models.Q(("approved__gte", 0)), name="approved_not_negative"),
                    models.CheckConstraint(condition=models.Q(("paid__gte", 0)), name="paid_not_negative"),
                    models.CheckConstraint(condition=models.Q(("lapsed__gte", 0)), name="lapsed_not_negative"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="kept_for_its_keeper",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (\n            SELECT FROM funds_budget b JOIN programs_program p ON p.id = b.program_id\n              JOIN partners_company v ON v.id = p.vendor_id\n             WHERE b.id = NEW.budget_id AND v.kept_by_id <> NEW.partner_id\n        ) THEN\n            RAISE EXCEPTION 'only the partner that records this vendor has funds of it' USING ERRCODE = 'WF031';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="bc413d145197b6409fd73e954d12143172f76be1",
                            operation="INSERT",
                            pgid="pgtrigger_kept_for_its_keeper_4805d",
                            table="funds_allocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="starts_empty",
                        sql=partners.triggers.FirmSql(
                            func="IF NEW.available <> 0 OR NEW.reserved <> 0 OR NEW.claimed <> 0 OR NEW.approved <> 0 OR NEW.paid <> 0 OR NEW.lapsed <> 0 THEN RAISE EXCEPTION 'a balance changes only by a movement' USING ERRCODE = 'WF003'; END IF; RETURN NEW;",
                            hash="e2673cc6790478ba16225c8e132a2b8bf89a4a39",
                            operation="INSERT",
                            pgid="pgtrigger_starts_empty_5aceb",
                            table="funds_allocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="balance_by_ledger_only",
                        sql=partners.triggers.FirmSql(
                            func="\n                -- Depth 1 is a statement of somebody's own; the movement's trigger updates from depth 2.\n                IF (pg_trigger_depth() < 2 AND (NEW.available <> OLD.available OR NEW.reserved <> OLD.reserved OR NEW.claimed <> OLD.claimed OR NEW.approved <> OLD.approved OR NEW.paid <> OLD.paid OR NEW.lapsed <> OLD.lapsed)) OR NEW.budget_id IS DISTINCT FROM OLD.budget_id OR NEW.partner_id IS DISTINCT FROM OLD.partner_id OR NEW.granted_until IS DISTINCT FROM OLD.granted_until OR NEW.earned_until IS DISTINCT FROM OLD.earned_until THEN RAISE EXCEPTION 'a balance changes only by a movement' USING ERRCODE = 'WF003'; END IF;\n                RETURN NEW;\n            ",
                            hash="f990914b841d02eb7ed9775d86b29945fb9e383a",
                            operation="UPDATE",
                            pgid="pgtrigger_balance_by_ledger_only_95ebd",
                            table="funds_allocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="under_published_terms",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF (SELECT count(*) FROM programs_terms t JOIN funds_budget b ON b.program_id = t.program_id\n             WHERE b.id = NEW.budget_id AND t.published_at IS NOT NULL AND t.id IN (NEW.terms_id, NEW.offered_terms_id))\n           <> (CASE WHEN NEW.offered_terms_id IS NULL OR NEW.offered_terms_id = NEW.terms_id THEN 1 ELSE 2 END) THEN\n            RAISE EXCEPTION 'these terms are of another program, or not published' USING ERRCODE = 'WF006';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="dc25c15eea3e10d2430005738f1f808d03e4bc65",
                            operation='INSERT OR UPDATE OF "terms_id", "offered_terms_id"',
                            pgid="pgtrigger_under_published_terms_4f897",
                            table="funds_allocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_its_extension",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF NEW.expires_on > NEW.granted_until + (SELECT extension_days FROM programs_terms WHERE id = NEW.terms_id)\n           AND NOT EXISTS (\n               SELECT FROM funds_budget b JOIN programs_program p ON p.id = b.program_id\n                 JOIN partners_company v ON v.id = p.vendor_id\n                WHERE b.id = NEW.budget_id AND v.kept_by_id IS NOT NULL\n           ) THEN\n            RAISE EXCEPTION 'the terms do not allow so long an extension' USING ERRCODE = 'WF007';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="1c174e5fa51ace534d78127dea976900a04db0b0",
                            operation='INSERT OR UPDATE OF "expires_on"',
                            pgid="pgtrigger_within_its_extension_b2236",
                            table="funds_allocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_its_terms",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF NEW.granted_until > (\n            SELECT least(\n                CASE WHEN NEW.earned_until IS NULL\n                    THEN ((NEW.created_at AT TIME ZONE p.time_zone)::date + make_interval(months => t.aging_months))::date\n                    -- Earned money counts from the end of its period, whenever it is granted.\n                    ELSE (NEW.earned_until + 1 + make_interval(months => t.aging_months))::date - 1 END,\n                CASE WHEN t.forfeits_at_period_end THEN b.ends_on END)\n              FROM programs_terms t, funds_budget b JOIN programs_program p ON p.id = b.program_id\n             WHERE t.id = NEW.terms_id AND b.id = NEW.budget_id\n        ) OR (NEW.earned_until IS NOT NULL\n              AND NOT EXISTS (SELECT FROM programs_terms t WHERE t.id = NEW.terms_id AND t.accrual_percent IS NOT NULL)) THEN\n            RAISE EXCEPTION 'the terms do not let this money be used for so long' USING ERRCODE = 'WF009';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="8addee1882d01e526b1518a6ba10e9f20a76e003",
                            operation="INSERT",
                            pgid="pgtrigger_within_its_terms_076ea",
                            table="funds_allocation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keeps_what_requests_hold",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.reserved < OLD.reserved)",
                            func="\n        -- Below zero is the CHECK's to refuse.\n        IF greatest(NEW.reserved, 0) < (SELECT sum(reserved) FROM claims_fundrequest WHERE allocation_id = NEW.id) THEN\n            RAISE EXCEPTION 'approved requests hold this money' USING ERRCODE = 'WF060';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="a6b0b094238d53eff8ecea1d0dfda8af34ef7e9e",
                            operation='UPDATE OF "reserved"',
                            pgid="pgtrigger_keeps_what_requests_hold_f5a39",
                            table="funds_allocation",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtensionRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waits for the vendor"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "reason_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_money", "There is not enough money"),
                            ("too_late", "It would not work in time"),
                            ("not_covered", "The program does not cover this"),
                            ("unclear", "The plan is not clear enough"),
                            ("planned", "The money is meant for others by then"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("until", models.DateField(verbose_name="asked until")),
                ("why", models.TextField()),
                ("granted", models.DateField(null=True, verbose_name="granted until")),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extension_requests",
                        to="funds.allocation",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [models.Index(fields=["partner", "-asked_at"], name="request_of_partner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "granted", "declined", "withdrawn"])),
                        name="extensionrequest_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="extensionrequest_answered_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(
                                (
                                    "reason_code__in",
                                    ["no_money", "too_late", "not_covered", "unclear", "planned", "other"],
                                ),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="extensionrequest_declined_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("allocation",), name="one_open_request_a_fund"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("granted__isnull", False), ("status", "granted")),
                            models.Q(models.Q(("status", "granted"), _negated=True), ("granted", None)),
                            _connector="OR",
                        ),
                        name="granted_until_a_day",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'open')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="6975f3bb756df3060f01b645591bf666d1e5f87e",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_7c922",
                            table="funds_extensionrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:granted,open:declined,open:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="5564b78cee9d1c208ccf1035dfc36ebdbe8a0928",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_4d069",
                            table="funds_extensionrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="what_was_said_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN ((ROW(OLD.partner_id, OLD.asked_by_id, OLD.asked_at, OLD.allocation_id, OLD.until, OLD.why) IS DISTINCT FROM ROW(NEW.partner_id, NEW.asked_by_id, NEW.asked_at, NEW.allocation_id, NEW.until, NEW.why)) OR (OLD.status = NEW.status AND OLD.status <> 'open' AND ROW(OLD.decided_by_id, OLD.decided_at, OLD.reason_code, OLD.answer, OLD.granted) IS DISTINCT FROM ROW(NEW.decided_by_id, NEW.decided_at, NEW.reason_code, NEW.answer, NEW.granted)))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="e22d49b3420339484e607a5831a68076cd0a4c41",
                            operation="UPDATE",
                            pgid="pgtrigger_what_was_said_stays_a5649",
                            table="funds_extensionrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="asked_for_its_own_fund",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF NEW.partner_id <> (SELECT partner_id FROM funds_allocation WHERE id = NEW.allocation_id) THEN\n            RAISE EXCEPTION 'the fund belongs to another partner' USING ERRCODE = 'WF008';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="75c9ef300f3350adee8fc7a96dcba24c97d80148",
                            operation="INSERT",
                            pgid="pgtrigger_asked_for_its_own_fund_fdfbf",
                            table="funds_extensionrequest",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("fund", "Budget funded"),
                            ("defund", "Taken out of the budget"),
                            ("allocate", "Granted"),
                            ("withdraw", "Withdrawn by the vendor"),
                            ("reserve", "Pre-approved"),
                            ("release", "Pre-approval released"),
                            ("claim", "Claim filed"),
                            ("return", "Claim returned"),
                            ("approve", "Approved"),
                            ("unapprove", "Approval undone"),
                            ("pay", "Paid"),
                            ("reverse", "Payment reversed"),
                            ("expire", "Lapsed"),
                            ("extend", "Extended"),
                            ("reoffer", "Taken back for others"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("outside", "Outside"),
                            ("unallocated", "Unallocated"),
                            ("available", "Available"),
                            ("reserved", "Reserved"),
                            ("claimed", "Claimed"),
                            ("approved", "Approved"),
                            ("paid", "Paid"),
                            ("lapsed", "Lapsed"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("outside", "Outside"),
                            ("unallocated", "Unallocated"),
                            ("available", "Available"),
                            ("reserved", "Reserved"),
                            ("claimed", "Claimed"),
                            ("approved", "Approved"),
                            ("paid", "Paid"),
                            ("lapsed", "Lapsed"),
                        ],
                        max_length=11,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("posted_at", models.DateTimeField()),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "actor",
                    models.ForeignKey(
                        help_text="None: Windfall.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "allocation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="funds.allocation",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="funds.budget"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["allocation", "posted_at", "id"], name="movement_of_allocation"),
                    models.Index(fields=["budget", "posted_at", "id"], name="movement_of_budget"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="amount_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("act", "fund"),
                                ("allocation__isnull", True),
                                ("source", "outside"),
                                ("target", "unallocated"),
                            ),
                            models.Q(
                                ("act", "defund"),
                                ("allocation__isnull", True),
                                ("source", "unallocated"),
                                ("target", "outside"),
                            ),
                            models.Q(
                                ("act", "allocate"),
                                ("allocation__isnull", False),
                                ("source", "unallocated"),
                                ("target", "available"),
                            ),
                            models.Q(
                                ("act", "withdraw"),
                                ("allocation__isnull", False),
                                ("source", "available"),
                                ("target", "unallocated"),
                            ),
                            models.Q(
                                ("act", "reserve"),
                                ("allocation__isnull", False),
                                ("source", "available"),
                                ("target", "reserved"),
                            ),
                            models.Q(
                                ("act", "release"),
                                ("allocation__isnull", False),
                                ("source", "reserved"),
                                ("target", "available"),
                            ),
                            models.Q(
                                ("act", "claim"),
                                ("allocation__isnull", False),
                                ("source", "available"),
                                ("target", "claimed"),
                            ),
                            models.Q(
                                ("act", "claim"),
                                ("allocation__isnull", False),
                                ("source", "reserved"),
                                ("target", "claimed"),
                            ),
                            models.Q(
                                ("act", "return"),
                                ("allocation__isnull", False),
                                ("source", "claimed"),
                                ("target", "available"),
                            ),
                            models.Q(
                                ("act", "return"),
                                ("allocation__isnull", False),
                                ("source", "claimed"),
                                ("target", "reserved"),
                            ),
                            models.Q(
                                ("act", "approve"),
                                ("allocation__isnull", False),
                                ("source", "claimed"),
                                ("target", "approved"),
                            ),
                            models.Q(
                                ("act", "unapprove"),
                                ("allocation__isnull", False),
                                ("source", "approved"),
                                ("target", "claimed"),
                            ),
                            models.Q(
                                ("act", "pay"),
                                ("allocation__isnull", False),
                                ("source", "approved"),
                                ("target", "paid"),
                            ),
                            models.Q(
                                ("act", "reverse"),
                                ("allocation__isnull", False),
                                ("source", "paid"),
                                ("target", "available"),
                            ),
                            models.Q(
                                ("act", "reverse"),
                                ("allocation__isnull", False),
                                ("source", "paid"),
                                ("target", "unallocated"),
                            ),
                            models.Q(
                                ("act", "expire"),
                                ("allocation__isnull", False),
                                ("source", "available"),
                                ("target", "lapsed"),
                            ),
                            models.Q(
                                ("act", "expire"),
                                ("allocation__isnull", False),
                                ("source", "reserved"),
                                ("target", "lapsed"),
                            ),
                            models.Q(
                                ("act", "extend"),
                                ("allocation__isnull", False),
                                ("source", "lapsed"),
                                ("target", "available"),
                            ),
                            models.Q(
                                ("act", "reoffer"),
                                ("allocation__isnull", False),
                                ("source", "lapsed"),
                                ("target", "unallocated"),
                            ),
                            _connector="OR",
                        ),
                        name="legal_movement",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="post",
                        sql=partners.triggers.FirmSql(
                            func="\n    PERFORM FROM funds_allocation WHERE id IN (SELECT allocation_id FROM posted) ORDER BY id FOR NO KEY UPDATE;\n    PERFORM FROM funds_budget\n      WHERE id IN (SELECT budget_id FROM posted WHERE 'unallocated' IN (source, target)) ORDER BY id FOR NO KEY UPDATE;\n    -- Closing a period locks its budget FOR UPDATE, which waits for these and holds them off; they do not wait for each other.\n    PERFORM FROM funds_budget WHERE id IN (SELECT budget_id FROM posted) ORDER BY id FOR KEY SHARE;\n\n    IF EXISTS (SELECT FROM posted p JOIN funds_allocation a ON a.id = p.allocation_id WHERE a.budget_id <> p.budget_id) THEN\n        RAISE EXCEPTION 'the allocation belongs to another budget' USING ERRCODE = 'WF002';\n    END IF;\n    IF EXISTS (SELECT FROM posted p JOIN funds_budget b ON b.id = p.budget_id WHERE b.closed_at IS NOT NULL) THEN\n        RAISE EXCEPTION 'the period of this budget is closed' USING ERRCODE = 'WF001';\n    END IF;\n\n    UPDATE funds_allocation a SET available = a.available + d.available, reserved = a.reserved + d.reserved, claimed = a.claimed + d.claimed, approved = a.approved + d.approved, paid = a.paid + d.paid, lapsed = a.lapsed + d.lapsed\n      FROM (SELECT allocation_id, (sum(CASE WHEN target = 'available' THEN amount ELSE 0 END) - sum(CASE WHEN source = 'available' THEN amount ELSE 0 END))::bigint AS available, (sum(CASE WHEN target = 'reserved' THEN amount ELSE 0 END) - sum(CASE WHEN source = 'reserved' THEN amount ELSE 0 END))::bigint AS reserved, (sum(CASE WHEN target = 'claimed' THEN amount ELSE 0 END) - sum(CASE WHEN source = 'claimed' THEN amount ELSE 0 END))::bigint AS claimed, (sum(CASE WHEN target = 'approved' THEN amount ELSE 0 END) - sum(CASE WHEN source = 'approved' THEN amount ELSE 0 END))::bigint AS approved, (sum(CASE WHEN target = 'paid' THEN amount ELSE 0 END) - sum(CASE WHEN source = 'paid' THEN amount ELSE 0 END))::bigint AS paid, (sum(CASE WHEN target = 'lapsed' THEN amount ELSE 0 END) - sum(CASE WHEN source = 'lapsed' THEN amount ELSE 0 END))::bigint AS lapsed FROM posted WHERE allocation_id IS NOT NULL GROUP BY allocation_id) d\n      WHERE a.id = d.allocation_id;\n    UPDATE funds_budget b SET funded = b.funded + d.funded, unallocated = b.unallocated + d.unallocated\n      FROM (SELECT budget_id,\n              (sum(CASE WHEN source = 'outside' THEN amount WHEN target = 'outside' THEN -amount ELSE 0 END))::bigint AS funded,\n              (sum(CASE WHEN target = 'unallocated' THEN amount ELSE 0 END)\n               - sum(CASE WHEN source = 'unallocated' THEN amount ELSE 0 END))::bigint AS unallocated\n            FROM posted WHERE 'unallocated' IN (source, target) GROUP BY budget_id) d\n      WHERE b.id = d.budget_id;\n\n    -- What a year's budgets hold together; its CHECK refuses more than the year has. Money inside a budget concerns no year.\n    IF EXISTS (SELECT FROM posted WHERE 'outside' IN (source, target)) THEN\n        PERFORM FROM funds_year\n          WHERE id IN (SELECT b.year_id FROM posted p JOIN funds_budget b ON b.id = p.budget_id) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE funds_year y SET held = y.held + d.held\n          FROM (SELECT b.year_id,\n                  (sum(CASE WHEN p.source = 'outside' THEN p.amount WHEN p.target = 'outside' THEN -p.amount ELSE 0 END))::bigint\n                    AS held\n                FROM posted p JOIN funds_budget b ON b.id = p.budget_id GROUP BY b.year_id) d\n          WHERE y.id = d.year_id;\n    END IF;\n    RETURN NULL;\n",
                            hash="ec44180b0a760531476d8867ea57785e45ea7b84",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_post_50cca",
                            referencing="REFERENCING NEW TABLE AS posted ",
                            table="funds_movement",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="5c02e8ad53b281a9bad1ec6910084027ab60326e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_74fbd",
                            table="funds_movement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="8ab46024f1c6c91bd6bccbe38eec5cffe2839f07",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_0b6c8",
                            table="funds_movement",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waits for the vendor"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "reason_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_money", "There is not enough money"),
                            ("too_late", "It would not work in time"),
                            ("not_covered", "The program does not cover this"),
                            ("unclear", "The plan is not clear enough"),
                            ("planned", "The money is meant for others by then"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("title", models.CharField(max_length=120, verbose_name="what you plan")),
                ("purpose", models.TextField(max_length=2000, verbose_name="what it is for")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("amount", models.BigIntegerField(verbose_name="amount you need")),
                ("leads", models.PositiveIntegerField(blank=True, null=True, verbose_name="leads you expect")),
                ("pipeline", models.BigIntegerField(blank=True, null=True, verbose_name="pipeline you expect")),
                (
                    "allocation",
                    models.OneToOneField(
                        help_text="The fund that granted it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="funds.allocation",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="programs.program"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [
                    models.Index(fields=["partner", "-asked_at"], name="proposal_of_partner"),
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["program", "starts_on"], name="proposal_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "granted", "declined", "withdrawn"])),
                        name="proposal_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_answered_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(
                                (
                                    "reason_code__in",
                                    ["no_money", "too_late", "not_covered", "unclear", "planned", "other"],
                                ),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_declined_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="proposal_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="proposal_amount_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pipeline__gte", 0), ("pipeline__lte", 100000000000000)),
                        name="proposal_pipeline_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("allocation__isnull", False), ("status", "granted")),
                            models.Q(models.Q(("status", "granted"), _negated=True), ("allocation", None)),
                            _connector="OR",
                        ),
                        name="granted_with_a_fund",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'open')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="a4f6ed1c33a50b9c89f15be1ba2d5bf22e43caf6",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_3743b",
                            table="funds_proposal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:granted,open:declined,open:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="b3ebb67f31392d31a2a19206bae56df9e6924973",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_4e5b4",
                            table="funds_proposal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="what_was_said_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN ((ROW(OLD.partner_id, OLD.asked_by_id, OLD.asked_at, OLD.program_id, OLD.title, OLD.purpose, OLD.starts_on, OLD.ends_on, OLD.amount, OLD.leads, OLD.pipeline) IS DISTINCT FROM ROW(NEW.partner_id, NEW.asked_by_id, NEW.asked_at, NEW.program_id, NEW.title, NEW.purpose, NEW.starts_on, NEW.ends_on, NEW.amount, NEW.leads, NEW.pipeline)) OR (OLD.status = NEW.status AND OLD.status <> 'open' AND ROW(OLD.decided_by_id, OLD.decided_at, OLD.reason_code, OLD.answer, OLD.allocation_id) IS DISTINCT FROM ROW(NEW.decided_by_id, NEW.decided_at, NEW.reason_code, NEW.answer, NEW.allocation_id)))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="c768a6abc087f5cc6981ee744b30cb04e69f768f",
                            operation="UPDATE",
                            pgid="pgtrigger_what_was_said_stays_9a90b",
                            table="funds_proposal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="granted_by_its_own_fund",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.allocation_id IS NOT NULL)",
                            func="\n        IF NOT EXISTS (SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id\n             WHERE a.id = NEW.allocation_id AND a.partner_id = NEW.partner_id AND b.program_id = NEW.program_id) THEN\n            RAISE EXCEPTION 'the fund is of another partner or program' USING ERRCODE = 'WF008';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="7ec93f1a72e0b8a0d17861ec2f1d8c46aa5f8557",
                            operation='INSERT OR UPDATE OF "allocation_id"',
                            pgid="pgtrigger_granted_by_its_own_fund_67147",
                            table="funds_proposal",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SalesUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="sales")),
                (
                    "name",
                    models.CharField(help_text="As the user called it, cleaned.", max_length=160, verbose_name="file"),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("reading", "Being read"),
                            ("checked", "Ready to post"),
                            ("wrong", "Needs correction"),
                            ("posting", "Being posted"),
                            ("posted", "Posted"),
                            ("refused", "Cannot be read"),
                            ("dropped", "Dropped"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="How often its work was begun since it last stood still."
                    ),
                ),
                ("lines", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0, help_text="Lines with something to correct.")),
                ("standing", models.PositiveIntegerField(default=0, help_text="Lines that were posted before.")),
                (
                    "unknown",
                    models.JSONField(default=list, help_text="Partners that nobody knows: the name and its lines."),
                ),
                ("sold", models.BigIntegerField(default=0, help_text="Of the lines that were not posted before.")),
                ("owed", models.BigIntegerField(default=0, help_text="What its partners owe afterwards.")),
                ("message", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                ("posted_at", models.DateTimeField(null=True)),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sales_uploads", to="funds.budget"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["budget", "-created_at"], name="upload_of_budget"),
                    models.Index(
                        condition=models.Q(("status__in", ["received", "reading", "posting"])),
                        fields=["id"],
                        name="upload_busy",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["received", "reading", "checked", "wrong", "posting", "posted", "refused", "dropped"],
                            )
                        ),
                        name="upload_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["posting", "posted"]), _negated=True),
                            models.Q(("posted_by__isnull", False), ("wrong", 0)),
                            _connector="OR",
                        ),
                        name="posted_without_faults",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("posted_at__isnull", False), ("status", "posted")),
                            models.Q(models.Q(("status", "posted"), _negated=True), ("posted_at", None)),
                            _connector="OR",
                        ),
                        name="posted_at_a_moment",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'received')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="4535e8764ad915c94cda3c4e0aa3d757c41613f2",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_dbe3d",
                            table="funds_salesupload",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{received:reading,reading:checked,reading:wrong,reading:refused,checked:posting,posting:posted,posting:checked,posting:received,checked:received,wrong:received,checked:dropped,wrong:dropped,refused:dropped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="b21a2e348efaef5ac3442b8cb6037105cac7af42",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_5c44a",
                            table="funds_salesupload",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="what_was_sent_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.budget_id, OLD.name, OLD.size, OLD.sha256, OLD.by_id, OLD.created_at) IS DISTINCT FROM ROW(NEW.budget_id, NEW.name, NEW.size, NEW.sha256, NEW.by_id, NEW.created_at))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1d175995557031ba02614e4bb31babf7e6362c69",
                            operation="UPDATE",
                            pgid="pgtrigger_what_was_sent_stays_7007d",
                            table="funds_salesupload",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="22aebd8a3bf84757f60a73f374898557ee871caa",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_17dd6",
                            table="funds_salesupload",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SalesFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=20)),
                ("text", models.CharField(blank=True, max_length=100)),
                ("words", models.TextField()),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="faults", to="funds.salesupload"
                    ),
                ),
            ],
            options={
                "ordering": ["line", "id"],
            },
        ),
        migrations.CreateModel(
            name="SalesEffect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("sold", models.BigIntegerField(default=0)),
                ("earned", models.BigIntegerField(default=0)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("added", models.BigIntegerField(default=0)),
                ("moved", models.BigIntegerField(default=0)),
                ("late", models.BigIntegerField(default=0)),
                (
                    "owed",
                    models.BigIntegerField(
                        default=0, help_text="What the partner owes in all afterwards; the same in each of its rows."
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        help_text="By whose rate and cap it earns.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.terms",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="effects", to="funds.salesupload"
                    ),
                ),
            ],
            options={
                "ordering": ["partner__name", "starts_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "partner", "starts_on"), name="one_effect_a_period")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sale",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "program_id", "reference", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=60)),
                ("sold_on", models.DateField()),
                ("amount", models.BigIntegerField()),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales",
                        to="funds.salesupload",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["program", "-sold_on"], name="sale_of_program"),
                    models.Index(fields=["partner", "-sold_on"], name="sale_of_partner"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["upload"], name="sale_of_upload"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", -100000000000000), ("amount__lte", 100000000000000)),
                        name="sale_amount_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="sale_has_reference"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="sold_by_upload",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (\n            SELECT FROM (SELECT DISTINCT upload_id, program_id FROM sold) s\n              LEFT JOIN funds_salesupload u ON u.id = s.upload_id AND u.status = 'posting'\n              LEFT JOIN funds_budget b ON b.id = u.budget_id AND b.program_id = s.program_id\n             WHERE b.id IS NULL\n        ) OR EXISTS (\n            SELECT FROM (SELECT DISTINCT partner_id FROM sold) s\n              LEFT JOIN partners_company c ON c.id = s.partner_id AND c.kind = 'partner'\n             WHERE c.id IS NULL\n        ) THEN\n            RAISE EXCEPTION 'sales are posted by an upload to its own program, and are of partners' USING ERRCODE = 'WF015';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="d11977712069b3af0184cc8ae18c6add61c3ea24",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_sold_by_upload_e6678",
                            referencing="REFERENCING NEW TABLE AS sold ",
                            table="funds_sale",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="96d97f04b8f420059578c961ecd2b08d35a90e3e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_850fa",
                            table="funds_sale",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="ec0982ea61b3f16ae5a16a0025169c380baac61f",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_65dcd",
                            table="funds_sale",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StartingPlan",
            fields=[
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="starting_plan",
                        serialize=False,
                        to="programs.program",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name of the fund")),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(36),
                        ],
                        verbose_name="usable for, months",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funds.budget"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("months__isnull", True), models.Q(("months__gte", 1), ("months__lte", 36)), _connector="OR"
                        ),
                        name="months_range",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="budget_of_its_program",
                        sql=partners.triggers.FirmSql(
                            func="IF NOT (EXISTS (SELECT FROM funds_budget WHERE id = NEW.budget_id AND program_id = NEW.program_id)) THEN RAISE EXCEPTION 'this budget is of another program' USING ERRCODE = 'WF042'; END IF; RETURN NEW;",
                            hash="1c7da22dd1c6c9677488a4817b4d5eceb21c9233",
                            operation='INSERT OR UPDATE OF "budget_id", "program_id"',
                            pgid="pgtrigger_budget_of_its_program_10831",
                            table="funds_startingplan",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StartingAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                (
                    "tier",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programs.tier"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="amounts", to="funds.startingplan"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "tier"), name="one_amount_of_a_tier", nulls_distinct=False),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="starting_amount_range",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="amount_of_its_tiers",
                        sql=partners.triggers.FirmSql(
                            func="IF NOT (NEW.tier_id IS NULL OR EXISTS (SELECT FROM programs_tier t JOIN programs_program p ON p.vendor_id = t.vendor_id WHERE t.id = NEW.tier_id AND p.id = NEW.plan_id)) THEN RAISE EXCEPTION 'this tier is of another vendor' USING ERRCODE = 'WF043'; END IF; RETURN NEW;",
                            hash="3e37ce0b660b4f3743dfdc8411827d3225da02c8",
                            operation='INSERT OR UPDATE OF "tier_id", "plan_id"',
                            pgid="pgtrigger_amount_of_its_tiers_d7ab5",
                            table="funds_startingamount",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StartingShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "allocation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="starting_share",
                        to="funds.allocation",
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="starting_share",
                        to="programs.enrolment",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("allocation__isnull", True), ("dropped_at__isnull", True)),
                        fields=["created_at"],
                        name="starting_share_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="starting_share_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allocation__isnull", True), ("dropped_at__isnull", True), _connector="OR"),
                        name="granted_or_dropped",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="fund_of_its_partner",
                        sql=partners.triggers.FirmSql(
                            func="IF NOT (NEW.allocation_id IS NULL OR EXISTS (SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id JOIN programs_enrolment e ON e.program_id = b.program_id AND e.partner_id = a.partner_id WHERE a.id = NEW.allocation_id AND e.id = NEW.enrolment_id)) THEN RAISE EXCEPTION 'this fund is of another partner or program' USING ERRCODE = 'WF044'; END IF; RETURN NEW;",
                            hash="d3e675310956f744103d2fa0d9fc888f9ec60650",
                            operation='INSERT OR UPDATE OF "allocation_id", "enrolment_id"',
                            pgid="pgtrigger_fund_of_its_partner_8803b",
                            table="funds_startingshare",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="8ff00269254afed35e1de767b736244b4c131228",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_87bef",
                            table="funds_startingshare",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="granted_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.enrolment_id <> NEW.enrolment_id OR OLD.allocation_id IS DISTINCT FROM NEW.allocation_id AND OLD.allocation_id IS NOT NULL)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a1078cb8d71c46dd37a7fb633c8ff1222773b2b8",
                            operation="UPDATE",
                            pgid="pgtrigger_granted_stays_e78c4",
                            table="funds_startingshare",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(help_text="Of the headings: `Layout.fingerprint`.", max_length=32)),
                ("said", models.JSONField(default=dict, help_text="`statement_files.said`.")),
                ("columns", models.PositiveSmallIntegerField(help_text="How many have a meaning.")),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement_layouts",
                        to="programs.keptvendor",
                    ),
                ),
            ],
            options={
                "ordering": ["-saved_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("vendor", "fingerprint"), name="one_layout_of_a_shape"),
                    models.CheckConstraint(
                        condition=models.Q(("fingerprint", ""), _negated=True), name="layout_has_fingerprint"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="layout_of_books",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.vendor_id AND kept_by_id IS NOT NULL) THEN\n        RAISE EXCEPTION 'only statements of a vendor in own books are remembered' USING ERRCODE = 'WF097';\n    END IF;\n    RETURN NEW;\n",
                            hash="f155522a27d8c60278e88fc5070f568bfadb95c1",
                            operation='INSERT OR UPDATE OF "vendor_id"',
                            pgid="pgtrigger_layout_of_books_6ae93",
                            table="funds_statementlayout",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "vendor_name",
                    models.CharField(help_text="As it was chosen or typed.", max_length=120, verbose_name="vendor"),
                ),
                ("file", models.FileField(max_length=200, upload_to="statements")),
                (
                    "name",
                    models.CharField(help_text="As the user called it, cleaned.", max_length=160, verbose_name="file"),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("said", models.JSONField(default=dict, help_text="What a person said of it: `statement_files.said`.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("stated_on", models.DateField(help_text="The day of the statement, as it was recorded.", null=True)),
                (
                    "changes",
                    models.JSONField(default=list, help_text="What it changed of each fund when it was recorded."),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.keptvendor",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["kept_by", "-created_at"], name="statement_of_partner"),
                    models.Index(fields=["vendor", "-created_at"], name="statement_of_vendor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("vendor_name", ""), _negated=True), name="statement_has_vendor"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("changes", []), ("recorded_at", None), ("recorded_by", None), ("stated_on", None)
                            ),
                            models.Q(
                                ("recorded_at__isnull", False),
                                ("recorded_by__isnull", False),
                                ("stated_on__isnull", False),
                                ("vendor__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="statement_recorded_whole",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="statement_of_its_keeper",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NEW.vendor_id IS NOT NULL AND NOT EXISTS (\n        SELECT FROM partners_company WHERE id = NEW.vendor_id AND kept_by_id = NEW.kept_by_id\n    ) THEN\n        RAISE EXCEPTION 'a statement is of a vendor in the books of its partner' USING ERRCODE = 'WF097';\n    END IF;\n    RETURN NEW;\n",
                            hash="ae0813a3087891243e44d21160e51d293e173de5",
                            operation='INSERT OR UPDATE OF "vendor_id"',
                            pgid="pgtrigger_statement_of_its_keeper_ef3d5",
                            table="funds_statementupload",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="what_was_sent_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.kept_by_id, OLD.vendor_name, OLD.file, OLD.name, OLD.size, OLD.sha256, OLD.by_id, OLD.created_at) IS DISTINCT FROM ROW(NEW.kept_by_id, NEW.vendor_name, NEW.file, NEW.name, NEW.size, NEW.sha256, NEW.by_id, NEW.created_at) OR (OLD.vendor_id IS NOT NULL AND NEW.vendor_id IS DISTINCT FROM OLD.vendor_id))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a87286280e94ff0d16907ba059dfc82488b8afe0",
                            operation="UPDATE",
                            pgid="pgtrigger_what_was_sent_stays_2c7b9",
                            table="funds_statementupload",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="recorded_statement_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.recorded_at IS NOT NULL)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="675eea4f073f09dc2dc5c928fcfea7115418ad06",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_statement_stays_a23a0",
                            table="funds_statementupload",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Year",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("currency", models.CharField(max_length=3)),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("amount", models.BigIntegerField(default=0, editable=False)),
                (
                    "held",
                    models.BigIntegerField(default=0, editable=False, help_text="What its budgets hold together."),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="years", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "id"],
                "indexes": [models.Index(fields=["vendor", "-starts_on"], name="year_of_vendor")],
                "constraints": [
                    models.UniqueConstraint(fields=("vendor", "name"), name="one_year_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="year_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0), ("held__lte", models.F("amount"))),
                        name="year_holds_no_more_than_planned",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_empty",
                        sql=partners.triggers.FirmSql(
                            func="IF NEW.amount <> 0 OR NEW.held <> 0 THEN RAISE EXCEPTION 'a balance changes only by a movement' USING ERRCODE = 'WF003'; END IF; RETURN NEW;",
                            hash="bdf9a0b5e3f872e19127c935532bc4d5e6cfdb7c",
                            operation="INSERT",
                            pgid="pgtrigger_starts_empty_1bc2b",
                            table="funds_year",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="balance_by_ledger_only",
                        sql=partners.triggers.FirmSql(
                            func="\n                -- Depth 1 is a statement of somebody's own; the movement's trigger updates from depth 2.\n                IF (pg_trigger_depth() < 2 AND (NEW.amount <> OLD.amount OR NEW.held <> OLD.held)) OR NEW.vendor_id IS DISTINCT FROM OLD.vendor_id OR NEW.currency IS DISTINCT FROM OLD.currency THEN RAISE EXCEPTION 'a balance changes only by a movement' USING ERRCODE = 'WF003'; END IF;\n                RETURN NEW;\n            ",
                            hash="15c6d696ccadecb45693081112022bb75c21abe2",
                            operation="UPDATE",
                            pgid="pgtrigger_balance_by_ledger_only_666fd",
                            table="funds_year",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="around_its_budgets",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (SELECT FROM funds_budget b\n             WHERE b.year_id = NEW.id AND (b.starts_on < NEW.starts_on OR b.ends_on > NEW.ends_on)) THEN\n            RAISE EXCEPTION 'a budget of this year would be outside its days' USING ERRCODE = 'WF016';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="ba77e6755bb054472a740758c51bb8abd66c9dd2",
                            operation='UPDATE OF "starts_on", "ends_on"',
                            pgid="pgtrigger_around_its_budgets_4d9fb",
                            table="funds_year",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="takes_its_plan_along",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (SELECT FROM funds_budget WHERE year_id = OLD.id) THEN\n            RAISE EXCEPTION 'a budget stands in this year' USING ERRCODE = 'WF018';\n        END IF;\n        DELETE FROM funds_yearchange WHERE year_id = OLD.id;\n        RETURN OLD;\n    ",
                            hash="ec59af7b1894de901cc5131a51b8e9fa7f2135c7",
                            operation="DELETE",
                            pgid="pgtrigger_takes_its_plan_along_6461c",
                            table="funds_year",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="budget",
            name="year",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="budgets",
                to="funds.year",
            ),
        ),
        migrations.CreateModel(
            name="YearChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(choices=[("top_up", "Topped up"), ("take_out", "Taken out")], max_length=8)),
                ("amount", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="changes", to="funds.year"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="year_change_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["top_up", "take_out"])), name="year_change_act"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="year_change_has_a_reason"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="adds_up",
                        sql=partners.triggers.FirmSql(
                            func="\n        UPDATE funds_year SET amount = amount + CASE NEW.act WHEN 'top_up' THEN NEW.amount ELSE -NEW.amount END\n          WHERE id = NEW.year_id;\n        RETURN NULL;\n    ",
                            hash="24342a83fc1ae848e36351521909787f34bfbf15",
                            operation="INSERT",
                            pgid="pgtrigger_adds_up_4dc29",
                            table="funds_yearchange",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="\n                IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN OLD; END IF;\n                RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';\n            ",
                            hash="f9432bf7fc7f4c64abd1f8bcfed1e8801ad7340b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_2c194",
                            table="funds_yearchange",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="d30f1ffd01da868afa61a10210a480dccb726dec",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_188a3",
                            table="funds_yearchange",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Accrual",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("sold", models.BigIntegerField(default=0)),
                ("earned", models.BigIntegerField(default=0)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("posted", models.BigIntegerField(default=0)),
                ("late", models.BigIntegerField(default=0)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accruals",
                        to="programs.program",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        help_text="By whose rate and cap it earns.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.terms",
                    ),
                ),
                (
                    "allocation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accrual",
                        to="funds.allocation",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "partner", "starts_on"), name="one_accrual_a_period"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="accrual_ends_after_start"
                    ),
                    models.CheckConstraint(condition=models.Q(("posted__gte", 0)), name="accrual_posted_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("posted", 0), ("allocation__isnull", False), _connector="OR"),
                        name="accrual_posted_to_a_fund",
                    ),
                    models.CheckConstraint(condition=models.Q(("late__gte", 0)), name="accrual_late_not_negative"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="earned_by_its_partner",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF (NEW.allocation_id IS NOT NULL AND NOT EXISTS (\n                SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id\n                 WHERE a.id = NEW.allocation_id AND a.partner_id = NEW.partner_id AND b.program_id = NEW.program_id))\n           OR NOT EXISTS (SELECT FROM programs_terms t\n                 WHERE t.id = NEW.terms_id AND t.program_id = NEW.program_id AND t.accrual_percent IS NOT NULL) THEN\n            RAISE EXCEPTION 'the fund or the terms are of another partner or program' USING ERRCODE = 'WF015';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="6f436166dc2e6ca4b4125f39dfa38cc552e91f8d",
                            operation='INSERT OR UPDATE OF "allocation_id"',
                            pgid="pgtrigger_earned_by_its_partner_c8252",
                            table="funds_accrual",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="period_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.program_id, OLD.partner_id, OLD.terms_id, OLD.starts_on, OLD.ends_on) IS DISTINCT FROM ROW(NEW.program_id, NEW.partner_id, NEW.terms_id, NEW.starts_on, NEW.ends_on))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="c17a6194f8305372ed8639308b9d738cec07b8ae",
                            operation="UPDATE",
                            pgid="pgtrigger_period_is_fixed_588e0",
                            table="funds_accrual",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(fields=("program", "name"), name="one_budget_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="budget_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("funded__gte", 0)), name="budget_funded_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("unallocated__gte", 0)), name="budget_unallocated_not_negative"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_empty",
                sql=partners.triggers.FirmSql(
                    func="IF NEW.funded <> 0 OR NEW.unallocated <> 0 THEN RAISE EXCEPTION 'a balance changes only by a movement' USING ERRCODE = 'WF003'; END IF; RETURN NEW;",
                    hash="3dc6c5e3b8c1b48a4134a4453b4b259911dc4557",
                    operation="INSERT",
                    pgid="pgtrigger_starts_empty_500aa",
                    table="funds_budget",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="balance_by_ledger_only",
                sql=partners.triggers.FirmSql(
                    func="\n                -- Depth 1 is a statement of somebody's own; the movement's trigger updates from depth 2.\n                IF (pg_trigger_depth() < 2 AND (NEW.funded <> OLD.funded OR NEW.unallocated <> OLD.unallocated)) OR NEW.program_id IS DISTINCT FROM OLD.program_id THEN RAISE EXCEPTION 'a balance changes only by a movement' USING ERRCODE = 'WF003'; END IF;\n                RETURN NEW;\n            ",
                    hash="22e77495ab125bd2eacb89481e075a5ee974b9a6",
                    operation="UPDATE",
                    pgid="pgtrigger_balance_by_ledger_only_074be",
                    table="funds_budget",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_for_good",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.closed_at IS NOT NULL AND (NEW.closed_at IS DISTINCT FROM OLD.closed_at OR NEW.year_id IS DISTINCT FROM OLD.year_id))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="830da3a7e2774387ff59826eefa0ccb87640d891",
                    operation="UPDATE",
                    pgid="pgtrigger_closed_for_good_54bff",
                    table="funds_budget",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="takes_its_money_along",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.year_id IS DISTINCT FROM NEW.year_id)",
                    func="\n        PERFORM FROM funds_year WHERE id IN (OLD.year_id, NEW.year_id) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE funds_year SET held = held + CASE id WHEN NEW.year_id THEN NEW.funded ELSE -OLD.funded END\n          WHERE id IN (OLD.year_id, NEW.year_id);\n        RETURN NULL;\n    ",
                    hash="0b6a2bc9bafaa25855babd21632c39f268eb6f2a",
                    operation='UPDATE OF "year_id"',
                    pgid="pgtrigger_takes_its_money_along_ee942",
                    table="funds_budget",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="in_its_year",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.year_id IS NOT NULL)",
                    func="\n        PERFORM FROM programs_program WHERE id = NEW.program_id FOR NO KEY UPDATE;\n        -- The years too, so that their days cannot change meanwhile; both of them now, as the money that goes along needs both.\n        PERFORM FROM funds_year WHERE id IN (OLD.year_id, NEW.year_id) ORDER BY id FOR NO KEY UPDATE;\n        IF NOT EXISTS (SELECT FROM funds_year y JOIN programs_program p ON p.vendor_id = y.vendor_id AND p.currency = y.currency\n             WHERE y.id = NEW.year_id AND p.id = NEW.program_id\n               AND y.starts_on <= NEW.starts_on AND y.ends_on >= NEW.ends_on) THEN\n            RAISE EXCEPTION 'this year is of another vendor, currency or time' USING ERRCODE = 'WF014';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="a0be43350f6e22a47a58b20a356e7b5007c9b927",
                    operation='INSERT OR UPDATE OF "year_id", "program_id", "starts_on", "ends_on"',
                    pgid="pgtrigger_in_its_year_f17a4",
                    table="funds_budget",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="apart_in_time",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.closed_at IS NULL)",
                    func="\n        PERFORM FROM programs_program WHERE id = NEW.program_id FOR NO KEY UPDATE;\n        IF EXISTS (SELECT FROM funds_budget b WHERE b.program_id = NEW.program_id AND b.id <> NEW.id AND b.closed_at IS NULL\n             AND b.starts_on <= NEW.ends_on AND b.ends_on >= NEW.starts_on) THEN\n            RAISE EXCEPTION 'another open budget of this program has these days' USING ERRCODE = 'WF017';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="51e511301e4909d41fb0aea342cef229d165802b",
                    operation='INSERT OR UPDATE OF "program_id", "starts_on", "ends_on"',
                    pgid="pgtrigger_apart_in_time_3901e",
                    table="funds_budget",
                    when="BEFORE",
                ),
            ),
        ),
    ]
