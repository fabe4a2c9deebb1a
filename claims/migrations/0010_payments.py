import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import partners.triggers

FILL = """
-- What was recorded was paid.
UPDATE claims_payment p
   SET status = 'confirmed', received = p.amount, partner_id = c.partner_id, vendor_id = g.vendor_id, currency = g.currency,
       due_on = p.paid_on, created_at = p.confirmed_at, changed_at = p.confirmed_at
  FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id JOIN funds_budget b ON b.id = f.budget_id
  JOIN programs_program g ON g.id = b.program_id
 WHERE c.id = p.claim_id;
-- What is approved and not paid waits from now on as a payment, until there are bank details to pay it to.
INSERT INTO claims_payment (claim_id, partner_id, vendor_id, currency, amount, due_on, status, version, reference, failure,
                            created_at, changed_at)
SELECT c.id, c.partner_id, g.vendor_id, g.currency, c.approved, (c.decided_at AT TIME ZONE g.time_zone)::date, 'on_hold', 1, '',
       '', now(), now()
  FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id JOIN funds_budget b ON b.id = f.budget_id
  JOIN programs_program g ON g.id = b.program_id
 WHERE c.status IN ('approved', 'partly_approved') AND c.approved > 0;
INSERT INTO claims_hold (payment_id, side, code, words, opened_at, closed_words)
SELECT id, 'windfall', 'no_account', 'There are no bank details to pay it to.', now(), '' FROM claims_payment
 WHERE status = 'on_hold';
UPDATE claims_claim SET paid = approved WHERE status = 'paid' AND paid = 0;
-- Checks that wait for the end would hold up the changes that follow.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0009_outcomes"),
        ("partners", "0002_private_vendors"),
        ("programs", "0007_requests_and_decisions"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="append_only",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="no_truncate",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_positive",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_has_reference",
        ),
        migrations.CreateModel(
            name="BankDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("iban", "IBAN"), ("us", "US account")], max_length=4)),
                ("holder", models.CharField(max_length=70, verbose_name="account holder")),
                ("country", models.CharField(max_length=2, verbose_name="country of the account")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("last4", models.CharField(max_length=4)),
                ("tax_last4", models.CharField(blank=True, help_text="Empty: no tax number was given.", max_length=4)),
                ("secret", models.TextField(editable=False)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_words", models.CharField(blank=True, max_length=500, verbose_name="how you checked it")),
                ("replaced_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "bank details",
                "ordering": ["-entered_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                (
                    "method",
                    models.CharField(
                        choices=[("bank", "Bank transfer"), ("credit", "Credit memo")],
                        max_length=10,
                        verbose_name="how it is paid",
                    ),
                ),
                ("execute_on", models.DateField(verbose_name="day of execution")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Being put together"), ("sent", "Sent"), ("dropped", "Dropped")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "batches",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("windfall", "Windfall"),
                            ("partner", "The partner"),
                            ("vendor", "The vendor"),
                            ("finance", "Finance"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("no_account", "Bank details are missing"),
                            ("no_tax_id", "The tax number is missing"),
                            ("new_account", "New bank details"),
                            ("returned", "The bank did not execute it"),
                            ("details_change", "Bank details are about to change"),
                            ("asked", "The partner asks to wait"),
                            ("checking", "Something is being checked"),
                            ("dispute", "There is a dispute"),
                            ("contract", "The partnership or contract is unclear"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="in a sentence")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_words", models.CharField(blank=True, max_length=500, verbose_name="what came of it")),
            ],
            options={
                "ordering": ["opened_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                (
                    "back_to",
                    models.CharField(
                        choices=[
                            ("fund", "the partner's fund, to be claimed again"),
                            ("budget", "the vendor's budget"),
                        ],
                        max_length=10,
                        verbose_name="the money goes back to",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("twice", "It was paid twice"),
                            ("wrong_party", "It went to the wrong account"),
                            ("not_earned", "What was claimed did not happen"),
                            ("terms", "It was against the terms"),
                            ("agreed", "Agreed with the partner"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="in a sentence")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waits for a second person"),
                            ("confirmed", "Reversed"),
                            ("dropped", "Dropped"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_words", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ShortPay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("missing", models.BigIntegerField(help_text="Sent, less what arrived.")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "To be resolved"),
                            ("repaid", "The rest is paid too"),
                            ("settled", "Accepted as it is"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
            },
        ),
        migrations.AlterModelOptions(
            name="payment",
            options={"ordering": ["due_on", "id"]},
        ),
        migrations.RenameField(
            model_name="payment",
            old_name="recorded_at",
            new_name="confirmed_at",
        ),
        migrations.RenameField(
            model_name="payment",
            old_name="recorded_by",
            new_name="confirmed_by",
        ),
        migrations.AddField(
            model_name="payment",
            name="batched_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name="payment",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="payment",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="payment",
            name="currency",
            field=models.CharField(max_length=3, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="due_on",
            field=models.DateField(null=True, verbose_name="due on"),
        ),
        migrations.AddField(
            model_name="payment",
            name="failure",
            field=models.CharField(blank=True, help_text="Why the bank did not execute it.", max_length=200),
        ),
        migrations.AddField(
            model_name="payment",
            name="instead_of",
            field=models.ForeignKey(
                help_text="The payment that failed, fell short or was split.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="claims.payment",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="partner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="received",
            field=models.BigIntegerField(help_text="What of `amount` reached the partner.", null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="sent_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "To be paid"),
                    ("on_hold", "On hold"),
                    ("batched", "In a batch"),
                    ("sent", "At the bank"),
                    ("confirmed", "Paid"),
                    ("failed", "Not executed"),
                    ("reversed", "Reversed"),
                    ("called_off", "Called off"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="vendor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.vendor"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="payment",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="claims.claim"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="paid_on",
            field=models.DateField(null=True, verbose_name="paid on"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="reference",
            field=models.CharField(blank=True, max_length=80, verbose_name="payment reference"),
        ),
        migrations.AddField(
            model_name="bankdetails",
            name="checked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="bankdetails",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="bank_details", to="partners.company"
            ),
        ),
        migrations.AddField(
            model_name="bankdetails",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="account",
            field=models.ForeignKey(
                help_text="The partner's, to which it is sent.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="claims.bankdetails",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="account",
            field=models.ForeignKey(
                help_text="The vendor's, from which it is paid.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="claims.bankdetails",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="sent_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="programs.vendor"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="batch",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="claims.batch"
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="closed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="opened_by",
            field=models.ForeignKey(
                help_text="None: Windfall.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="claims.payment"
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="claims.claim"
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shortpay",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="short_pay", to="claims.payment"
            ),
        ),
        migrations.AddField(
            model_name="shortpay",
            name="resolved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunSQL(
            sql=FILL,
            reverse_sql="",
        ),
        migrations.AlterField(
            model_name="payment",
            name="currency",
            field=models.CharField(max_length=3),
        ),
        migrations.AlterField(
            model_name="payment",
            name="due_on",
            field=models.DateField(verbose_name="due on"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.vendor"
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["claim", "status"], name="payment_of_claim"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["batch", "partner"], name="payment_of_batch"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("status__in", ("pending", "on_hold"))),
                fields=["vendor", "currency", "due_on"],
                name="payment_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["partner", "status"], name="payment_of_partner"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["status", "-paid_on"], name="payment_by_state"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["pending", "on_hold", "batched", "sent", "confirmed", "failed", "reversed", "called_off"],
                    )
                ),
                name="payment_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="payment_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received", None),
                    models.Q(("received__gt", 0), ("received__lte", models.F("amount"))),
                    _connector="OR",
                ),
                name="payment_received_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "confirmed"), _negated=True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        ("paid_on__isnull", False),
                        ("received__isnull", False),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payment_has_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("batched", "sent")), _negated=True),
                    models.Q(("batch__isnull", False), ("batched_by__isnull", False)),
                    _connector="OR",
                ),
                name="payment_in_its_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "sent"), _negated=True), ("sent_by__isnull", False), _connector="OR"
                ),
                name="payment_sent_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankdetails",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["iban", "us"])), name="details_kind"),
        ),
        migrations.AddConstraint(
            model_name="bankdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("last4__regex", "^[0-9A-Z]{4}$"), ("tax_last4__regex", "^[0-9A-Z]{0,4}$")),
                name="details_show_their_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("holder__gt", ""), ("secret__gt", "")), name="details_are_whole"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at", None), ("checked_by", None), ("checked_words", "")),
                    models.Q(
                        ("checked_at__gte", models.F("entered_at")),
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        models.Q(("checked_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="details_checked_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankdetails",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)), fields=("company",), name="one_state_of_bank_details"
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["vendor", "-created_at"], name="batch_of_vendor"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "sent", "dropped"])), name="batch_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["bank", "credit"])), name="batch_method"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "sent"), _negated=True),
                    models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                    _connector="OR",
                ),
                name="batch_sent_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(condition=models.Q(("closed_at", None)), fields=["payment"], name="hold_open"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__in",
                        [
                            "no_account",
                            "no_tax_id",
                            "new_account",
                            "returned",
                            "details_change",
                            "asked",
                            "checking",
                            "dispute",
                            "contract",
                            "other",
                        ],
                    ),
                    ("side__in", ["windfall", "partner", "vendor", "finance"]),
                ),
                name="hold_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="hold_has_words"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("payment", "side", "code"),
                name="one_open_hold_of_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("back_to__in", ["fund", "budget"]),
                    ("code__in", ["twice", "wrong_party", "not_earned", "terms", "agreed", "other"]),
                    ("status__in", ["open", "confirmed", "dropped"]),
                ),
                name="reversal_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), models.Q(("reason", ""), _negated=True)),
                name="reversal_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "confirmed"), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reversal_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="reversal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("claim",), name="one_open_reversal"
            ),
        ),
        migrations.AddIndex(
            model_name="shortpay",
            index=models.Index(condition=models.Q(("status", "open")), fields=["-opened_at"], name="short_pay_open"),
        ),
        migrations.AddConstraint(
            model_name="shortpay",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "repaid", "settled"])), name="short_pay_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="shortpay",
            constraint=models.CheckConstraint(condition=models.Q(("missing__gt", 0)), name="short_pay_positive"),
        ),
        migrations.AddConstraint(
            model_name="shortpay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_by", None), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True),
                        ("resolved_at__isnull", False),
                        ("resolved_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="short_pay_resolved_with_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_as",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.status NOT IN ('pending', 'on_hold'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                    hash="adfc83af72b68f7cd6441b22754320a2c102a89b",
                    operation="INSERT",
                    pgid="pgtrigger_starts_as_8531c",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_the_table",
                sql=partners.triggers.FirmSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{pending:on_hold,on_hold:pending,pending:batched,batched:pending,batched:sent,sent:confirmed,sent:failed,pending:confirmed,confirmed:reversed,pending:called_off,on_hold:called_off}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="27013b18ad36b0eec7d31eebd702be9e9a853068",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_the_table_0c8ab",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="version_goes_up",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.version <= OLD.version)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ae54c8a19ee65b28ddf7aa3d658896f6ce03d224",
                    operation="UPDATE",
                    pgid="pgtrigger_version_goes_up_497d8",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="within_what_was_approved",
                sql=partners.triggers.FirmSql(
                    func="\n    PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;\n    IF NEW.status IN ('pending', 'on_hold', 'batched', 'sent', 'confirmed') AND (\n        SELECT coalesce(sum(coalesce(received, amount)), 0) FROM claims_payment\n         WHERE claim_id = NEW.claim_id AND status IN ('pending', 'on_hold', 'batched', 'sent', 'confirmed')\n    ) > (SELECT coalesce(approved, 0) FROM claims_claim WHERE id = NEW.claim_id) THEN\n        RAISE EXCEPTION 'the payments of a claim are no more than what was approved' USING ERRCODE = 'WF040';\n    END IF;\n    RETURN NULL;\n",
                    hash="270041b1552e4d0ca9ecf4fe3e4fbf19926ab2e0",
                    operation='INSERT OR UPDATE OF "status", "received"',
                    pgid="pgtrigger_within_what_was_approved_b406e",
                    table="claims_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="of_its_claim",
                sql=partners.triggers.FirmSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id\n          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id\n         WHERE c.id = NEW.claim_id AND c.status IN ('approved', 'partly_approved', 'payable')\n           AND c.partner_id = NEW.partner_id AND p.vendor_id = NEW.vendor_id AND p.currency = NEW.currency\n    ) THEN\n        RAISE EXCEPTION 'a payment is of an approved claim, of its partner, vendor and currency' USING ERRCODE = 'WF041';\n    END IF;\n    RETURN NEW;\n",
                    hash="a351e5fe9faca5397791586ba196fe97a6a76752",
                    operation="INSERT",
                    pgid="pgtrigger_of_its_claim_fed84",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_still",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.status = 'pending' AND NEW.status IN ('batched', 'confirmed'))",
                    func="\n    IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status IN ('approved', 'partly_approved', 'payable')) THEN\n        RAISE EXCEPTION 'the claim is not approved any more' USING ERRCODE = 'WF041';\n    END IF;\n    RETURN NEW;\n",
                    hash="99db0753237cfb1b4fb8fe5ec72ea150a9cda7d4",
                    operation='UPDATE OF "status"',
                    pgid="pgtrigger_approved_still_18f17",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="paid_by_outsiders",
                sql=partners.triggers.FirmSql(
                    func="\n    IF EXISTS (\n        SELECT FROM claims_claim c\n         WHERE c.id = NEW.claim_id\n           AND (c.filed_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)\n                OR c.decided_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)\n                OR c.second_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id))\n    ) OR EXISTS (\n        SELECT FROM partners_membership\n         WHERE company_id = NEW.partner_id AND ended_at IS NULL\n           AND user_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)\n    ) THEN\n        RAISE EXCEPTION 'who filed or decided a claim, or works for its partner, does not pay it' USING ERRCODE = 'WF010';\n    END IF;\n    RETURN NEW;\n",
                    hash="0085847ee5a31411ade884bf37fcf20150f4a746",
                    operation='INSERT OR UPDATE OF "batched_by_id", "sent_by_id", "confirmed_by_id"',
                    pgid="pgtrigger_paid_by_outsiders_0eb4d",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="not_by_who_entered",
                sql=partners.triggers.FirmSql(
                    func="\n    IF EXISTS (\n        SELECT FROM claims_bankdetails d WHERE d.id = NEW.account_id\n           AND (d.company_id <> NEW.partner_id\n                OR d.entered_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id))\n    ) THEN\n        RAISE EXCEPTION 'these bank details are of another company, or whoever entered them pays to them' USING ERRCODE = 'WF045';\n    END IF;\n    RETURN NEW;\n",
                    hash="134ce7ba0e8d6f76ef80006e260a2e2c8af76100",
                    operation='INSERT OR UPDATE OF "account_id", "batched_by_id", "sent_by_id", "confirmed_by_id"',
                    pgid="pgtrigger_not_by_who_entered_7d5c6",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="held_while_held",
                sql=partners.triggers.FirmSql(
                    constraint="CONSTRAINT",
                    func="\n    IF EXISTS (\n        SELECT FROM claims_payment p\n         WHERE p.id = NEW.id\n           AND CASE WHEN p.status IN ('failed', 'reversed', 'called_off') THEN false\n                    ELSE (p.status = 'on_hold') <> EXISTS (\n                        SELECT FROM claims_hold h WHERE h.payment_id = p.id AND h.closed_at IS NULL) END\n    ) THEN\n        RAISE EXCEPTION 'a payment is on hold if, and only if, a hold is open' USING ERRCODE = 'WF042';\n    END IF;\n    RETURN NULL;\n",
                    hash="8c3bec82d30d1c6feb176941c51e8eb31f897dd8",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_held_while_held_85349",
                    table="claims_payment",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN ((ROW(OLD.claim_id, OLD.partner_id, OLD.vendor_id, OLD.currency, OLD.amount, OLD.instead_of_id) IS DISTINCT FROM ROW(NEW.claim_id, NEW.partner_id, NEW.vendor_id, NEW.currency, NEW.amount, NEW.instead_of_id)) OR OLD.status = 'confirmed' AND ROW(OLD.received, OLD.paid_on, OLD.reference, OLD.confirmed_by_id, OLD.confirmed_at, OLD.account_id, OLD.batch_id) IS DISTINCT FROM ROW(NEW.received, NEW.paid_on, NEW.reference, NEW.confirmed_by_id, NEW.confirmed_at, NEW.account_id, NEW.batch_id))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d12938beeda7638a1509deff3ea0115d531f120e",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_stays_15be2",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="03f05cd9f3e3d1dc9ae56e04f726bf909ced4227",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_6be13",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="906d9a842d658a40793ccd5ea8ea86db20793eed",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_31eae",
                    table="claims_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="entered_by_its_owner",
                sql=partners.triggers.FirmSql(
                    func="\n        IF NOT EXISTS (SELECT FROM partners_membership WHERE user_id = NEW.entered_by_id AND company_id = NEW.company_id AND ended_at IS NULL AND role IN ('owner', 'manager')) THEN\n            RAISE EXCEPTION 'bank details are entered by who looks after the company' USING ERRCODE = 'WF044';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="de985faf55b5488acd6399cc7e23d587b1fc0757",
                    operation="INSERT",
                    pgid="pgtrigger_entered_by_its_owner_bc938",
                    table="claims_bankdetails",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="checked_by_outsiders",
                sql=partners.triggers.FirmSql(
                    func="\n        IF EXISTS (SELECT FROM partners_membership\n                    WHERE user_id = NEW.checked_by_id AND company_id = NEW.company_id AND ended_at IS NULL)\n           OR NEW.checked_by_id = NEW.entered_by_id THEN\n            RAISE EXCEPTION 'bank details are checked by somebody outside the company' USING ERRCODE = 'WF010';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="f12667c38e630f55f185a3c07eefc407166ace13",
                    operation='INSERT OR UPDATE OF "checked_by_id"',
                    pgid="pgtrigger_checked_by_outsiders_14f80",
                    table="claims_bankdetails",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN ((ROW(OLD.company_id, OLD.kind, OLD.holder, OLD.country, OLD.bic, OLD.last4, OLD.tax_last4, OLD.entered_by_id, OLD.entered_at) IS DISTINCT FROM ROW(NEW.company_id, NEW.kind, NEW.holder, NEW.country, NEW.bic, NEW.last4, NEW.tax_last4, NEW.entered_by_id, NEW.entered_at)) OR OLD.replaced_at IS NOT NULL AND ROW(OLD.replaced_at) IS DISTINCT FROM ROW(NEW.replaced_at) OR OLD.checked_at IS NOT NULL AND ROW(OLD.checked_by_id, OLD.checked_at, OLD.checked_words) IS DISTINCT FROM ROW(NEW.checked_by_id, NEW.checked_at, NEW.checked_words))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e3cc1b5340b5cc85e50032e652a3f9862cab1431",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_stays_b7551",
                    table="claims_bankdetails",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="7c85ecc28729ee3a822c6695c19b52769012ba55",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_0e8c1",
                    table="claims_bankdetails",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankdetails",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="edfdee124caa5ea357d0c135c747349162116f7c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_dcfee",
                    table="claims_bankdetails",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_as",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'open')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                    hash="6b601820f97e170cf9983dfe7561f0e51bdd1170",
                    operation="INSERT",
                    pgid="pgtrigger_starts_as_3eb31",
                    table="claims_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_the_table",
                sql=partners.triggers.FirmSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:sent,open:dropped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="02d42d7165701a6eefba21038f854cf309324b7b",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_the_table_d4005",
                    table="claims_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="version_goes_up",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.version <= OLD.version)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="01484d28d552c1b6a5a764b9c7741ce14cedaa30",
                    operation="UPDATE",
                    pgid="pgtrigger_version_goes_up_0f7bf",
                    table="claims_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN ((ROW(OLD.vendor_id, OLD.currency, OLD.method, OLD.created_by_id, OLD.created_at) IS DISTINCT FROM ROW(NEW.vendor_id, NEW.currency, NEW.method, NEW.created_by_id, NEW.created_at)))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b5b892459a71aa64928f641ac0616c3f2353f71f",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_stays_db8ba",
                    table="claims_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="1aa9f89dc651952cbc99059d323817d89489e7e0",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_6348b",
                    table="claims_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="742a8393d394e039c339816a1c2736ae552db822",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_c9509",
                    table="claims_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN ((ROW(OLD.payment_id, OLD.side, OLD.code, OLD.words, OLD.opened_by_id, OLD.opened_at) IS DISTINCT FROM ROW(NEW.payment_id, NEW.side, NEW.code, NEW.words, NEW.opened_by_id, NEW.opened_at)) OR OLD.closed_at IS NOT NULL AND ROW(OLD.closed_by_id, OLD.closed_at, OLD.closed_words) IS DISTINCT FROM ROW(NEW.closed_by_id, NEW.closed_at, NEW.closed_words))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4497ac8425a879c8d8c925509e13282ca0e91773",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_stays_6ebf2",
                    table="claims_hold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="held_while_held",
                sql=partners.triggers.FirmSql(
                    constraint="CONSTRAINT",
                    func="\n    IF EXISTS (\n        SELECT FROM claims_payment p\n         WHERE p.id = NEW.payment_id\n           AND CASE WHEN p.status IN ('failed', 'reversed', 'called_off') THEN false\n                    ELSE (p.status = 'on_hold') <> EXISTS (\n                        SELECT FROM claims_hold h WHERE h.payment_id = p.id AND h.closed_at IS NULL) END\n    ) THEN\n        RAISE EXCEPTION 'a payment is on hold if, and only if, a hold is open' USING ERRCODE = 'WF042';\n    END IF;\n    RETURN NULL;\n",
                    hash="3398453f44de2b717e79397cca13fc200782fdb6",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_held_while_held_35992",
                    table="claims_hold",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="e207797d7db8c5eac55984b385c2d6ac5becaf3a",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_816a2",
                    table="claims_hold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="7c2be3ada36bf3a4e75010ac6a49c046f6dc65fb",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_4338d",
                    table="claims_hold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reversal",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_as",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'open')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                    hash="f8480bf1e712e332a6bbe63324f84f4c16590973",
                    operation="INSERT",
                    pgid="pgtrigger_starts_as_8651c",
                    table="claims_reversal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reversal",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_the_table",
                sql=partners.triggers.FirmSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:confirmed,open:dropped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="cb014bda5db9c795c150e9adcbd80eb550332d9d",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_the_table_9e5e0",
                    table="claims_reversal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reversal",
            trigger=pgtrigger.compiler.Trigger(
                name="reversed_by_outsiders",
                sql=partners.triggers.FirmSql(
                    func="\n        IF EXISTS (SELECT FROM claims_claim c JOIN partners_membership m ON m.company_id = c.partner_id\n                    WHERE c.id = NEW.claim_id AND m.ended_at IS NULL\n                      AND m.user_id IN (NEW.proposed_by_id, NEW.decided_by_id)) THEN\n            RAISE EXCEPTION 'who works for the partner does not reverse its payment' USING ERRCODE = 'WF010';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="7a6bb06bd2b905d8ec24234bcc3f4e436c8ec87a",
                    operation='INSERT OR UPDATE OF "proposed_by_id", "decided_by_id"',
                    pgid="pgtrigger_reversed_by_outsiders_b087e",
                    table="claims_reversal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reversal",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN ((ROW(OLD.claim_id, OLD.amount, OLD.back_to, OLD.code, OLD.reason, OLD.proposed_by_id, OLD.proposed_at) IS DISTINCT FROM ROW(NEW.claim_id, NEW.amount, NEW.back_to, NEW.code, NEW.reason, NEW.proposed_by_id, NEW.proposed_at)) OR OLD.decided_at IS NOT NULL AND ROW(OLD.decided_by_id, OLD.decided_at, OLD.decided_words) IS DISTINCT FROM ROW(NEW.decided_by_id, NEW.decided_at, NEW.decided_words))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="fcbae9d6b98457816bd78d8e854ad89c3ffa868c",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_stays_d24ce",
                    table="claims_reversal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reversal",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="fbd47da151a931323d7d547ce830919ab6f910fc",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_73536",
                    table="claims_reversal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reversal",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="79f5d90ff0402bc217678c6f96812371dd57e2a4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_f7f1a",
                    table="claims_reversal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shortpay",
            trigger=pgtrigger.compiler.Trigger(
                name="starts_as",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'open')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                    hash="e71520e373988a44908d48348f5abe7fb3c5838e",
                    operation="INSERT",
                    pgid="pgtrigger_starts_as_64719",
                    table="claims_shortpay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shortpay",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_the_table",
                sql=partners.triggers.FirmSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:repaid,open:settled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="6adcb336dd3245dd74f54e2d0899a32442535c85",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_the_table_5c2c7",
                    table="claims_shortpay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shortpay",
            trigger=pgtrigger.compiler.Trigger(
                name="settled_by_its_owner",
                sql=partners.triggers.FirmSql(
                    condition="WHEN (NEW.status = 'settled')",
                    func="\n        IF NOT EXISTS (SELECT FROM claims_payment p WHERE p.id = NEW.payment_id\n                        AND EXISTS (SELECT FROM partners_membership WHERE user_id = NEW.resolved_by_id AND company_id = p.partner_id AND ended_at IS NULL AND role IN ('owner', 'manager'))) THEN\n            RAISE EXCEPTION 'only an owner of the partner accepts less than what was approved' USING ERRCODE = 'WF044';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="c3456c92bd01d8c99ac9942c72d071ae3c024676",
                    operation='INSERT OR UPDATE OF "status", "resolved_by_id"',
                    pgid="pgtrigger_settled_by_its_owner_b6087",
                    table="claims_shortpay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shortpay",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_stays",
                sql=partners.triggers.FirmSql(
                    condition="WHEN ((ROW(OLD.payment_id, OLD.missing, OLD.opened_at) IS DISTINCT FROM ROW(NEW.payment_id, NEW.missing, NEW.opened_at)) OR OLD.resolved_at IS NOT NULL AND ROW(OLD.resolved_by_id, OLD.resolved_at, OLD.reason) IS DISTINCT FROM ROW(NEW.resolved_by_id, NEW.resolved_at, NEW.reason))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="dbd5a6e677ff32a9b347a03befa9ce872a5eaef7",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_stays_7660e",
                    table="claims_shortpay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shortpay",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_deleted",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="10c69c3b491c9f98201254ade95c7601bf194af9",
                    operation="DELETE",
                    pgid="pgtrigger_is_never_deleted_806ac",
                    table="claims_shortpay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shortpay",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=partners.triggers.FirmSql(
                    func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF043';",
                    hash="c1ba0b06df11ceb7938dfdfcbb55afc32826c292",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_18c64",
                    table="claims_shortpay",
                    when="BEFORE",
                ),
            ),
        ),
    ]
