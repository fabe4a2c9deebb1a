"""All that the migrations of programs made until here, so that a new database is there in seconds; one that has those runs none of it."""

from decimal import Decimal
from importlib import import_module

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import partners.models
import partners.triggers

before = import_module("programs.migrations.0002_terms_and_activities")


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0001_initial"),
        ("programs", "0002_terms_and_activities"),
        ("programs", "0003_joining"),
        ("programs", "0004_currency"),
        ("programs", "0005_private_vendors"),
        ("programs", "0006_resources"),
        ("programs", "0007_requests_and_decisions"),
        ("programs", "0008_rules_with_codes_of_their_own"),
    ]

    initial = True

    dependencies = [
        ("partners", "0001_squashed_0004"),
    ]

    operations = [
        migrations.RunSQL(before.WORKING_DAYS_BEFORE, "DROP FUNCTION working_days_before(date, int)"),
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mdf", "MDF, by pre-approval"),
                            ("coop", "Co-op, accrued"),
                            ("wallet", "Deposit wallet"),
                            ("spiff", "SPIFF"),
                            ("resources", "Resources only"),
                        ],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("starts_on", models.DateField(verbose_name="runs from")),
                ("ends_on", models.DateField(verbose_name="runs until")),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC",
                        help_text="Where its deadlines end their day.",
                        max_length=50,
                        validators=[partners.models.validate_time_zone],
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("closed", "Closed")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["vendor__name", "name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("rank", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["vendor", "rank"],
            },
        ),
        migrations.CreateModel(
            name="Vendor",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("partners.company",),
        ),
        migrations.CreateModel(
            name="Eligibility",
            fields=[
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="eligibility",
                        serialize=False,
                        to="programs.program",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("open", "It joins by itself"),
                            ("asking", "It asks, and you decide"),
                            ("invited", "Only you add partners"),
                        ],
                        default="asking",
                        max_length=10,
                        verbose_name="how partners join",
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "eligibilities",
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("campaign", "Campaign kit"),
                            ("playbook", "Playbook"),
                            ("training", "Training"),
                            ("certification", "Certification"),
                            ("nfr", "NFR offer"),
                            ("brand", "Brand assets"),
                        ],
                        max_length=15,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("words", models.TextField(blank=True, max_length=2000, verbose_name="what it is")),
                ("language", models.CharField(help_text="BCP 47, as in pt-BR.", max_length=20)),
                (
                    "activities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("digital_ad", "Digital ad"),
                                ("email", "Email, mail or SMS campaign"),
                                ("seminar", "Seminar or webinar"),
                                ("trade_show", "Trade show"),
                                ("telemarketing", "Telemarketing"),
                                ("web", "SEO or web"),
                                ("training", "Exams and training"),
                                ("other", "Something else"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        help_text="None: any activity.",
                        size=None,
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True)),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="The last day on which partners may use it.", null=True),
                ),
                ("link", models.CharField(blank=True, max_length=1000)),
                ("file", models.FileField(blank=True, max_length=200, upload_to="resources")),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="The file's, as the manager called it, cleaned.", max_length=160
                    ),
                ),
                (
                    "file_kind",
                    models.CharField(
                        blank=True,
                        choices=[("application/pdf", "PDF"), ("image/png", "PNG"), ("image/jpeg", "JPEG")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField(default=0, help_text="Bytes.")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("pages", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1, help_text="Goes up with each new file or link.")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        help_text="None: all of the vendor's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="programs.program",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resources", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["title", "id"],
                "indexes": [models.Index(fields=["vendor", "status"], name="resource_of_vendor")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), ("link__startswith", "https://")),
                            models.Q(models.Q(("file", ""), _negated=True), ("link", "")),
                            _connector="OR",
                        ),
                        name="resource_file_or_link",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), ("file_kind", ""), ("sha256", ""), ("size", 0)),
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                ("file_kind__in", ["application/pdf", "image/png", "image/jpeg"]),
                            ),
                            _connector="OR",
                        ),
                        name="resource_file_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))), name="resource_valid_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["campaign", "playbook", "training", "certification", "nfr", "brand"])
                        ),
                        name="resource_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                        name="resource_language",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "activities__contained_by",
                                [
                                    "digital_ad",
                                    "email",
                                    "seminar",
                                    "trade_show",
                                    "telemarketing",
                                    "web",
                                    "training",
                                    "other",
                                ],
                            )
                        ),
                        name="resource_activities",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "draft"), ("published_at__isnull", False), _connector="OR"),
                        name="resource_published_once",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="7de3bf5c5006053b53db4a93c92f9832f2a6dc7e",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_482c3",
                            table="programs_resource",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:published,published:retired,retired:published}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="948091f41f8c8a39419b2d4fee9860bfce306bc7",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_99018",
                            table="programs_resource",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="vendor_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."vendor_id" IS DISTINCT FROM (NEW."vendor_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="586c81eb0f2c3bd66f05940c2895da199b4e7bae",
                            operation="UPDATE",
                            pgid="pgtrigger_vendor_is_fixed_9365d",
                            table="programs_resource",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="program_is_of_its_vendor",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.program_id IS NOT NULL)",
                            func="\n    IF NOT EXISTS (SELECT FROM programs_program WHERE id = NEW.program_id AND vendor_id = NEW.vendor_id) THEN\n        RAISE EXCEPTION 'this program is of another vendor' USING ERRCODE = 'WF034';\n    END IF;\n    RETURN NEW;\n",
                            hash="711ee42043a18d6454649e7e3781518e0decd90e",
                            operation='INSERT OR UPDATE OF "program_id", "vendor_id"',
                            pgid="pgtrigger_program_is_of_its_vendor_fa8bd",
                            table="programs_resource",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "wording",
                    models.TextField(
                        blank=True,
                        help_text="What the money is for, what it is not for, and what you need as proof. You need it to publish.",
                        max_length=20000,
                        verbose_name="terms, in your words",
                    ),
                ),
                (
                    "reimbursement_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=50,
                        help_text="The share of each invoice that you pay back, where an activity has no rate of its own.",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="reimbursement rate, %",
                    ),
                ),
                ("tax_included", models.BooleanField(default=False, verbose_name="amounts include tax")),
                (
                    "least_claim",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Claims that ask for less are not taken. Empty: any amount.",
                        null=True,
                        verbose_name="smallest claim",
                    ),
                ),
                (
                    "preapproval",
                    models.BooleanField(
                        default=False,
                        help_text="A claim can only draw on money that was pre-approved.",
                        verbose_name="every activity is approved in advance",
                    ),
                ),
                (
                    "lead_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How long before an activity it must be asked for. 0 where no approval is needed.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="pre-approval lead time, days",
                    ),
                ),
                (
                    "lead_unit",
                    models.CharField(
                        choices=[("calendar", "calendar days"), ("working", "working days")],
                        default="calendar",
                        max_length=8,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "activity_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="With the lead time it gives the last day on which a partner can safely start.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="usual length of an activity, days",
                    ),
                ),
                (
                    "claim_window_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="How long a claim may still be filed afterwards.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="claim window, days",
                    ),
                ),
                (
                    "claim_window_from",
                    models.CharField(
                        choices=[("fund", "the money's last day"), ("activity", "the end of the activity")],
                        default="fund",
                        max_length=8,
                        verbose_name="counted from",
                    ),
                ),
                (
                    "review_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Counted from the day on which a claim is filed. Empty where you promise nothing.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="claims are decided within, days",
                    ),
                ),
                (
                    "second_approval_over",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Requests and claims for more than this are approved by two people. Empty: one is enough.",
                        null=True,
                        verbose_name="a second person approves what is over",
                    ),
                ),
                (
                    "dispute_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="A disputed claim goes to another reviewer, once. 0 where a decision is final.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days to dispute a decision",
                    ),
                ),
                (
                    "pay_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Counted from a complete claim. Empty where you promise nothing.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="you pay within, days",
                    ),
                ),
                (
                    "extension_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="How far, in all, you may extend a fund beyond its first last day. 0 where you never do.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="extension limit, days",
                    ),
                ),
                (
                    "termination_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="What is not claimed by then lapses. Empty: a fund's own deadlines go on.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days to claim after a partnership ends",
                    ),
                ),
                (
                    "aging_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Counted from the day on which it was granted or deposited, or from the end of the period in which it was earned. Empty: until the program ends.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="money may be used for, months",
                    ),
                ),
                (
                    "forfeits_at_period_end",
                    models.BooleanField(
                        default=False,
                        help_text="Whatever the months say, no money can be used after its budget's last day.",
                        verbose_name="what is left lapses with the budget's period",
                    ),
                ),
                (
                    "accrual_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="The share of its sales that a partner earns.",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.01")),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="earned on sales, %",
                    ),
                ),
                (
                    "accrual_cap",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Empty: no limit.",
                        null=True,
                        verbose_name="most that a partner earns in a period",
                    ),
                ),
                (
                    "earning_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "a month"), (3, "a quarter"), (6, "half a year"), (12, "a year")],
                        help_text="Sales are added up over it.",
                        null=True,
                        verbose_name="a period lasts",
                    ),
                ),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "terms",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "number"), name="one_version_of_a_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("program",),
                        name="one_draft_of_terms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reimbursement_percent__gte", 1), ("reimbursement_percent__lte", 100)),
                        name="rate_up_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("least_claim", None),
                            models.Q(("least_claim__gt", 0), ("least_claim__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="least_claim_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_approval_over", None),
                            models.Q(("second_approval_over__gt", 0), ("second_approval_over__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="second_approval_over_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accrual_cap", None), ("accrual_percent", None)),
                            models.Q(
                                ("accrual_percent__gt", 0),
                                ("accrual_percent__isnull", False),
                                ("accrual_percent__lte", 100),
                                ("earning_months__in", [1, 3, 6, 12]),
                                ("earning_months__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="accrual_over_a_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accrual_cap", None),
                            models.Q(("accrual_cap__gt", 0), ("accrual_cap__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="accrual_cap_range",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="published_terms_stay",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.published_at IS NOT NULL)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0107653efdd347250f913530a57deb927900bbfe",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_terms_stay_32cbc",
                            table="programs_terms",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="of_one_program",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.program_id IS DISTINCT FROM NEW.program_id)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="6dde7130405c23400f010a2cc36af0bdb39eb185",
                            operation="UPDATE",
                            pgid="pgtrigger_of_one_program_3aa1f",
                            table="programs_terms",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="program",
            name="terms",
            field=models.ForeignKey(
                help_text="What is granted next is granted under these: the draft's, then the latest published.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.terms",
            ),
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("digital_ad", "Digital ad"),
                            ("email", "Email, mail or SMS campaign"),
                            ("seminar", "Seminar or webinar"),
                            ("trade_show", "Trade show"),
                            ("telemarketing", "Telemarketing"),
                            ("web", "SEO or web"),
                            ("training", "Exams and training"),
                            ("other", "Something else"),
                        ],
                        max_length=15,
                        verbose_name="type",
                    ),
                ),
                ("name", models.CharField(help_text="As partners know it, as in Customer webinar.", max_length=80)),
                (
                    "rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: the program's rate.",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="rate of its own, %",
                    ),
                ),
                ("claim_cap", models.BigIntegerField(blank=True, null=True, verbose_name="at most, per claim")),
                ("period_cap", models.BigIntegerField(blank=True, null=True, verbose_name="at most, per period")),
                (
                    "period_cap_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Of all that the partner was granted in the period.",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.01")),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="or a share of what was earned, %",
                    ),
                ),
                (
                    "period_cap_rule",
                    models.CharField(
                        choices=[("greater", "the greater"), ("lesser", "the lesser")],
                        default="lesser",
                        help_text="Which of the two holds.",
                        max_length=8,
                        verbose_name="where both stand",
                    ),
                ),
                ("person_cap", models.BigIntegerField(blank=True, null=True, verbose_name="at most, per person")),
                (
                    "most_people",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="people at most",
                    ),
                ),
                ("least", models.BigIntegerField(blank=True, null=True, verbose_name="at least, per claim")),
                (
                    "activity_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="usual length, days",
                    ),
                ),
                (
                    "lead_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: the program's.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="pre-approval lead time, days",
                    ),
                ),
                (
                    "proofs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("invoice", "Third-party invoice, or a certification report for in-house work"),
                                ("screenshot", "Screenshot"),
                                ("landing_address", "Landing address"),
                                ("click_report", "Click report"),
                                ("final_piece", "The final piece"),
                                ("postmark", "Dated header or postmark"),
                                ("reach", "Reach: how many got it"),
                                ("invitation", "Invitation"),
                                ("agenda", "Agenda"),
                                ("invitation_or_agenda", "Invitation or agenda"),
                                ("photos", "Photos"),
                                ("registered", "Registered count"),
                                ("booth_photo", "Photo of the booth"),
                                ("visitors", "Visitor estimate"),
                                ("script", "Script"),
                                ("calls", "Calls and contacts"),
                                ("addresses", "Addresses or screenshots"),
                                ("work_statement", "Statement of work"),
                                ("results", "Results"),
                                ("course_invoice", "Invoice with course code and date"),
                                ("attendees", "Who attended"),
                            ],
                            max_length=24,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "figures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("impressions", "Impressions"),
                                ("clicks", "Clicks"),
                                ("reached", "People reached"),
                                ("registered", "Registered"),
                                ("attended", "Attended"),
                                ("visitors", "Visitors"),
                                ("calls", "Calls"),
                                ("certified", "People certified"),
                                ("leads", "Leads"),
                                ("meetings", "Meetings"),
                                ("opportunities", "Opportunities"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="results to report",
                    ),
                ),
                (
                    "eligible",
                    models.TextField(
                        blank=True, help_text="One kind of expense a line.", max_length=2000, verbose_name="you pay for"
                    ),
                ),
                (
                    "ineligible",
                    models.TextField(
                        blank=True,
                        help_text="One kind of expense a line.",
                        max_length=2000,
                        verbose_name="you don't pay for",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="activities", to="programs.terms"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "activities",
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("terms", "name"), name="one_activity_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate", None), models.Q(("rate__gte", 1), ("rate__lte", 100)), _connector="OR"
                        ),
                        name="activity_rate_up_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period_cap_percent", None),
                            models.Q(("period_cap_percent__gt", 0), ("period_cap_percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="activity_cap_percent_up_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("claim_cap", None),
                            models.Q(("claim_cap__gt", 0), ("claim_cap__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="activity_claim_cap_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period_cap", None),
                            models.Q(("period_cap__gt", 0), ("period_cap__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="activity_period_cap_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person_cap", None),
                            models.Q(("person_cap__gt", 0), ("person_cap__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="activity_person_cap_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("least", None),
                            models.Q(("least__gt", 0), ("least__lte", 100000000000000)),
                            _connector="OR",
                        ),
                        name="activity_least_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("claim_cap__gte", models.F("least"))), name="activity_claim_cap_above_least"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_cap__gte", models.F("least"))),
                        name="activity_period_cap_above_least",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person_cap__gte", models.F("least"))),
                        name="activity_person_cap_above_least",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="published_activities_stay",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (SELECT FROM programs_terms WHERE id IN (NEW.terms_id, OLD.terms_id) AND published_at IS NOT NULL) THEN\n        RAISE EXCEPTION 'the activities of published terms stay as they are' USING ERRCODE = 'WF021';\n    END IF;\n    RETURN coalesce(NEW, OLD);\n",
                            hash="2dd74b92735367911566fbc61e22dec8cd460a8c",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_activities_stay_d950e",
                            table="programs_activity",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TierHeld",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tiers_held", to="partners.partner"
                    ),
                ),
                (
                    "tier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="held", to="programs.tier"
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["vendor", "tier"], name="tier_held_of_vendor")],
                "constraints": [models.UniqueConstraint(fields=("partner", "vendor"), name="one_tier_with_a_vendor")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="tier_is_the_vendors",
                        sql=partners.triggers.FirmSql(
                            func="IF NOT (EXISTS (SELECT FROM programs_tier WHERE id = NEW.tier_id AND vendor_id = NEW.vendor_id)) THEN RAISE EXCEPTION 'this belongs to another vendor' USING ERRCODE = 'WF040'; END IF; RETURN NEW;",
                            hash="1b0b50f0b338d6cb7b04fc0e8d23015c3fa5dba3",
                            operation='INSERT OR UPDATE OF "tier_id", "vendor_id"',
                            pgid="pgtrigger_tier_is_the_vendors_f39c6",
                            table="programs_tierheld",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="tier",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tiers", to="programs.vendor"
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="programs", to="programs.vendor"
            ),
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for the partner"),
                            ("accepted", "Linked"),
                            ("declined", "Not the same vendor"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Certification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("how", models.CharField(blank=True, max_length=300, verbose_name="how to get it")),
                ("link", models.URLField(blank=True, max_length=300, verbose_name="where to get it")),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="certifications", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["vendor", "name"],
                "constraints": [models.UniqueConstraint(fields=("vendor", "name"), name="one_certification_of_a_name")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="certification_stays_its_vendors",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.vendor_id IS DISTINCT FROM NEW.vendor_id)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1db9920cd25b6b366093deeec7151038fa4fcba6",
                            operation="UPDATE",
                            pgid="pgtrigger_certification_stays_its_vendors_e1a27",
                            table="programs_certification",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptVendor",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("programs.vendor",),
        ),
        migrations.CreateModel(
            name="CertificationHeld",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_until", models.DateField(blank=True, null=True)),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="held", to="programs.certification"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="certifications_held",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("partner", "certification"), name="certified_once")],
            },
        ),
        migrations.CreateModel(
            name="NeededCertification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "certification",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="programs.certification"),
                ),
                (
                    "eligibility",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="programs.eligibility"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("eligibility", "certification"), name="needed_once")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="certification_is_the_vendors",
                        sql=partners.triggers.FirmSql(
                            func="IF NOT (EXISTS (SELECT FROM programs_certification c JOIN programs_program p ON p.vendor_id = c.vendor_id WHERE c.id = NEW.certification_id AND p.id = NEW.eligibility_id)) THEN RAISE EXCEPTION 'this belongs to another vendor' USING ERRCODE = 'WF040'; END IF; RETURN NEW;",
                            hash="eab7bbcfbefccd9dd3b1fb82abd597437a0d4d3a",
                            operation='INSERT OR UPDATE OF "certification_id", "eligibility_id"',
                            pgid="pgtrigger_certification_is_the_vendors_3b69b",
                            table="programs_neededcertification",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="eligibility",
            name="certifications",
            field=models.ManyToManyField(
                blank=True, related_name="programs", through="programs.NeededCertification", to="programs.certification"
            ),
        ),
        migrations.AddField(
            model_name="eligibility",
            name="least_tier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="programs",
                to="programs.tier",
            ),
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked to join"),
                            ("joined", "Joined"),
                            ("declined", "Declined"),
                            ("left", "Left"),
                            ("ended", "Ended by the vendor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="your sentence to the vendor")),
                ("reason_code", models.CharField(blank=True, max_length=30)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("asked_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="partners.partner"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="programs.program"
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "indexes": [
                    models.Index(fields=["partner", "status"], name="enrolment_of_partner"),
                    models.Index(
                        condition=models.Q(("status", "asked")),
                        fields=["program", "asked_at"],
                        name="enrolment_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "partner"), name="one_enrolment"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "joined", "declined", "left", "ended"])),
                        name="enrolment_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["declined", "ended"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="enrolment_refused_with_reason",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="begins_asked_or_joined",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status NOT IN ('asked', 'joined'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="5bcda96407dd836b404def26d90cc986fb503ab7",
                            operation="INSERT",
                            pgid="pgtrigger_begins_asked_or_joined_1086c",
                            table="programs_enrolment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{asked:joined,asked:declined,asked:left,joined:left,joined:ended,declined:asked,left:asked,ended:asked,declined:joined,left:joined,ended:joined}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="e03ccef83fa448fd050145a0f8b11f7fc61a7337",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_e67bf",
                            table="programs_enrolment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="enrolment_is_of_one",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.program_id IS DISTINCT FROM NEW.program_id OR OLD.partner_id IS DISTINCT FROM NEW.partner_id)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="db8867187c33a625a8c57847c41403550944f9ee",
                            operation="UPDATE",
                            pgid="pgtrigger_enrolment_is_of_one_1205d",
                            table="programs_enrolment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="e3e5534e4ef0de002c9af56bc9cc1572918cfa16",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_74815",
                            table="programs_enrolment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="into_what_is_out",
                        sql=partners.triggers.FirmSql(
                            func="\n                    IF NOT EXISTS (SELECT FROM programs_program WHERE id = NEW.program_id AND published_at IS NOT NULL) THEN\n                        RAISE EXCEPTION 'nobody joins a program that is not published' USING ERRCODE = 'WF041';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="0c2f9ca9f9fa3c02192c3b830084c1b72061728f",
                            operation="INSERT",
                            pgid="pgtrigger_into_what_is_out_3bbfd",
                            table="programs_enrolment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResourceUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[("opened", "Opened"), ("downloaded", "Downloaded"), ("used", "Used")], max_length=10
                    ),
                ),
                (
                    "activity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("digital_ad", "Digital ad"),
                            ("email", "Email, mail or SMS campaign"),
                            ("seminar", "Seminar or webinar"),
                            ("trade_show", "Trade show"),
                            ("telemarketing", "Telemarketing"),
                            ("web", "SEO or web"),
                            ("training", "Exams and training"),
                            ("other", "Something else"),
                        ],
                        help_text="What it was used for, where the partner said so.",
                        max_length=20,
                    ),
                ),
                ("count", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "first_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "last_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resource_uses", to="partners.partner"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="programs.resource"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["partner", "-last_at"], name="use_of_partner")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("resource", "partner", "act", "activity"), name="one_use_of_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("act", "used"),
                                (
                                    "activity__in",
                                    [
                                        "",
                                        "digital_ad",
                                        "email",
                                        "seminar",
                                        "trade_show",
                                        "telemarketing",
                                        "web",
                                        "training",
                                        "other",
                                    ],
                                ),
                            ),
                            models.Q(("act__in", ("opened", "downloaded")), ("activity", "")),
                            _connector="OR",
                        ),
                        name="use_kind",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_at_one",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.count <> 1 OR NEW.last_at <> NEW.first_at)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="86c4432c8c4ce8c80a3d5b845a27c85c8f6e1b5c",
                            operation="INSERT",
                            pgid="pgtrigger_starts_at_one_ab3db",
                            table="programs_resourceuse",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="goes_up_by_one",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.count <> OLD.count + 1 OR NEW.last_at < OLD.last_at OR ROW(NEW.resource_id, NEW.partner_id, NEW.act, NEW.activity, NEW.first_at, NEW.first_by_id) IS DISTINCT FROM ROW(OLD.resource_id, OLD.partner_id, OLD.act, OLD.activity, OLD.first_at, OLD.first_by_id))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b89ddbac699f929b943887a021ef4dabec039bdf",
                            operation="UPDATE",
                            pgid="pgtrigger_goes_up_by_one_f8eff",
                            table="programs_resourceuse",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="10905c64c08b58ea0f7f6b4354a5e0f621fbb6e1",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_1126d",
                            table="programs_resourceuse",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.UniqueConstraint(fields=("vendor", "name"), name="one_tier_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("vendor", "rank"),
                name="one_tier_of_a_rank",
            ),
        ),
        migrations.AddIndex(
            model_name="program",
            index=models.Index(fields=["vendor", "status"], name="program_of_vendor"),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(fields=("vendor", "name"), name="one_program_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="program_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_at__isnull", True), ("terms__isnull", False), _connector="OR"),
                name="published_with_terms",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="programs.keptvendor"
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibility",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["open", "asking", "invited"])), name="way_of_joining"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(fields=("kept", "vendor"), name="asked_once"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "declined"), _negated=True), fields=("kept",), name="one_open_link"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "proposed"),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="answered_by_somebody",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tier",
            trigger=pgtrigger.compiler.Trigger(
                name="tier_stays_its_vendors",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.vendor_id IS DISTINCT FROM NEW.vendor_id)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="066b91ad551d833ab240d7d69f87b5a8d815f8e9",
                    operation="UPDATE",
                    pgid="pgtrigger_tier_stays_its_vendors_bbaa8",
                    table="programs_tier",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="program",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_as",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'draft')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                    hash="6b7f8afbfa051027320f69afc5002a09bf859fed",
                    operation="INSERT",
                    pgid="pgtrigger_starts_as_e9fa1",
                    table="programs_program",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="program",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_the_table",
                sql=partners.triggers.FirmSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:published,published:closed,closed:published}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="8d978291e903740290b8b5eb6972531560b60fe5",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_the_table_46cf5",
                    table="programs_program",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="program",
            trigger=pgtrigger.compiler.Trigger(
                name="promised_terms_stay",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.published_at IS NOT NULL AND ROW(OLD.vendor_id, OLD.kind, OLD.currency, OLD.starts_on, OLD.ends_on, OLD.time_zone, OLD.published_at) IS DISTINCT FROM ROW(NEW.vendor_id, NEW.kind, NEW.currency, NEW.starts_on, NEW.ends_on, NEW.time_zone, NEW.published_at))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="8d141cb0a5162f978fbf5d1538c2223470f33706",
                    operation="UPDATE",
                    pgid="pgtrigger_promised_terms_stay_d1716",
                    table="programs_program",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="program",
            trigger=pgtrigger.compiler.Trigger(
                name="money_keeps_its_currency",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.published_at IS NULL AND (OLD.currency <> NEW.currency OR OLD.vendor_id <> NEW.vendor_id))",
                    func="\n    PERFORM FROM funds_budget WHERE program_id = NEW.id ORDER BY id FOR UPDATE;\n    IF EXISTS (\n        SELECT FROM funds_budget b WHERE b.program_id = NEW.id\n           AND (b.year_id IS NOT NULL OR EXISTS (SELECT FROM funds_movement m WHERE m.budget_id = b.id))\n    ) THEN\n        RAISE EXCEPTION 'this program has money in its currency' USING ERRCODE = 'WF022';\n    END IF;\n    RETURN NEW;\n",
                    hash="515d3a0d4b596c3cfaf47e8a72dcdb848c7f4705",
                    operation='UPDATE OF "currency", "vendor_id"',
                    pgid="pgtrigger_money_keeps_its_currency_ed363",
                    table="programs_program",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="program",
            trigger=pgtrigger.compiler.Trigger(
                name="terms_are_its_own",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.terms_id IS NOT NULL)",
                    func="\n    IF NOT EXISTS (\n        SELECT FROM programs_terms t\n         WHERE t.id = NEW.terms_id AND t.program_id = NEW.id\n           AND (NEW.published_at IS NULL OR t.published_at IS NOT NULL)\n    ) THEN\n        RAISE EXCEPTION 'these terms are of another program, or not published' USING ERRCODE = 'WF020';\n    END IF;\n    RETURN NEW;\n",
                    hash="d166fd95e35eddd2e57f29349b83040759b4a4f8",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_terms_are_its_own_24379",
                    table="programs_program",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="eligibility",
            trigger=pgtrigger.compiler.Trigger(
                name="least_tier_is_the_vendors",
                sql=partners.triggers.FirmSql(
                    func="IF NOT (NEW.least_tier_id IS NULL OR EXISTS (SELECT FROM programs_tier t JOIN programs_program p ON p.vendor_id = t.vendor_id WHERE t.id = NEW.least_tier_id AND p.id = NEW.program_id)) THEN RAISE EXCEPTION 'this belongs to another vendor' USING ERRCODE = 'WF040'; END IF; RETURN NEW;",
                    hash="17e4aa1081926b76956d40f5db2b67c940e16a90",
                    operation='INSERT OR UPDATE OF "least_tier_id", "program_id"',
                    pgid="pgtrigger_least_tier_is_the_vendors_0c698",
                    table="programs_eligibility",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="link",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_as",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'proposed')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                    hash="3464dbdf23cb5090ffaa63f1a7e9dbe212687ff6",
                    operation="INSERT",
                    pgid="pgtrigger_starts_as_c5d8f",
                    table="programs_link",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="link",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_the_table",
                sql=partners.triggers.FirmSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{proposed:accepted,proposed:declined}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="0ea9ca627fc8b48958af428320aefef4d811203b",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_the_table_868fa",
                    table="programs_link",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="link",
            trigger=pgtrigger.compiler.Trigger(
                name="links_kept_to_real",
                sql=partners.triggers.FirmSql(
                    func="\n    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.kept_id AND kept_by_id IS NOT NULL)\n       OR NOT EXISTS (\n           SELECT FROM partners_company WHERE id = NEW.vendor_id AND kind = 'vendor' AND kept_by_id IS NULL\n       ) THEN\n        RAISE EXCEPTION 'a link leads from the books of a partner to a vendor on Windfall' USING ERRCODE = 'WF033';\n    END IF;\n    RETURN NEW;\n",
                    hash="777c7b3a1daa2c5559441fd5a953e674f22a5de5",
                    operation='INSERT OR UPDATE OF "kept_id", "vendor_id"',
                    pgid="pgtrigger_links_kept_to_real_faf75",
                    table="programs_link",
                    when="BEFORE",
                ),
            ),
        ),
    ]
