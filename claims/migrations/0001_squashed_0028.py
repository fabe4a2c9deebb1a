"""All that the migrations of claims made until here, so that a new database is there in seconds; one that has those runs none of it."""

import datetime
from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.math
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import claims.models.lines
import partners.triggers


class Migration(migrations.Migration):
    replaces = [
        ("claims", "0001_initial"),
        ("claims", "0002_initial"),
        ("claims", "0003_initial"),
        ("claims", "0004_claims_by_activity"),
        ("claims", "0005_private_vendors"),
        ("claims", "0006_requests_and_decisions"),
        ("claims", "0007_requests_hold_money"),
        ("claims", "0008_lines_and_rates"),
        ("claims", "0009_outcomes"),
        ("claims", "0010_payments"),
        ("claims", "0011_packets"),
        ("claims", "0012_history"),
        ("claims", "0013_review"),
        ("claims", "0014_disputed_by_two"),
        ("claims", "0015_named_anew"),
        ("claims", "0016_within_its_period"),
        ("claims", "0017_decisions_stay"),
        ("claims", "0018_rules_with_codes_of_their_own"),
        ("claims", "0019_paid_as_payments_say"),
        ("claims", "0020_sums_as_their_lines_say"),
        ("claims", "0021_a_second_person_of_the_vendor"),
        ("claims", "0022_people_of_a_request"),
        ("claims", "0023_proofs_that_were_filed_stay"),
        ("claims", "0024_fingerprints"),
        ("claims", "0025_fingerprints_of_what_stands"),
        ("claims", "0026_read_anew"),
        ("claims", "0027_found_by_their_days"),
        ("claims", "0028_pipeline_opened"),
    ]

    initial = True

    dependencies = [
        ("funds", "0001_squashed_0014"),
        ("partners", "0001_squashed_0004"),
        ("programs", "0001_squashed_0008"),
    ]

    operations = [
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
                (
                    "account_print",
                    models.CharField(
                        blank=True, db_default="", db_index=True, default="", editable=False, max_length=33
                    ),
                ),
                (
                    "tax_print",
                    models.CharField(
                        blank=True, db_default="", db_index=True, default="", editable=False, max_length=33
                    ),
                ),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_words", models.CharField(blank=True, max_length=500, verbose_name="how you checked it")),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bank_details", to="partners.company"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "bank details",
                "ordering": ["-entered_at", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["iban", "us"])), name="details_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("last4__regex", "^[0-9A-Z]{4}$"), ("tax_last4__regex", "^[0-9A-Z]{0,4}$")),
                        name="details_show_their_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder__gt", ""), ("secret__gt", "")), name="details_are_whole"
                    ),
                    models.CheckConstraint(
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
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)), fields=("company",), name="one_state_of_bank_details"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (true) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret,account_print,tax_print}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret,account_print,tax_print}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), NULL, NULL, was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="b1ab7102e7449bcc50e16ce6b990a8246900b3b9",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_8a4d3",
                            table="claims_bankdetails",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="entered_by_its_owner",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF NOT EXISTS (SELECT FROM partners_membership WHERE user_id = NEW.entered_by_id AND company_id = NEW.company_id AND ended_at IS NULL AND role IN ('owner', 'manager')) THEN\n            RAISE EXCEPTION 'bank details are entered by who looks after the company' USING ERRCODE = 'WF054';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="fa15aa6829fbf7beb2372ca26ede9e8e7a92771f",
                            operation="INSERT",
                            pgid="pgtrigger_entered_by_its_owner_bc938",
                            table="claims_bankdetails",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="what_was_said_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN ((ROW(OLD.company_id, OLD.kind, OLD.holder, OLD.country, OLD.bic, OLD.last4, OLD.tax_last4, OLD.entered_by_id, OLD.entered_at) IS DISTINCT FROM ROW(NEW.company_id, NEW.kind, NEW.holder, NEW.country, NEW.bic, NEW.last4, NEW.tax_last4, NEW.entered_by_id, NEW.entered_at)) OR OLD.account_print <> '' AND ROW(OLD.account_print, OLD.tax_print) IS DISTINCT FROM ROW(NEW.account_print, NEW.tax_print) OR OLD.replaced_at IS NOT NULL AND ROW(OLD.replaced_at) IS DISTINCT FROM ROW(NEW.replaced_at) OR OLD.checked_at IS NOT NULL AND ROW(OLD.checked_by_id, OLD.checked_at, OLD.checked_words) IS DISTINCT FROM ROW(NEW.checked_by_id, NEW.checked_at, NEW.checked_words))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="58231211999cf0846e0ab9f3568098a627871d95",
                            operation="UPDATE",
                            pgid="pgtrigger_what_was_said_stays_b7551",
                            table="claims_bankdetails",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="f97fa48e1b879780db00608a77d3a998a3f0acc0",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_0e8c1",
                            table="claims_bankdetails",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="4028f6c1afefc182e0701e2527be8744c6f762fe",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_dcfee",
                            table="claims_bankdetails",
                            when="BEFORE",
                        ),
                    ),
                ],
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
                (
                    "account",
                    models.ForeignKey(
                        help_text="The vendor's, from which it is paid.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.bankdetails",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sent_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "batches",
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["vendor", "-created_at"], name="batch_of_vendor")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "sent", "dropped"])), name="batch_status"
                    ),
                    models.CheckConstraint(condition=models.Q(("method__in", ["bank", "credit"])), name="batch_method"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True),
                            models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="batch_sent_by_somebody",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="from_its_own_account",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.account_id IS NOT NULL)",
                            func="\n        IF NOT EXISTS (SELECT FROM claims_bankdetails WHERE id = NEW.account_id AND company_id = NEW.vendor_id) THEN\n            RAISE EXCEPTION 'a batch is paid from an account of its own vendor' USING ERRCODE = 'WF046';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="950856b127fed31e32d52a61a82b1c1124d58856",
                            operation='INSERT OR UPDATE OF "account_id"',
                            pgid="pgtrigger_from_its_own_account_8d0f8",
                            table="claims_batch",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="1186f0a1b50011e9f29848929c9fee0adaa624ee",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_6348b",
                            table="claims_batch",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="4b62deb16e56573f9e6020e5de558ce3c0afcb1f",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_c9509",
                            table="claims_batch",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("USD", "USD"),
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("NOK", "NOK"),
                            ("DKK", "DKK"),
                            ("PLN", "PLN"),
                            ("CZK", "CZK"),
                            ("HUF", "HUF"),
                            ("RON", "RON"),
                            ("TRY", "TRY"),
                            ("ILS", "ILS"),
                            ("AED", "AED"),
                            ("SAR", "SAR"),
                            ("KWD", "KWD"),
                            ("BHD", "BHD"),
                            ("ZAR", "ZAR"),
                            ("INR", "INR"),
                            ("SGD", "SGD"),
                            ("HKD", "HKD"),
                            ("CNY", "CNY"),
                            ("TWD", "TWD"),
                            ("JPY", "JPY"),
                            ("KRW", "KRW"),
                            ("THB", "THB"),
                            ("MYR", "MYR"),
                            ("IDR", "IDR"),
                            ("PHP", "PHP"),
                            ("VND", "VND"),
                            ("AUD", "AUD"),
                            ("NZD", "NZD"),
                            ("CAD", "CAD"),
                            ("MXN", "MXN"),
                            ("BRL", "BRL"),
                            ("CLP", "CLP"),
                            ("COP", "COP"),
                        ],
                        max_length=3,
                        verbose_name="from",
                    ),
                ),
                (
                    "quote",
                    models.CharField(
                        choices=[
                            ("USD", "USD"),
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("NOK", "NOK"),
                            ("DKK", "DKK"),
                            ("PLN", "PLN"),
                            ("CZK", "CZK"),
                            ("HUF", "HUF"),
                            ("RON", "RON"),
                            ("TRY", "TRY"),
                            ("ILS", "ILS"),
                            ("AED", "AED"),
                            ("SAR", "SAR"),
                            ("KWD", "KWD"),
                            ("BHD", "BHD"),
                            ("ZAR", "ZAR"),
                            ("INR", "INR"),
                            ("SGD", "SGD"),
                            ("HKD", "HKD"),
                            ("CNY", "CNY"),
                            ("TWD", "TWD"),
                            ("JPY", "JPY"),
                            ("KRW", "KRW"),
                            ("THB", "THB"),
                            ("MYR", "MYR"),
                            ("IDR", "IDR"),
                            ("PHP", "PHP"),
                            ("VND", "VND"),
                            ("AUD", "AUD"),
                            ("NZD", "NZD"),
                            ("CAD", "CAD"),
                            ("MXN", "MXN"),
                            ("BRL", "BRL"),
                            ("CLP", "CLP"),
                            ("COP", "COP"),
                        ],
                        max_length=3,
                        verbose_name="to",
                    ),
                ),
                ("day", models.DateField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                (
                    "source",
                    models.CharField(help_text="Where it is published, as in ECB reference rate.", max_length=80),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "base", "quote"],
                "indexes": [models.Index(fields=["-day", "base", "quote"], name="rate_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("base", "quote", "day"), name="one_rate_of_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("base", models.F("quote")), _negated=True), name="rate_of_two_currencies"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0), ("rate__lte", Decimal("1000000000"))), name="rate_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FingerprintKey",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("secret", models.TextField(editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1), models.Q(("secret", ""), _negated=True)),
                        name="one_fingerprint_key",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (true) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), NULL, NULL, was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="52a9aeb4fff1151c03495971deb05bdb0108a958",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_4b572",
                            table="claims_fingerprintkey",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="27088eef5a2568405632630a8f243742df8ce67f",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_09679",
                            table="claims_fingerprintkey",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="8d90ba689a9d2a4b72666643c6452ebd752bcb3a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_1afca",
                            table="claims_fingerprintkey",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="what you plan")),
                ("plan", models.TextField(blank=True, max_length=4000, verbose_name="how it goes, and why")),
                ("place", models.CharField(blank=True, max_length=160)),
                ("audience", models.CharField(blank=True, max_length=300, verbose_name="whom it is for")),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Where its activity is paid by the person.",
                        null=True,
                        verbose_name="for how many people",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("leads", models.PositiveIntegerField(blank=True, null=True, verbose_name="leads you expect")),
                ("pipeline", models.BigIntegerField(blank=True, null=True, verbose_name="pipeline you expect")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_review", "In review"),
                            ("info_requested", "Question for you"),
                            ("second_approval", "Second approval"),
                            ("approved", "Approved"),
                            ("approved_reduced", "Approved for less"),
                            ("returned", "Sent back"),
                            ("declined", "Declined"),
                            ("amended", "Change asked for"),
                            ("completed", "Completed"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, help_text="Goes up with each change; a decision names the one it saw."
                    ),
                ),
                ("cost", models.BigIntegerField(default=0, help_text="All of its budget lines.")),
                ("asked", models.BigIntegerField(default=0, help_text="The vendor's share of that.")),
                ("approved", models.BigIntegerField(blank=True, null=True)),
                (
                    "reserved",
                    models.BigIntegerField(
                        default=0,
                        help_text="What of `approved` is still set aside: no claim drew on it, and it was not released.",
                    ),
                ),
                (
                    "claim_by",
                    models.DateField(blank=True, help_text="The last day to claim, as its approval said.", null=True),
                ),
                (
                    "amendment",
                    models.JSONField(blank=True, help_text="What the partner asks to change, by field.", null=True),
                ),
                (
                    "question_due",
                    models.DateField(blank=True, help_text="The last day to answer the open question.", null=True),
                ),
                ("typed", models.JSONField(blank=True, default=dict, help_text="The draft's form as it was typed.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("filed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        help_text="Of the fund's own terms.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.activity",
                    ),
                ),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="funds.allocation"
                    ),
                ),
                (
                    "created_by",
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
                    "filed_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="partners.partner"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "indexes": [
                    models.Index(fields=["partner", "-changed_at"], name="request_of_partner_by_change"),
                    models.Index(fields=["allocation", "status"], name="request_of_allocation"),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ("submitted", "in_review", "info_requested", "second_approval"))
                        ),
                        fields=["filed_at", "id"],
                        name="request_awaiting_decision",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("approved", "approved_reduced", "amended"))),
                        fields=["claim_by"],
                        name="request_in_force",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["draft", "returned"])),
                        fields=["changed_at"],
                        name="request_to_be_finished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "submitted",
                                    "in_review",
                                    "info_requested",
                                    "second_approval",
                                    "approved",
                                    "approved_reduced",
                                    "returned",
                                    "declined",
                                    "amended",
                                    "completed",
                                    "expired",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="request_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="request_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked__gte", 0),
                            ("asked__lte", models.F("cost")),
                            ("cost__gte", 0),
                            ("cost__lte", 100000000000000),
                        ),
                        name="request_asked_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pipeline__gte", 0), ("pipeline__lte", 100000000000000)),
                        name="request_pipeline_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved", None),
                            models.Q(("approved__gt", 0), ("approved__lte", models.F("asked"))),
                            _connector="OR",
                        ),
                        name="request_approved_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reserved", 0),
                            models.Q(
                                ("approved__isnull", False),
                                ("reserved__gt", 0),
                                ("reserved__lte", models.F("approved")),
                                ("status__in", ("approved", "approved_reduced", "amended")),
                            ),
                            _connector="OR",
                        ),
                        name="request_reserved_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("filed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="request_filed_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by", None),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("second_by", models.F("filed_by")), _negated=True),
                                models.Q(("second_by", models.F("decided_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="request_second_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(
                                ("asked__gt", 0),
                                ("filed_at__isnull", False),
                                ("filed_by__isnull", False),
                                ("starts_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_filed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "status__in",
                                    ("approved", "approved_reduced", "amended", "completed", "expired", "cancelled"),
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                ("approved__isnull", False),
                                ("claim_by__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amendment__isnull", False), ("status", "amended")),
                            models.Q(models.Q(("status", "amended"), _negated=True), ("amendment", None)),
                            _connector="OR",
                        ),
                        name="request_amendment_while_amended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question_due", None), ("status", "info_requested"), _connector="OR"),
                        name="request_question_due_while_asked",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="filed_is_kept",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.filed_at IS NOT NULL)",
                            func="RAISE EXCEPTION 'what was filed stays on record' USING ERRCODE = 'WF072';",
                            hash="a88a90b56968e24c5b3b0dd39e1bf2736abf740b",
                            operation="DELETE",
                            pgid="pgtrigger_filed_is_kept_f3b3f",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (coalesce(NEW.filed_at, OLD.filed_at) IS NOT NULL) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), NULL, coalesce(NEW.id, OLD.id), was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="2de61d03e00ea4cc7a485f9c14b0f9949bac4b90",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_1b552",
                            table="claims_fundrequest",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="26d2e2ac3399a7173844245a55925a48af2e13e5",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_86c66",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:submitted,submitted:in_review,in_review:info_requested,info_requested:in_review,info_requested:returned,in_review:second_approval,in_review:approved,in_review:approved_reduced,in_review:returned,in_review:declined,second_approval:approved,second_approval:approved_reduced,second_approval:in_review,submitted:draft,in_review:draft,info_requested:draft,second_approval:draft,returned:draft,declined:draft,approved:amended,approved_reduced:amended,amended:approved,amended:approved_reduced,approved:completed,approved:expired,approved:cancelled,approved_reduced:completed,approved_reduced:expired,approved_reduced:cancelled,amended:completed,amended:expired,amended:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="cc4688deef22a5bbc270ddf7bf9ad1730af8c6b2",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_74159",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="decided_by_outsiders",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE managers bigint[];",
                            func="\n    IF EXISTS (\n        SELECT FROM partners_membership\n        WHERE company_id = NEW.partner_id AND ended_at IS NULL\n          AND (user_id = NEW.decided_by_id AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id OR user_id = NEW.second_by_id AND NEW.second_by_id IS DISTINCT FROM OLD.second_by_id)\n    ) THEN\n        RAISE EXCEPTION 'a member of the asking partner cannot approve its request' USING ERRCODE = 'WF010';\n    END IF;\n    managers := ARRAY(\n        SELECT m.user_id FROM funds_allocation f JOIN funds_budget b ON b.id = f.budget_id\n          JOIN programs_program p ON p.id = b.program_id JOIN partners_membership m ON m.company_id = p.vendor_id\n         WHERE f.id = NEW.allocation_id AND m.role = 'manager' AND m.ended_at IS NULL\n    );\n    IF NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id AND NEW.decided_by_id <> ALL (managers)\n       OR NEW.second_by_id IS DISTINCT FROM OLD.second_by_id AND NEW.second_by_id <> ALL (managers) AND (\n           NOT EXISTS (SELECT FROM partners_membership m JOIN partners_company c ON c.id = m.company_id\n                        WHERE m.user_id = NEW.second_by_id AND m.ended_at IS NULL AND m.role = 'admin' AND c.kind = 'site')\n           OR EXISTS (SELECT FROM partners_user u\n                       WHERE u.id = ANY (managers) AND u.is_active AND u.id NOT IN (NEW.decided_by_id, NEW.filed_by_id)\n                         AND NOT EXISTS (SELECT FROM partners_membership\n                                          WHERE user_id = u.id AND company_id = NEW.partner_id AND ended_at IS NULL)))\n       OR OLD.status = 'amended' AND NEW.status IN ('approved', 'approved_reduced') AND NEW.approved > OLD.approved\n          AND NEW.approved > (SELECT t.second_approval_over FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id\n                               WHERE f.id = NEW.allocation_id)\n          AND NEW.second_by_id <> ALL (managers) AND OLD.amendment #>> '{first,by}' IS DISTINCT FROM NEW.decided_by_id::text\n    THEN\n        RAISE EXCEPTION 'the managers of its vendor decide on a request, and an admin only where a second one is missing' USING ERRCODE = 'WF092';\n    END IF;\n    RETURN NEW;\n",
                            hash="4794b37967d750c6bf6f3592a150b9264bb09548",
                            operation='UPDATE OF "status", "decided_by_id", "second_by_id"',
                            pgid="pgtrigger_decided_by_outsiders_7b851",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="second_approval_over_the_terms",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status IN ('approved', 'approved_reduced') AND OLD.status IN ('in_review', 'second_approval', 'amended'))",
                            func="\n    IF NEW.second_by_id IS NULL AND NEW.approved > (\n        SELECT t.second_approval_over FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id\n         WHERE f.id = NEW.allocation_id\n    ) THEN\n        RAISE EXCEPTION 'so much needs a second approval' USING ERRCODE = 'WF013';\n    END IF;\n    RETURN NEW;\n",
                            hash="128c3a4b44bf8c836c19498c874d194f7f16fc84",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_second_approval_over_the_terms_09c97",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_what_its_fund_reserved",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.reserved > OLD.reserved)",
                            constraint="CONSTRAINT",
                            func="\n    PERFORM FROM funds_allocation WHERE id = NEW.allocation_id FOR NO KEY UPDATE;\n    IF (SELECT sum(reserved) FROM claims_fundrequest WHERE allocation_id = NEW.allocation_id)\n       > (SELECT reserved FROM funds_allocation WHERE id = NEW.allocation_id) THEN\n        RAISE EXCEPTION 'the fund has not reserved so much for its requests' USING ERRCODE = 'WF060';\n    END IF;\n    RETURN NULL;\n",
                            hash="012f6e892e326c37558660b02b71e2febb39dca5",
                            operation='UPDATE OF "reserved"',
                            pgid="pgtrigger_within_what_its_fund_reserved_b173b",
                            table="claims_fundrequest",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="holds_what_its_claims_leave",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.approved, OLD.reserved) IS DISTINCT FROM ROW(NEW.approved, NEW.reserved) OR NEW.status IN ('approved', 'approved_reduced', 'amended', 'completed', 'expired', 'cancelled') AND OLD.status <> NEW.status)",
                            constraint="CONSTRAINT",
                            func="\n        \n    IF EXISTS (SELECT FROM claims_fundrequest r WHERE r.id = NEW.id AND r.reserved <> CASE WHEN r.status IN ('approved', 'approved_reduced', 'amended')\n                THEN r.approved - coalesce((SELECT sum(CASE WHEN c.status IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed') THEN c.from_reserved\n                 WHEN c.status IN ('approved', 'partly_approved', 'payable', 'paid', 'reversed')\n                 THEN least(c.from_reserved, c.approved + (SELECT coalesce(sum(s.missing), 0) FROM claims_shortpay s JOIN claims_payment p ON p.id = s.payment_id\n              WHERE p.claim_id = c.id AND s.status = 'settled')) ELSE 0 END) FROM claims_claim c WHERE c.request_id = r.id), 0) ELSE 0 END) THEN\n        RAISE EXCEPTION 'a request holds what its claims leave of what was approved' USING ERRCODE = 'WF089';\n    END IF;\n    \n        IF NEW.reserved < OLD.reserved AND NOT EXISTS (\n            SELECT FROM funds_movement m\n             WHERE m.allocation_id = NEW.allocation_id AND m.source = 'reserved' AND m.amount = OLD.reserved - NEW.reserved\n               AND (m.key = concat('request:', NEW.id, ':', NEW.version, ':release')\n                    OR OLD.status = NEW.status AND m.key LIKE ANY (\n                        SELECT concat('claim:', c.id, ':%:claim:reserved:') FROM claims_claim c WHERE c.request_id = NEW.id))\n        ) THEN\n            RAISE EXCEPTION 'no movement of the ledger let go of this money' USING ERRCODE = 'WF089';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="ef7e7b2ff44121d845353b5ab5d6201e0433d571",
                            operation='UPDATE OF "status", "approved", "reserved"',
                            pgid="pgtrigger_holds_what_its_claims_leave_04f33",
                            table="claims_fundrequest",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="budget_adds_up",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'draft' AND NEW.status = 'submitted')",
                            func="\n        IF NEW.cost IS DISTINCT FROM (SELECT sum(amount) FROM claims_requestline WHERE request_id = NEW.id)\n           OR NEW.asked IS DISTINCT FROM (\n               SELECT sum(whole + (rest > 50 OR rest = 50 AND mod(whole, 2) = 1)::int)\n                 FROM (SELECT div(part, 100) AS whole, mod(part, 100) AS rest\n                         FROM (SELECT l.amount::numeric * coalesce(a.rate, t.reimbursement_percent) AS part\n                                 FROM claims_requestline l JOIN funds_allocation f ON f.id = NEW.allocation_id\n                                 JOIN programs_terms t ON t.id = f.terms_id\n                                 LEFT JOIN programs_activity a ON a.id = NEW.activity_id\n                                WHERE l.request_id = NEW.id) shares) halves) THEN\n            RAISE EXCEPTION 'the request asks for something else than its budget' USING ERRCODE = 'WF090';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="b52d94b8b3a5d0a6a554236926aa36fafd804f1c",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_budget_adds_up_dd102",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="grows_by_a_change",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status <> 'draft' AND ROW(OLD.cost, OLD.asked) IS DISTINCT FROM ROW(NEW.cost, NEW.asked) AND NOT (OLD.status = 'amended' AND NEW.status = 'approved' AND NEW.asked > OLD.asked AND NEW.asked = NEW.approved AND (NEW.cost = NEW.asked OR abs(2 * (OLD.cost::numeric * NEW.asked - NEW.cost::numeric * OLD.asked)) <= OLD.asked)))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="c09ea4b32427fa3d6344fa2be6568d05e381e59e",
                            operation="UPDATE",
                            pgid="pgtrigger_grows_by_a_change_1a5de",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_its_people",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'draft' AND NEW.status = 'submitted' OR OLD.status = 'amended' AND (NEW.approved > OLD.approved OR NEW.people IS DISTINCT FROM OLD.people))",
                            func="\n    IF EXISTS (\n        SELECT FROM programs_activity a\n         WHERE a.id = NEW.activity_id\n           AND (coalesce(NEW.approved, NEW.asked) > a.person_cap::numeric * coalesce(NEW.people, 0)\n                OR a.person_cap IS NOT NULL AND NEW.people > a.most_people)\n    ) THEN\n        RAISE EXCEPTION 'the request asks for more than its people get' USING ERRCODE = 'WF012';\n    END IF;\n    RETURN NEW;\n",
                            hash="1976981724dcb743d3285e9a329f8353078ec8b6",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_within_its_people_d8beb",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="asked_on_windfall",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (\n        SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id\n          JOIN programs_program p ON p.id = b.program_id JOIN partners_company v ON v.id = p.vendor_id\n         WHERE a.id = NEW.allocation_id AND v.kept_by_id IS NOT NULL\n    ) THEN\n        RAISE EXCEPTION 'this fund is claimed in the portal of its vendor' USING ERRCODE = 'WF032';\n    END IF;\n    RETURN NEW;\n",
                            hash="ca44068fe958fe019602f537b381df599e096968",
                            operation="INSERT",
                            pgid="pgtrigger_asked_on_windfall_a54bd",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="version_goes_up",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.version <= OLD.version)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="93e85726658059332f9a67af46293c11c91e66f4",
                            operation="UPDATE",
                            pgid="pgtrigger_version_goes_up_ac1f4",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="decision_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = NEW.status AND OLD.status IN ('approved', 'approved_reduced', 'amended') AND ROW(OLD.approved, OLD.asked, OLD.decided_by_id, OLD.second_by_id, OLD.filed_by_id) IS DISTINCT FROM ROW(NEW.approved, NEW.asked, NEW.decided_by_id, NEW.second_by_id, NEW.filed_by_id))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d9bab20bb273e4ed482b6edd9f8510d50380a726",
                            operation="UPDATE",
                            pgid="pgtrigger_decision_stays_f6113",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="fund_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."allocation_id" IS DISTINCT FROM (NEW."allocation_id") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1e09bcfd13060e0cf9a852770a2cfa1c3c26440c",
                            operation="UPDATE",
                            pgid="pgtrigger_fund_is_fixed_603e5",
                            table="claims_fundrequest",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="what it was for")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_review", "In review"),
                            ("info_requested", "Question for you"),
                            ("second_approval", "Second approval"),
                            ("approved", "Approved"),
                            ("partly_approved", "Approved in part"),
                            ("rejected", "Rejected"),
                            ("returned", "Sent back"),
                            ("withdrawn", "Withdrawn"),
                            ("disputed", "Disputed"),
                            ("payable", "Being paid"),
                            ("paid", "Paid"),
                            ("reversed", "Payment reversed"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, help_text="Goes up with each change; a decision names the one it saw."
                    ),
                ),
                ("asked", models.BigIntegerField(default=0, help_text="The vendor's share of all lines.")),
                ("ran_from", models.DateField(blank=True, null=True, verbose_name="it ran from")),
                ("ran_until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "from_reserved",
                    models.BigIntegerField(default=0, help_text="How much of it was drawn from pre-approved money."),
                ),
                ("approved", models.BigIntegerField(blank=True, null=True)),
                ("paid", models.BigIntegerField(default=0, help_text="What of `approved` has reached the partner.")),
                (
                    "noted",
                    models.JSONField(
                        blank=True, default=dict, help_text="By the code of a warning: the partner's word on it."
                    ),
                ),
                (
                    "question_due",
                    models.DateField(blank=True, help_text="The last day to answer the open question.", null=True),
                ),
                (
                    "typed",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="The draft's form as it was typed, half-finished lines too. Empty once filed.",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("filed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("disputed_at", models.DateTimeField(null=True)),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="funds.allocation"
                    ),
                ),
                (
                    "created_by",
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
                    "disputed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first_decided_by",
                    models.ForeignKey(
                        help_text="Whose decision was disputed.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first_second_by",
                    models.ForeignKey(
                        help_text="Who had approved that decision too.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paid_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="partners.partner"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        help_text="Who approved it too, where the terms ask for two.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        help_text="The approval that it draws on.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="claims.fundrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "indexes": [
                    models.Index(fields=["partner", "-changed_at"], name="claim_of_partner"),
                    models.Index(fields=["allocation", "status"], name="claim_of_allocation"),
                    models.Index(
                        condition=models.Q(("status__in", ("submitted", "in_review", "second_approval", "disputed"))),
                        fields=["filed_at", "id"],
                        name="claim_awaiting_review",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["draft", "returned"])),
                        fields=["changed_at"],
                        name="claim_to_be_finished",
                    ),
                    models.Index(
                        condition=models.Q(("status", "info_requested")),
                        fields=["question_due"],
                        name="claim_question_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "submitted",
                                    "in_review",
                                    "info_requested",
                                    "second_approval",
                                    "approved",
                                    "partly_approved",
                                    "rejected",
                                    "returned",
                                    "withdrawn",
                                    "disputed",
                                    "payable",
                                    "paid",
                                    "reversed",
                                ],
                            )
                        ),
                        name="claim_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__gte", 0), ("asked__lte", 100000000000000)), name="claim_asked_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_reserved__gte", 0), ("from_reserved__lte", models.F("asked"))),
                        name="claim_from_reserved_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved", None),
                            models.Q(("approved__gte", 0), ("approved__lte", models.F("asked"))),
                            _connector="OR",
                        ),
                        name="claim_approved_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ran_until__gte", models.F("ran_from"))), name="claim_ran_until_after_from"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid", 0),
                            models.Q(("approved__isnull", False), ("paid__gt", 0), ("paid__lte", models.F("approved"))),
                            _connector="OR",
                        ),
                        name="claim_paid_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("filed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="four_eyes_filed_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_by", None),
                            models.Q(("paid_by", models.F("filed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="four_eyes_filed_paid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_by", None),
                            models.Q(("paid_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="four_eyes_decided_paid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by", None),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("second_by", models.F("filed_by")), _negated=True),
                                models.Q(("second_by", models.F("decided_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="four_eyes_second_approval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_by", None),
                            ("second_by", None),
                            models.Q(("paid_by", models.F("second_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="four_eyes_second_paid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disputed_at", None), ("disputed_by", None), ("first_decided_by", None)),
                            models.Q(
                                ("disputed_at__isnull", False),
                                ("disputed_by__isnull", False),
                                ("first_decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="disputed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_decided_by", None),
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("first_decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="dispute_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("first_second_by", None),
                                ("decided_by", None),
                                models.Q(("decided_by", models.F("first_second_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("first_decided_by", None),
                                ("second_by", None),
                                models.Q(("second_by", models.F("first_decided_by")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="dispute_decided_by_neither",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("asked__gt", 0), ("filed_at__isnull", False), ("filed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="filed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "status__in",
                                    ("approved", "partly_approved", "payable", "rejected", "paid", "reversed"),
                                ),
                                _negated=True,
                            ),
                            models.Q(("approved__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "second_approval"), _negated=True),
                            models.Q(("approved__gt", 0), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="second_approval_has_a_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question_due", None), ("status", "info_requested"), _connector="OR"),
                        name="question_due_while_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "paid"), _negated=True),
                            models.Q(("approved__gt", 0), ("paid_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="paid_by_somebody",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="filed_is_kept",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.filed_at IS NOT NULL)",
                            func="RAISE EXCEPTION 'what was filed stays on record' USING ERRCODE = 'WF072';",
                            hash="f5b58e8b58fd8522118dc8d703927f240a662a5d",
                            operation="DELETE",
                            pgid="pgtrigger_filed_is_kept_10781",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (coalesce(NEW.filed_at, OLD.filed_at) IS NOT NULL) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), coalesce(NEW.id, OLD.id), NULL, was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="49c48fb99764e8e43270257164d66e1c530666f3",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_61b89",
                            table="claims_claim",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="3a74bbe7bfadaf8619311d94c343a12428412cb4",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_b8c35",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:submitted,submitted:in_review,in_review:info_requested,info_requested:in_review,info_requested:returned,in_review:returned,in_review:second_approval,in_review:approved,in_review:partly_approved,in_review:rejected,second_approval:approved,second_approval:partly_approved,second_approval:in_review,approved:in_review,partly_approved:in_review,submitted:withdrawn,in_review:withdrawn,info_requested:withdrawn,second_approval:withdrawn,withdrawn:draft,rejected:draft,returned:draft,rejected:disputed,partly_approved:disputed,disputed:in_review,approved:payable,partly_approved:payable,payable:approved,payable:partly_approved,payable:paid,approved:paid,partly_approved:paid,paid:reversed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="e383553b3cc9cadb23ba7a15c370ed3e02fc750c",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_8cbc3",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="decided_and_paid_by_outsiders",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (\n        SELECT FROM partners_membership\n        WHERE company_id = NEW.partner_id AND ended_at IS NULL\n          AND (user_id = NEW.decided_by_id AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id OR user_id = NEW.second_by_id AND NEW.second_by_id IS DISTINCT FROM OLD.second_by_id OR user_id = NEW.paid_by_id AND NEW.paid_by_id IS DISTINCT FROM OLD.paid_by_id)\n    ) THEN\n        RAISE EXCEPTION 'a member of the claiming partner can neither decide nor pay its claim' USING ERRCODE = 'WF010';\n    END IF;\n    RETURN NEW;\n",
                            hash="1150e9d7669b821818ad6e2ac6e6a7dd6f9481a6",
                            operation='UPDATE OF "decided_by_id", "second_by_id", "paid_by_id"',
                            pgid="pgtrigger_decided_and_paid_by_outsiders_b3078",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_its_terms",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'draft' AND NEW.status = 'submitted')",
                            func="\n    PERFORM pg_advisory_xact_lock(hashtextextended('caps ' || f.budget_id || ' ' || f.partner_id, 0))\n       FROM funds_allocation f WHERE f.id = NEW.allocation_id;\n    IF EXISTS (\n        SELECT FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id\n         WHERE f.id = NEW.allocation_id\n           AND (NEW.asked < t.least_claim\n                OR t.preapproval AND NEW.from_reserved < NEW.asked\n                OR EXISTS (SELECT FROM programs_activity WHERE terms_id = t.id)\n                   AND EXISTS (SELECT FROM claims_line l LEFT JOIN programs_activity a ON a.id = l.activity_id\n                                WHERE l.claim_id = NEW.id AND a.terms_id IS DISTINCT FROM t.id))\n    ) OR EXISTS (\n        SELECT FROM funds_allocation f\n          JOIN programs_activity a ON a.terms_id = f.terms_id\n          JOIN (SELECT activity_id, sum(asked) AS asked, sum(coalesce(people, 0)) AS people\n                  FROM claims_line WHERE claim_id = NEW.id GROUP BY activity_id) c ON c.activity_id = a.id\n          CROSS JOIN LATERAL (\n              SELECT coalesce(sum(coalesce(l.accepted, l.asked)), 0) AS asked\n                FROM funds_allocation g\n                JOIN claims_claim k ON k.allocation_id = g.id AND k.id <> NEW.id AND k.status IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed', 'approved', 'partly_approved', 'payable', 'paid')\n                JOIN claims_line l ON l.claim_id = k.id\n                JOIN programs_activity b ON b.id = l.activity_id AND b.name = a.name\n               WHERE g.budget_id = f.budget_id AND g.partner_id = f.partner_id) before\n          CROSS JOIN LATERAL (\n              SELECT sum(available + reserved + claimed + approved + paid + lapsed) * a.period_cap_percent / 100 AS part\n                FROM funds_allocation WHERE budget_id = f.budget_id AND partner_id = f.partner_id) earned\n         WHERE f.id = NEW.allocation_id\n           AND (c.asked > a.claim_cap OR c.asked < a.least\n                OR c.asked > a.person_cap * c.people OR c.people > a.most_people\n                OR before.asked + c.asked > CASE a.period_cap_rule WHEN 'greater' THEN greatest(a.period_cap, earned.part) ELSE least(a.period_cap, earned.part) END)\n    ) THEN\n        RAISE EXCEPTION 'the claim asks for what its terms do not pay' USING ERRCODE = 'WF012';\n    END IF;\n    RETURN NEW;\n",
                            hash="41cc66774eccaa1f1061890a3a63ee2d6d19a2b8",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_within_its_terms_c7a26",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="within_its_period",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status = 'disputed' AND OLD.status <> 'disputed' OR NEW.status = 'in_review' AND OLD.status IN ('approved', 'partly_approved'))",
                            func="\n    PERFORM pg_advisory_xact_lock(hashtextextended('caps ' || f.budget_id || ' ' || f.partner_id, 0))\n       FROM funds_allocation f WHERE f.id = NEW.allocation_id;\n    IF EXISTS (\n        SELECT FROM funds_allocation f\n          CROSS JOIN (SELECT activity_id, sum(asked) AS asked FROM claims_line WHERE claim_id = NEW.id GROUP BY activity_id) c\n          JOIN programs_activity a ON a.id = c.activity_id\n          CROSS JOIN LATERAL (\n              SELECT coalesce(sum(coalesce(l.accepted, l.asked)), 0) AS asked\n                FROM funds_allocation g\n                JOIN claims_claim k ON k.allocation_id = g.id AND k.id <> NEW.id AND k.status IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed', 'approved', 'partly_approved', 'payable', 'paid')\n                JOIN claims_line l ON l.claim_id = k.id\n                JOIN programs_activity b ON b.id = l.activity_id AND b.name = a.name\n               WHERE g.budget_id = f.budget_id AND g.partner_id = f.partner_id) before\n          CROSS JOIN LATERAL (\n              SELECT sum(available + reserved + claimed + approved + paid + lapsed) * a.period_cap_percent / 100 AS part\n                FROM funds_allocation WHERE budget_id = f.budget_id AND partner_id = f.partner_id) earned\n         WHERE f.id = NEW.allocation_id AND before.asked > 0 AND before.asked + c.asked > CASE a.period_cap_rule WHEN 'greater' THEN greatest(a.period_cap, earned.part) ELSE least(a.period_cap, earned.part) END\n    ) THEN\n        RAISE EXCEPTION 'other claims took what the terms pay for it in its period' USING ERRCODE = 'WF012';\n    END IF;\n    RETURN NEW;\n",
                            hash="8b6c87da89a5362009defc92f3318f10b474594f",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_within_its_period_84466",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="parts_within_their_invoices",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed', 'approved', 'partly_approved', 'payable', 'paid') AND OLD.status NOT IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed', 'approved', 'partly_approved', 'payable', 'paid'))",
                            func="\n    PERFORM FROM claims_invoice WHERE id IN (SELECT invoice_id FROM claims_line WHERE claim_id = NEW.id)\n      ORDER BY id FOR NO KEY UPDATE;\n    IF EXISTS (\n        SELECT FROM claims_invoice i JOIN claims_line l ON l.invoice_id = i.id JOIN claims_claim k ON k.id = l.claim_id\n         WHERE i.id IN (SELECT invoice_id FROM claims_line WHERE claim_id = NEW.id)\n           AND (k.id = NEW.id OR k.status IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed', 'approved', 'partly_approved', 'payable', 'paid'))\n         GROUP BY i.id HAVING sum(l.part) > i.total\n    ) THEN\n        RAISE EXCEPTION 'together the claims ask for more than the invoice' USING ERRCODE = 'WF082';\n    END IF;\n    RETURN NEW;\n",
                            hash="dd696be8a369aaa793f776c9aa2e75aa94f67c30",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_parts_within_their_invoices_6f809",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="files_its_proofs",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'draft' AND NEW.status = 'submitted')",
                            func="\n    UPDATE claims_proof SET filed_at = NEW.filed_at WHERE claim_id = NEW.id AND filed_at IS NULL;\n    RETURN NEW;\n",
                            hash="24005313d5e86c62cbf45e02d79eb129e2a03e97",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_files_its_proofs_bf857",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="second_approval_over_the_terms",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status IN ('approved', 'partly_approved') AND OLD.status IN ('in_review', 'second_approval'))",
                            func="\n    IF NEW.second_by_id IS NULL AND NEW.approved > (\n        SELECT t.second_approval_over FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id\n         WHERE f.id = NEW.allocation_id\n    ) THEN\n        RAISE EXCEPTION 'so much needs a second approval' USING ERRCODE = 'WF013';\n    END IF;\n    RETURN NEW;\n",
                            hash="e72f980838b424f40871107b72de72c516c90067",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_second_approval_over_the_terms_6cf56",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="request_of_its_fund",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.request_id IS NOT NULL)",
                            func="\n    IF NOT EXISTS (SELECT FROM claims_fundrequest WHERE id = NEW.request_id AND allocation_id = NEW.allocation_id) THEN\n        RAISE EXCEPTION 'this approval is of another fund' USING ERRCODE = 'WF080';\n    END IF;\n    RETURN NEW;\n",
                            hash="f19c5349708a70b019b1641e30242055bcc7089f",
                            operation='INSERT OR UPDATE OF "request_id"',
                            pgid="pgtrigger_request_of_its_fund_5b235",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="version_goes_up",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.version <= OLD.version)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="9177dff537ad037503477604f0276f650dc4dca8",
                            operation="UPDATE",
                            pgid="pgtrigger_version_goes_up_a2de1",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="what_was_filed_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status <> 'draft' AND ROW(OLD.asked, OLD.filed_by_id, OLD.request_id) IS DISTINCT FROM ROW(NEW.asked, NEW.filed_by_id, NEW.request_id))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="2f4cda0435fd49e06936bbf64ab95bf7c80fc632",
                            operation="UPDATE",
                            pgid="pgtrigger_what_was_filed_stays_17d1e",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="decision_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status IN ('approved', 'partly_approved', 'payable', 'paid', 'reversed') AND NEW.status IN ('approved', 'partly_approved', 'payable', 'paid', 'reversed') AND (NEW.approved > OLD.approved OR ROW(OLD.decided_by_id, OLD.second_by_id) IS DISTINCT FROM ROW(NEW.decided_by_id, NEW.second_by_id)))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="497634320d251ba5c84701e59a1d2f1ce1093c09",
                            operation="UPDATE",
                            pgid="pgtrigger_decision_stays_74b05",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="paid_as_its_payments_say",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.paid <> OLD.paid OR NEW.approved < OLD.approved)",
                            constraint="CONSTRAINT",
                            func="\n    IF EXISTS (\n        SELECT FROM claims_claim c CROSS JOIN LATERAL (\n            SELECT coalesce(sum(received) FILTER (WHERE status = 'confirmed'), 0) AS arrived,\n                   coalesce(sum(coalesce(received, amount)) FILTER (WHERE status IN ('pending', 'on_hold', 'batched', 'sent', 'confirmed')), 0) AS live\n              FROM claims_payment WHERE claim_id = c.id) p\n         WHERE c.id = NEW.id AND (c.paid <> p.arrived OR p.live > coalesce(c.approved, 0))\n    ) THEN\n        RAISE EXCEPTION 'what is paid of a claim is what its payments say' USING ERRCODE = 'WF084';\n    END IF;\n    RETURN NULL;\n",
                            hash="34b879ceef8844c2a8a55572b3d13748f6c3446b",
                            operation='UPDATE OF "paid", "approved"',
                            pgid="pgtrigger_paid_as_its_payments_say_cf690",
                            table="claims_claim",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="asked_as_its_lines_say",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'draft' AND NEW.status = 'submitted')",
                            func="\n        IF NEW.asked IS DISTINCT FROM (SELECT sum(asked) FROM claims_line WHERE claim_id = NEW.id) OR EXISTS (\n            SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id JOIN programs_terms t ON t.id = f.terms_id\n          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id JOIN claims_line l ON l.claim_id = c.id LEFT JOIN programs_activity a ON a.id = l.activity_id\n             WHERE c.id = NEW.id AND NOT ((abs(2 * ((l.amount::numeric * coalesce(a.rate, t.reimbursement_percent)) - l.asked * (100))) < (100) OR abs(2 * ((l.amount::numeric * coalesce(a.rate, t.reimbursement_percent)) - l.asked * (100))) = (100) AND mod(l.asked, 2) = 0) AND (abs(2 * (((CASE WHEN t.tax_included THEN l.total ELSE l.net END)::numeric * l.part * CASE WHEN l.invoice_currency = '' THEN 1 ELSE l.rate * 10::numeric ^ greatest((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN l.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN l.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN l.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END), 0) END) - l.amount * (l.total::numeric * CASE WHEN l.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN l.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN l.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN l.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END))) < (l.total::numeric * CASE WHEN l.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN l.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN l.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN l.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END) OR abs(2 * (((CASE WHEN t.tax_included THEN l.total ELSE l.net END)::numeric * l.part * CASE WHEN l.invoice_currency = '' THEN 1 ELSE l.rate * 10::numeric ^ greatest((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN l.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN l.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN l.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END), 0) END) - l.amount * (l.total::numeric * CASE WHEN l.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN l.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN l.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN l.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END))) = (l.total::numeric * CASE WHEN l.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN l.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN l.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN l.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END) AND mod(l.amount, 2) = 0))\n        ) THEN\n            RAISE EXCEPTION 'the claim asks for something else than its lines' USING ERRCODE = 'WF086';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="f78c11c0e882cf3566979953ed7d2a1b9462b5a1",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_asked_as_its_lines_say_a3bb4",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approved_as_its_lines_say",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (\n            SELECT FROM becomes c JOIN was o USING (id)\n             WHERE (c.approved IS DISTINCT FROM o.approved OR o.status NOT IN ('second_approval', 'approved', 'partly_approved', 'payable', 'rejected', 'paid', 'reversed')) AND c.status IN ('second_approval', 'approved', 'partly_approved', 'payable', 'rejected', 'paid', 'reversed') AND c.approved <> coalesce((SELECT sum(accepted) FROM claims_line WHERE claim_id = c.id), 0) - (SELECT coalesce(sum(s.missing), 0) FROM claims_shortpay s JOIN claims_payment p ON p.id = s.payment_id\n              WHERE p.claim_id = c.id AND s.status = 'settled')\n        ) THEN\n            RAISE EXCEPTION 'what is approved is what its lines were accepted for' USING ERRCODE = 'WF087';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="f094c7902201d536e23349c3c273a44d4b533a15",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_approved_as_its_lines_say_24901",
                            referencing="REFERENCING OLD TABLE AS was  NEW TABLE AS becomes ",
                            table="claims_claim",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="its_request_holds_the_rest",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.request_id IS NOT NULL AND ROW(OLD.status, OLD.approved, OLD.from_reserved) IS DISTINCT FROM ROW(NEW.status, NEW.approved, NEW.from_reserved))",
                            constraint="CONSTRAINT",
                            func="\n    IF EXISTS (SELECT FROM claims_fundrequest r WHERE r.id = NEW.request_id AND r.reserved <> CASE WHEN r.status IN ('approved', 'approved_reduced', 'amended')\n                THEN r.approved - coalesce((SELECT sum(CASE WHEN c.status IN ('submitted', 'in_review', 'info_requested', 'second_approval', 'disputed') THEN c.from_reserved\n                 WHEN c.status IN ('approved', 'partly_approved', 'payable', 'paid', 'reversed')\n                 THEN least(c.from_reserved, c.approved + (SELECT coalesce(sum(s.missing), 0) FROM claims_shortpay s JOIN claims_payment p ON p.id = s.payment_id\n              WHERE p.claim_id = c.id AND s.status = 'settled')) ELSE 0 END) FROM claims_claim c WHERE c.request_id = r.id), 0) ELSE 0 END) THEN\n        RAISE EXCEPTION 'a request holds what its claims leave of what was approved' USING ERRCODE = 'WF089';\n    END IF;\n     RETURN NULL;",
                            hash="66a0036a0c17bcd32a210b21652979e96046ba47",
                            operation='UPDATE OF "status", "approved", "from_reserved"',
                            pgid="pgtrigger_its_request_holds_the_rest_76502",
                            table="claims_claim",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="reversed_by_a_reversal",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status = 'reversed' AND OLD.status <> 'reversed')",
                            constraint="CONSTRAINT",
                            func="\n        IF NOT EXISTS (SELECT FROM claims_reversal WHERE claim_id = NEW.id AND status = 'confirmed' AND amount = OLD.paid) THEN\n            RAISE EXCEPTION 'a payment is taken back by a reversal that two people stand by' USING ERRCODE = 'WF091';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="054df4394f75630171140e0b358baff40afa5851",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_reversed_by_a_reversal_41661",
                            table="claims_claim",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="drawn_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status <> 'draft' AND OLD.status = NEW.status AND NEW.from_reserved <> OLD.from_reserved)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="349e4a9e3beaa08d2e4a24a3ec98551e513cc688",
                            operation="UPDATE",
                            pgid="pgtrigger_drawn_stays_1ee35",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="disputed_once",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.disputed_at IS NOT NULL AND (NEW.disputed_at IS DISTINCT FROM OLD.disputed_at OR NEW.first_decided_by_id IS DISTINCT FROM OLD.first_decided_by_id OR NEW.first_second_by_id IS DISTINCT FROM OLD.first_second_by_id))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d6dd2bf353840c4fc0ef0cb92fc036ef3b8e7be1",
                            operation="UPDATE",
                            pgid="pgtrigger_disputed_once_689c4",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="claimed_on_windfall",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (\n        SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id\n          JOIN programs_program p ON p.id = b.program_id JOIN partners_company v ON v.id = p.vendor_id\n         WHERE a.id = NEW.allocation_id AND v.kept_by_id IS NOT NULL\n    ) THEN\n        RAISE EXCEPTION 'this fund is claimed in the portal of its vendor' USING ERRCODE = 'WF032';\n    END IF;\n    RETURN NEW;\n",
                            hash="69a9b80dcc85ea9fb27857a0c0c073f3c885fad4",
                            operation="INSERT",
                            pgid="pgtrigger_claimed_on_windfall_f033b",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="fund_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."allocation_id" IS DISTINCT FROM (NEW."allocation_id") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1cb5242dc6ff9387b75a35e386b0e8f0a8c21110",
                            operation="UPDATE",
                            pgid="pgtrigger_fund_is_fixed_9e9b3",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("supplier", models.CharField(max_length=120)),
                ("number", models.CharField(max_length=60)),
                ("supplier_key", models.CharField(max_length=120)),
                ("number_key", models.CharField(max_length=120)),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("total", models.BigIntegerField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="partners.partner"
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-id"],
                "indexes": [models.Index(fields=["partner", "-day"], name="invoice_of_partner")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "number_key", "supplier_key", "day", "currency", "total"),
                        name="one_invoice_of_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__gt", 0), ("total__lte", 100000000000000)),
                        name="invoice_total_range",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="invoice_is_fixed",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="380fad4db075439320c8d60f31b88f069fa7cb3c",
                            operation="UPDATE",
                            pgid="pgtrigger_invoice_is_fixed_72ebb",
                            table="claims_invoice",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        help_text="For whom it was, where that bounds what is paid.", null=True
                    ),
                ),
                ("what", models.CharField(max_length=160, verbose_name="what")),
                ("supplier", models.CharField(max_length=120)),
                ("invoice_number", models.CharField(max_length=60)),
                ("invoice_date", models.DateField()),
                (
                    "key",
                    models.CharField(
                        db_default=django.db.models.functions.text.Left(
                            django.db.models.functions.text.MD5(
                                django.db.models.functions.comparison.Cast(
                                    django.db.models.functions.math.Random(), models.TextField()
                                )
                            ),
                            8,
                        ),
                        default=claims.models.lines.new_key,
                        max_length=8,
                    ),
                ),
                ("net", models.BigIntegerField()),
                ("tax", models.BigIntegerField(db_default=0, default=0)),
                ("total", models.BigIntegerField()),
                ("part", models.BigIntegerField()),
                (
                    "invoice_currency",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="Where it is not the program's.", max_length=3
                    ),
                ),
                ("rate", models.DecimalField(decimal_places=10, help_text="Of one unit.", max_digits=20, null=True)),
                ("rate_day", models.DateField(null=True)),
                ("rate_source", models.CharField(blank=True, db_default="", default="", max_length=90)),
                ("amount", models.BigIntegerField()),
                ("asked", models.BigIntegerField()),
                (
                    "supplier_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            django.db.models.functions.text.Lower("supplier"),
                            models.Value("[^[:alnum:]]+"),
                            models.Value(""),
                            models.Value("g"),
                            function="regexp_replace",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "number_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            django.db.models.functions.text.Lower(
                                models.Func(
                                    "invoice_number",
                                    models.Value("(^|[^0-9])0+(?=[0-9])"),
                                    models.Value("\\1"),
                                    models.Value("g"),
                                    function="regexp_replace",
                                )
                            ),
                            models.Value("[^[:alnum:]]+"),
                            models.Value(""),
                            models.Value("g"),
                            function="regexp_replace",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("accepted", "Accepted"),
                            ("reduced", "Reduced"),
                            ("denied", "Denied"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("accepted", models.BigIntegerField(blank=True, null=True)),
                (
                    "reason_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("missing_proof", "Proof is missing"),
                            ("wrong_document", "A document is the wrong one or not readable"),
                            ("mismatch", "Amounts, dates or names do not match"),
                            ("not_eligible", "The program does not cover this"),
                            ("outside_dates", "Outside the program's dates"),
                            ("duplicate", "Claimed before"),
                            ("unanswered", "A question was not answered in time"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "activity",
                    models.ForeignKey(
                        help_text="None where the terms name no activities.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.activity",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="claims.claim"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        help_text="Known from the first filing on.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="claims.invoice",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [
                    models.Index(fields=["number_key", "supplier_key"], name="line_of_an_invoice"),
                    models.Index(fields=["supplier_key", "invoice_date"], name="line_of_a_supplier"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "position"), name="one_line_at_a_position"),
                    models.UniqueConstraint(fields=("claim", "key"), name="one_line_of_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("net__gte", 0),
                            ("tax__gte", 0),
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            ),
                            ("total__gt", 0),
                            ("total__lte", 100000000000000),
                        ),
                        name="line_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__gt", 0), ("part__lte", models.F("total"))), name="line_part_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invoice_currency", ""), _negated=True),
                            ("amount__lte", models.F("part")),
                            _connector="OR",
                        ),
                        name="line_amount_of_its_part",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invoice_currency", ""), ("rate", None), ("rate_day", None), ("rate_source", "")),
                            models.Q(
                                models.Q(("invoice_currency", ""), _negated=True),
                                ("rate__gt", 0),
                                ("rate__isnull", False),
                                (
                                    "rate_day__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("invoice_date"), "-", models.Value(datetime.timedelta(days=7))
                                    ),
                                ),
                                ("rate_day__isnull", False),
                                ("rate_day__lte", models.F("invoice_date")),
                            ),
                            _connector="OR",
                        ),
                        name="line_rate_of_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="line_amount_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__gte", 0), ("asked__lte", models.F("amount"))),
                        name="line_asked_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted", None),
                            models.Q(("accepted__gte", 0), ("accepted__lte", models.F("asked"))),
                            _connector="OR",
                        ),
                        name="line_accepted_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["reduced", "denied"]), _negated=True),
                            models.Q(
                                models.Q(("reason_code", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="line_reason_given",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="never_emptied",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'what was filed stays on record' USING ERRCODE = 'WF072';",
                            hash="a55a65d652fc38416111d1b9c2b16387fd0244e9",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_emptied_a7f1a",
                            table="claims_line",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (EXISTS (SELECT FROM claims_claim WHERE id = coalesce(NEW.claim_id, OLD.claim_id) AND filed_at IS NOT NULL)) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), coalesce(NEW.claim_id, OLD.claim_id), NULL, was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="df975fde48d58bd6dc1aac4683beaaec55ace450",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_15283",
                            table="claims_line",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="lines_of_a_draft",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF TG_OP = 'UPDATE' AND ROW(NEW.claim_id, NEW.position, NEW.activity_id, NEW.people, NEW.what, NEW.supplier, NEW.invoice_number, NEW.invoice_date, NEW.key, NEW.net, NEW.tax, NEW.total, NEW.part, NEW.invoice_currency, NEW.rate, NEW.rate_day, NEW.rate_source, NEW.invoice_id, NEW.amount, NEW.asked) IS NOT DISTINCT FROM ROW(OLD.claim_id, OLD.position, OLD.activity_id, OLD.people, OLD.what, OLD.supplier, OLD.invoice_number, OLD.invoice_date, OLD.key, OLD.net, OLD.tax, OLD.total, OLD.part, OLD.invoice_currency, OLD.rate, OLD.rate_day, OLD.rate_source, OLD.invoice_id, OLD.amount, OLD.asked) THEN\n        RETURN NEW;\n    END IF;\n    IF EXISTS (SELECT FROM claims_claim WHERE id IN (NEW.claim_id, OLD.claim_id) AND status <> 'draft') THEN\n        RAISE EXCEPTION 'the lines of a filed claim stay as they are' USING ERRCODE = 'WF011';\n    END IF;\n    RETURN coalesce(NEW, OLD);\n",
                            hash="f56e9a8a1da4b0fa91a266644ca97c1f7a857156",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_lines_of_a_draft_46b7d",
                            table="claims_line",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="invoice_as_on_the_line",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.invoice_id IS NOT NULL)",
                            func="\n    IF NOT EXISTS (\n        SELECT FROM claims_invoice i JOIN claims_claim c ON c.partner_id = i.partner_id\n          JOIN funds_allocation f ON f.id = c.allocation_id JOIN funds_budget b ON b.id = f.budget_id\n          JOIN programs_program p ON p.id = b.program_id\n         WHERE i.id = NEW.invoice_id AND c.id = NEW.claim_id AND i.total = NEW.total AND i.day = NEW.invoice_date\n           AND i.currency = coalesce(nullif(NEW.invoice_currency, ''), p.currency)\n    ) THEN\n        RAISE EXCEPTION 'the line is of another invoice' USING ERRCODE = 'WF081';\n    END IF;\n    RETURN NEW;\n",
                            hash="16e93da1d517f5e023430c2469bbc1eeee502161",
                            operation='INSERT OR UPDATE OF "invoice_id", "claim_id", "total", "invoice_date", "invoice_currency"',
                            pgid="pgtrigger_invoice_as_on_the_line_06d9c",
                            table="claims_line",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="amount_as_it_counts",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id JOIN programs_terms t ON t.id = f.terms_id\n          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id WHERE c.id = NEW.claim_id AND NOT (abs(2 * (((CASE WHEN t.tax_included THEN NEW.total ELSE NEW.net END)::numeric * NEW.part * CASE WHEN NEW.invoice_currency = '' THEN 1 ELSE NEW.rate * 10::numeric ^ greatest((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN NEW.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN NEW.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN NEW.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END), 0) END) - NEW.amount * (NEW.total::numeric * CASE WHEN NEW.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN NEW.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN NEW.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN NEW.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END))) < (NEW.total::numeric * CASE WHEN NEW.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN NEW.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN NEW.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN NEW.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END) OR abs(2 * (((CASE WHEN t.tax_included THEN NEW.total ELSE NEW.net END)::numeric * NEW.part * CASE WHEN NEW.invoice_currency = '' THEN 1 ELSE NEW.rate * 10::numeric ^ greatest((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN NEW.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN NEW.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN NEW.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END), 0) END) - NEW.amount * (NEW.total::numeric * CASE WHEN NEW.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN NEW.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN NEW.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN NEW.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END))) = (NEW.total::numeric * CASE WHEN NEW.invoice_currency = '' THEN 1 ELSE 10::numeric ^ greatest(-((CASE WHEN p.currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN p.currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN p.currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END) - (CASE WHEN NEW.invoice_currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD', 'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF', 'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0 WHEN NEW.invoice_currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3 WHEN NEW.invoice_currency IN ('CLF', 'UYW') THEN 4 ELSE 2 END)), 0) END) AND mod(NEW.amount, 2) = 0)) THEN\n            RAISE EXCEPTION 'the amount is not what counts of this invoice' USING ERRCODE = 'WF085';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="c4853f1e8bee990b8716c4998ec61d76b2203ae4",
                            operation='INSERT OR UPDATE OF "claim_id", "net", "tax", "total", "part", "invoice_currency", "rate", "amount"',
                            pgid="pgtrigger_amount_as_it_counts_afa04",
                            table="claims_line",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="verdict_stays",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (\n            SELECT FROM becomes l JOIN was o USING (id) JOIN claims_claim c ON c.id = l.claim_id\n             WHERE l.accepted IS DISTINCT FROM o.accepted AND c.status NOT IN ('draft', 'in_review', 'disputed')\n        ) THEN\n            RAISE EXCEPTION 'what was accepted of a decided claim stays' USING ERRCODE = 'WF088';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="21b638164538f4e6e50b5611469a68c92e39d38c",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_verdict_stays_6106e",
                            referencing="REFERENCING OLD TABLE AS was  NEW TABLE AS becomes ",
                            table="claims_line",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ended_on", models.DateField(help_text="The activity's last day.")),
                ("due_on", models.DateField(help_text="None where the terms ask for no results.", null=True)),
                ("number", models.IntegerField(default=0, help_text="Of the report that stands.")),
                ("reported_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funds.allocation"
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome",
                        to="claims.claim",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome",
                        to="claims.fundrequest",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["partner", "due_on"], name="outcome_of_partner"),
                    models.Index(fields=["allocation"], name="outcome_of_allocation"),
                    models.Index(condition=models.Q(("number", 0)), fields=["due_on"], name="outcome_unreported"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim__isnull", False), ("request", None)),
                            models.Q(("claim", None), ("request__isnull", False)),
                            _connector="OR",
                        ),
                        name="outcome_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 0), ("reported_at", None)),
                            models.Q(("number__gt", 0), ("reported_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="outcome_reported_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("ended_on"))), name="outcome_due_after_end"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="outcome_of_its_fund",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM claims_claim WHERE id = NEW.claim_id AND request_id IS NULL\n           AND allocation_id = NEW.allocation_id AND partner_id = NEW.partner_id\n        UNION ALL\n        SELECT FROM claims_fundrequest WHERE id = NEW.request_id\n           AND allocation_id = NEW.allocation_id AND partner_id = NEW.partner_id\n    ) THEN\n        RAISE EXCEPTION 'these results are of another activity' USING ERRCODE = 'WF070';\n    END IF;\n    RETURN NEW;\n",
                            hash="19ce39b38af885827b7c3fb672cbcfa25fdb3d94",
                            operation="INSERT",
                            pgid="pgtrigger_outcome_of_its_fund_be80d",
                            table="claims_outcome",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="outcome_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."allocation_id" IS DISTINCT FROM (NEW."allocation_id") OR OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="26ec418e572d78da8875779e6a30b298e4273176",
                            operation="UPDATE",
                            pgid="pgtrigger_outcome_is_fixed_1fa61",
                            table="claims_outcome",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="reports_count_up",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.number NOT IN (OLD.number, OLD.number + 1))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d11c7ba5f4599959d0a275504e8e4bb796e277cc",
                            operation="UPDATE",
                            pgid="pgtrigger_reports_count_up_ae8a2",
                            table="claims_outcome",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="reported_is_kept",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.number > 0)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="c4580af9fa1a362d089db703c94a2b9775fb65cb",
                            operation="DELETE",
                            pgid="pgtrigger_reported_is_kept_4206a",
                            table="claims_outcome",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("words", models.CharField(blank=True, max_length=2000, verbose_name="what came of it")),
                ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="claims.outcome"
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("outcome", "number"), name="one_report_of_a_number")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="next_report",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM claims_outcome o\n          JOIN partners_membership m ON m.company_id = o.partner_id AND m.user_id = NEW.reported_by_id AND m.ended_at IS NULL\n         WHERE o.id = NEW.outcome_id AND o.number = NEW.number\n    ) THEN\n        RAISE EXCEPTION 'a report is the latest one, by somebody of the partner' USING ERRCODE = 'WF071';\n    END IF;\n    RETURN NEW;\n",
                            hash="2eb7ab0d8c464ba0b4523c399819dc29f911c00d",
                            operation="INSERT",
                            pgid="pgtrigger_next_report_ac446",
                            table="claims_outcomereport",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="5aabe0c36a0878460a3f6a436669fb46e261a316",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_bd367",
                            table="claims_outcomereport",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Packet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "Being made"), ("ready", "Ready"), ("failed", "Could not be made")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("version", models.IntegerField(default=0, help_text="Of the claim that it shows.")),
                ("file", models.FileField(blank=True, max_length=200, upload_to="packets")),
                ("size", models.BigIntegerField(default=0, help_text="Bytes.")),
                ("pages", models.IntegerField(default=0)),
                ("left_out", models.IntegerField(default=0, help_text="Files that are listed and not appended.")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packets", to="claims.claim"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("status", "waiting")), fields=["asked_at"], name="packet_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "asked_by"), name="one_packet_of_a_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "ready", "failed"]),
                            models.Q(
                                models.Q(("status", "ready"), _negated=True),
                                models.Q(
                                    models.Q(("file", ""), _negated=True),
                                    models.Q(("sha256", ""), _negated=True),
                                    ("made_at__isnull", False),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="packet_ready_with_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "status",
                    models.CharField(
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
                ("version", models.PositiveIntegerField(default=1)),
                ("received", models.BigIntegerField(help_text="What of `amount` reached the partner.", null=True)),
                ("paid_on", models.DateField(null=True, verbose_name="paid on")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="payment reference")),
                ("failure", models.CharField(blank=True, help_text="Why the bank did not execute it.", max_length=200)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        help_text="The partner's, to which it is sent.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.bankdetails",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="claims.batch",
                    ),
                ),
                (
                    "batched_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="claims.claim"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "instead_of",
                    models.ForeignKey(
                        help_text="The payment that failed, fell short or was split.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="claims.payment",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "sent_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(fields=["claim", "status"], name="payment_of_claim"),
                    models.Index(fields=["batch", "partner"], name="payment_of_batch"),
                    models.Index(
                        condition=models.Q(("status__in", ("pending", "on_hold"))),
                        fields=["vendor", "currency", "due_on"],
                        name="payment_waiting",
                    ),
                    models.Index(fields=["partner", "status"], name="payment_of_partner"),
                    models.Index(fields=["status", "-paid_on"], name="payment_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "pending",
                                    "on_hold",
                                    "batched",
                                    "sent",
                                    "confirmed",
                                    "failed",
                                    "reversed",
                                    "called_off",
                                ],
                            )
                        ),
                        name="payment_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="payment_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received", None),
                            models.Q(("received__gt", 0), ("received__lte", models.F("amount"))),
                            _connector="OR",
                        ),
                        name="payment_received_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received", None), ("status__in", ["confirmed", "reversed"]), _connector="OR"
                        ),
                        name="payment_received_once_paid",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("batched", "sent")), _negated=True),
                            models.Q(("batch__isnull", False), ("batched_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_in_its_batch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_by__isnull", False), _connector="OR"
                        ),
                        name="payment_sent_by_somebody",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (true) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), coalesce(NEW.claim_id, OLD.claim_id), NULL, was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="d03ce133ff3d8c08be3b010fc1242d46ca9d397c",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_8183a",
                            table="claims_payment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="within_what_was_approved",
                        sql=partners.triggers.FirmSql(
                            func="\n    PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;\n    IF NEW.status IN ('pending', 'on_hold', 'batched', 'sent', 'confirmed') AND (\n        SELECT coalesce(sum(coalesce(received, amount)), 0) FROM claims_payment\n         WHERE claim_id = NEW.claim_id AND status IN ('pending', 'on_hold', 'batched', 'sent', 'confirmed')\n    ) > (SELECT coalesce(approved, 0) FROM claims_claim WHERE id = NEW.claim_id) THEN\n        RAISE EXCEPTION 'the payments of a claim are no more than what was approved' USING ERRCODE = 'WF050';\n    END IF;\n    RETURN NULL;\n",
                            hash="335a82545b93aef7dce6a55391b07e83ac8073fb",
                            operation='INSERT OR UPDATE OF "status", "received"',
                            pgid="pgtrigger_within_what_was_approved_b406e",
                            table="claims_payment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="of_its_claim",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id\n          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id\n         WHERE c.id = NEW.claim_id AND c.status IN ('approved', 'partly_approved', 'payable')\n           AND c.partner_id = NEW.partner_id AND p.vendor_id = NEW.vendor_id AND p.currency = NEW.currency\n    ) THEN\n        RAISE EXCEPTION 'a payment is of an approved claim, of its partner, vendor and currency' USING ERRCODE = 'WF051';\n    END IF;\n    RETURN NEW;\n",
                            hash="1dcd1c8e794a8624eb89dc6c392c55eb6390fef3",
                            operation="INSERT",
                            pgid="pgtrigger_of_its_claim_fed84",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approved_still",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'pending' AND NEW.status IN ('batched', 'confirmed'))",
                            func="\n    IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status IN ('approved', 'partly_approved', 'payable')) THEN\n        RAISE EXCEPTION 'the claim is not approved any more' USING ERRCODE = 'WF051';\n    END IF;\n    RETURN NEW;\n",
                            hash="c3f28f95ee4d83f8b3d0f353bebb7d8f7c01c78d",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_approved_still_18f17",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="paid_by_outsiders",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (\n        SELECT FROM claims_claim c\n         WHERE c.id = NEW.claim_id\n           AND (c.filed_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)\n                OR c.decided_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)\n                OR c.second_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id))\n    ) OR EXISTS (\n        SELECT FROM partners_membership\n         WHERE company_id = NEW.partner_id AND ended_at IS NULL\n           AND (user_id = NEW.batched_by_id AND NEW.batched_by_id IS DISTINCT FROM OLD.batched_by_id OR user_id = NEW.sent_by_id AND NEW.sent_by_id IS DISTINCT FROM OLD.sent_by_id OR user_id = NEW.confirmed_by_id AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)\n    ) THEN\n        RAISE EXCEPTION 'who filed or decided a claim, or works for its partner, does not pay it' USING ERRCODE = 'WF010';\n    END IF;\n    RETURN NEW;\n",
                            hash="d847ec5dbe647a9c644f9d51ccbbc839f862f4d3",
                            operation='INSERT OR UPDATE OF "batched_by_id", "sent_by_id", "confirmed_by_id"',
                            pgid="pgtrigger_paid_by_outsiders_0eb4d",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="not_by_who_entered",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (\n        SELECT FROM claims_bankdetails d WHERE d.id = NEW.account_id\n           AND (d.company_id <> NEW.partner_id\n                OR d.entered_by_id IN (NEW.batched_by_id, NEW.sent_by_id, NEW.confirmed_by_id)\n                OR NEW.account_id IS DISTINCT FROM OLD.account_id AND (d.replaced_at IS NOT NULL OR d.checked_at IS NULL))\n    ) THEN\n        RAISE EXCEPTION 'these bank details are of another company, do not stand, or whoever entered them pays to them' USING ERRCODE = 'WF055';\n    END IF;\n    RETURN NEW;\n",
                            hash="a0cd7a516037bdfd64aab5bd13ff36cd3a0513e0",
                            operation='INSERT OR UPDATE OF "account_id", "batched_by_id", "sent_by_id", "confirmed_by_id"',
                            pgid="pgtrigger_not_by_who_entered_7d5c6",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="in_a_batch_of_its_own",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF NEW.batch_id IS DISTINCT FROM OLD.batch_id AND NEW.batch_id IS NOT NULL AND NOT EXISTS (\n            SELECT FROM claims_batch WHERE id = NEW.batch_id AND vendor_id = NEW.vendor_id AND currency = NEW.currency\n               AND status = 'open'\n        ) THEN\n            RAISE EXCEPTION 'this batch is of another vendor or currency, or has left' USING ERRCODE = 'WF046';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="50562f903ae03e7d1630a45174adde9896e17e95",
                            operation='INSERT OR UPDATE OF "batch_id"',
                            pgid="pgtrigger_in_a_batch_of_its_own_0f2be",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="held_while_held",
                        sql=partners.triggers.FirmSql(
                            constraint="CONSTRAINT",
                            func="\n    IF EXISTS (\n        SELECT FROM claims_payment p\n         WHERE p.id = NEW.id\n           AND CASE WHEN p.status IN ('failed', 'reversed', 'called_off') THEN false\n                    ELSE (p.status = 'on_hold') <> EXISTS (\n                        SELECT FROM claims_hold h WHERE h.payment_id = p.id AND h.closed_at IS NULL) END\n    ) THEN\n        RAISE EXCEPTION 'a payment is on hold if, and only if, a hold is open' USING ERRCODE = 'WF052';\n    END IF;\n    RETURN NULL;\n",
                            hash="5321eb195677e2c74c00c387078848d7cea550a2",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_held_while_held_85349",
                            table="claims_payment",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="claim_paid_as_it_says",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.status = 'confirmed' OR NEW.status = 'confirmed')",
                            constraint="CONSTRAINT",
                            func="\n    IF EXISTS (\n        SELECT FROM claims_claim c CROSS JOIN LATERAL (\n            SELECT coalesce(sum(received) FILTER (WHERE status = 'confirmed'), 0) AS arrived,\n                   coalesce(sum(coalesce(received, amount)) FILTER (WHERE status IN ('pending', 'on_hold', 'batched', 'sent', 'confirmed')), 0) AS live\n              FROM claims_payment WHERE claim_id = c.id) p\n         WHERE c.id = NEW.claim_id AND (c.paid <> p.arrived OR p.live > coalesce(c.approved, 0))\n    ) THEN\n        RAISE EXCEPTION 'what is paid of a claim is what its payments say' USING ERRCODE = 'WF084';\n    END IF;\n    RETURN NULL;\n",
                            hash="6116cc791c94d19417b1d1269acf8398d758e411",
                            operation='UPDATE OF "status", "received"',
                            pgid="pgtrigger_claim_paid_as_it_says_68e12",
                            table="claims_payment",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="ba4388f2b0d68ca12d5cd79e115f09f516a1b81a",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_6be13",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="608a7d6794a4e60b7c5ccbc6f27a54563010da8f",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_31eae",
                            table="claims_payment",
                            when="BEFORE",
                        ),
                    ),
                ],
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
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        help_text="None: Windfall.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="claims.payment"
                    ),
                ),
            ],
            options={
                "ordering": ["opened_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("closed_at", None)), fields=["payment"], name="hold_open")
                ],
                "constraints": [
                    models.CheckConstraint(
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
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="hold_has_words"),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("payment", "side", "code"),
                        name="one_open_hold_of_a_reason",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="held_while_held",
                        sql=partners.triggers.FirmSql(
                            constraint="CONSTRAINT",
                            func="\n    IF EXISTS (\n        SELECT FROM claims_payment p\n         WHERE p.id = NEW.payment_id\n           AND CASE WHEN p.status IN ('failed', 'reversed', 'called_off') THEN false\n                    ELSE (p.status = 'on_hold') <> EXISTS (\n                        SELECT FROM claims_hold h WHERE h.payment_id = p.id AND h.closed_at IS NULL) END\n    ) THEN\n        RAISE EXCEPTION 'a payment is on hold if, and only if, a hold is open' USING ERRCODE = 'WF052';\n    END IF;\n    RETURN NULL;\n",
                            hash="a8f6dd7d2da3ce238845178a590c3848d5b14b7f",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_held_while_held_35992",
                            table="claims_hold",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="c9f94298c3760acae2959c20c0c4021ffe63fde8",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_816a2",
                            table="claims_hold",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="11e75c86b7540bf8d79697635909058056d22e30",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_4338d",
                            table="claims_hold",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="proofs")),
                ("name", models.CharField(help_text="As the user called it, cleaned.", max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/png", "PNG"), ("image/jpeg", "JPEG")],
                        max_length=20,
                    ),
                ),
                (
                    "shows",
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
                        default=list,
                        help_text="What the partner says that it shows.",
                        size=None,
                    ),
                ),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        db_default=models.Value(
                            [],
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=8), size=None
                            ),
                        ),
                        default=list,
                        help_text="Keys of the lines that it belongs to; none: it belongs to all.",
                        size=None,
                    ),
                ),
                (
                    "read",
                    models.JSONField(help_text="What an invoice says, read from it. None: not tried yet.", null=True),
                ),
                (
                    "marks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=33),
                        db_default=models.Value(
                            [],
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=33), size=None
                            ),
                        ),
                        default=list,
                        help_text="Fingerprints of the bank accounts and tax numbers that it names.",
                        size=None,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("pages", models.PositiveSmallIntegerField(default=1)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Not looked at"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("replaced", "Replaced"),
                            ("removed", "Taken off"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=10,
                    ),
                ),
                (
                    "reason_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("missing_proof", "Proof is missing"),
                            ("wrong_document", "A document is the wrong one or not readable"),
                            ("mismatch", "Amounts, dates or names do not match"),
                            ("not_eligible", "The program does not cover this"),
                            ("outside_dates", "Outside the program's dates"),
                            ("duplicate", "Claimed before"),
                            ("unanswered", "A question was not answered in time"),
                            ("other", "Another reason"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "filed_at",
                    models.DateTimeField(
                        help_text="Since when reviewers see it: from then on it stays. The database notes it.",
                        null=True,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proofs", to="claims.claim"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        help_text="The declined file in whose place it is.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaced_by",
                        to="claims.proof",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["uploaded_at", "id"],
                "indexes": [models.Index(fields=["sha256"], name="proof_sha256")],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "sha256"), name="one_proof_of_a_content"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "accepted", "declined", "replaced", "removed"])),
                        name="proof_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["declined", "replaced"]), _negated=True),
                            models.Q(
                                models.Q(("reason_code", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="proof_reason_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["application/pdf", "image/png", "image/jpeg"])),
                        name="proof_kind",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="never_emptied",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'what was filed stays on record' USING ERRCODE = 'WF072';",
                            hash="2372e2c84dec540ce95bdb9dc34fb46627fd5286",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_emptied_91e42",
                            table="claims_proof",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (EXISTS (SELECT FROM claims_claim WHERE id = coalesce(NEW.claim_id, OLD.claim_id) AND filed_at IS NOT NULL)) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read,marks}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), coalesce(NEW.claim_id, OLD.claim_id), NULL, was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="72fb89049771cea581e1d4f8f3620f2a7c170121",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_1762b",
                            table="claims_proof",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="proofs_of_a_draft",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status <> 'draft') THEN\n        NEW.filed_at := now();\n    END IF;\n    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['status', 'reason_code', 'reason'] = to_jsonb(OLD) - ARRAY['status', 'reason_code', 'reason'] THEN\n        IF EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id\n                    AND status IN ('draft', 'in_review', 'info_requested', 'disputed')) THEN\n            RETURN NEW;\n        END IF;\n    END IF;\n    IF EXISTS (\n        SELECT FROM claims_claim WHERE id IN (NEW.claim_id, OLD.claim_id)\n        AND NOT (status = 'draft' OR (status IN ('info_requested', 'disputed') AND TG_OP = 'INSERT'))\n    ) THEN\n        RAISE EXCEPTION 'the proofs of a filed claim stay as they are' USING ERRCODE = 'WF011';\n    END IF;\n    RETURN coalesce(NEW, OLD);\n",
                            hash="90877979a43141c404827d63f96eeae48df01c1d",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_proofs_of_a_draft_d4961",
                            table="claims_proof",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="filed_proof_is_kept",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.filed_at IS NOT NULL)",
                            func="\n    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - ARRAY['status', 'reason_code', 'reason', 'shows', 'lines', 'read', 'marks'] <> to_jsonb(OLD) - ARRAY['status', 'reason_code', 'reason', 'shows', 'lines', 'read', 'marks'] THEN\n        RAISE EXCEPTION 'what reviewers could look at stays on record' USING ERRCODE = 'WF072';\n    END IF;\n    IF NEW.status <> OLD.status AND 'removed' IN (NEW.status, OLD.status) AND NOT EXISTS (\n        SELECT FROM claims_claim WHERE id = NEW.claim_id\n           AND (status = 'draft' OR status IN ('info_requested', 'disputed') AND OLD.status = 'removed')\n    ) THEN\n        RAISE EXCEPTION 'a file is taken off a draft alone' USING ERRCODE = 'WF011';\n    END IF;\n    RETURN NEW;\n",
                            hash="a919db8665ba5c59a6ac0e2a93acfb9c1439a386",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_filed_proof_is_kept_c4854",
                            table="claims_proof",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'pending')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="c91c2229e90df157528e3408f4187ed3ee2c00b5",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_24281",
                            table="claims_proof",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="proof_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{pending:accepted,pending:declined,accepted:declined,declined:accepted,declined:replaced,pending:removed,accepted:removed,declined:removed,removed:pending}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f679cbe35eff76320e1824d7095d730b33327267",
                            operation="UPDATE",
                            pgid="pgtrigger_proof_follows_the_table_09bf7",
                            table="claims_proof",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="replaces_a_declined_one",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.replaces_id IS NOT NULL)",
                            func="\n    IF NOT EXISTS (\n        SELECT FROM claims_proof WHERE id = NEW.replaces_id AND claim_id = NEW.claim_id AND status IN ('declined', 'replaced')\n    ) THEN\n        RAISE EXCEPTION 'only a declined file of the same claim is replaced' USING ERRCODE = 'WF083';\n    END IF;\n    RETURN NEW;\n",
                            hash="b19b643e48719449a7aad028bd9c62445920fa8b",
                            operation='INSERT OR UPDATE OF "replaces_id"',
                            pgid="pgtrigger_replaces_a_declined_one_d8914",
                            table="claims_proof",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="requests")),
                ("name", models.CharField(help_text="As the user called it, cleaned.", max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/png", "PNG"), ("image/jpeg", "JPEG")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("pages", models.PositiveSmallIntegerField(default=1)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="claims.fundrequest"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["uploaded_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "sha256"), name="one_request_file_of_a_content"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["application/pdf", "image/png", "image/jpeg"])),
                        name="request_file_kind",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="never_emptied",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'what was filed stays on record' USING ERRCODE = 'WF072';",
                            hash="0c2bdb8c97f30a70ee9d41e4c4138d88e3902b76",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_emptied_5cbc2",
                            table="claims_requestfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (EXISTS (SELECT FROM claims_fundrequest WHERE id = coalesce(NEW.request_id, OLD.request_id) AND filed_at IS NOT NULL)) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), NULL, coalesce(NEW.request_id, OLD.request_id), was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="a0879a73283640dda8df86ba75dd89bda0926b64",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_142d4",
                            table="claims_requestfile",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="files_of_an_open_request",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (SELECT FROM claims_fundrequest WHERE id IN (NEW.request_id, OLD.request_id) AND status <> 'draft') THEN\n        RAISE EXCEPTION 'what a filed request says stays as it is' USING ERRCODE = 'WF011';\n    END IF;\n    RETURN coalesce(NEW, OLD);\n",
                            hash="2a6aa74c5092d11f733dd1b0b914960934b7be98",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_files_of_an_open_request_d4abb",
                            table="claims_requestfile",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=160)),
                ("amount", models.BigIntegerField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="claims.fundrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "position"), name="one_request_line_at_a_position"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)),
                        name="request_line_amount_range",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="never_emptied",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'what was filed stays on record' USING ERRCODE = 'WF072';",
                            hash="e050886c95a1ab4761f9536058774ced9aab771e",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_emptied_6024e",
                            table="claims_requestline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="history",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE was jsonb; becomes jsonb;",
                            func="\n            IF NOT (EXISTS (SELECT FROM claims_fundrequest WHERE id = coalesce(NEW.request_id, OLD.request_id) AND filed_at IS NOT NULL)) THEN\n                RETURN NULL;\n            END IF;\n            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE o.value END)\n                       FILTER (WHERE o.value <> 'null'),\n                   jsonb_object_agg(key, CASE WHEN key = ANY('{secret}') THEN '\"hidden\"' ELSE n.value END)\n                       FILTER (WHERE n.value <> 'null')\n              INTO was, becomes\n              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{typed,read}');\n            IF was IS NOT NULL OR becomes IS NOT NULL THEN\n                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, \"table\", row_id, act, claim_id,\n                                              request_id, was, becomes)\n                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,\n                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,\n                        coalesce(NEW.id, OLD.id), lower(TG_OP), NULL, coalesce(NEW.request_id, OLD.request_id), was, becomes);\n            END IF;\n            RETURN NULL;\n        ",
                            hash="098040ebe466bed8e34f8b74d7e5dedf5bf1a3a1",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_history_a5e0f",
                            table="claims_requestline",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="lines_of_a_draft",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (SELECT FROM claims_fundrequest WHERE id IN (NEW.request_id, OLD.request_id) AND status <> 'draft') THEN\n        RAISE EXCEPTION 'what a filed request says stays as it is' USING ERRCODE = 'WF011';\n    END IF;\n    RETURN coalesce(NEW, OLD);\n",
                            hash="545a739614401b99807702bc204d4112aa2a87b3",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_lines_of_a_draft_ca294",
                            table="claims_requestline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
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
                            ("pipeline", "Pipeline opened"),
                            ("revenue", "Revenue won"),
                        ],
                        max_length=16,
                    ),
                ),
                ("basis", models.CharField(choices=[("measured", "Measured"), ("claimed", "Claimed")], max_length=8)),
                ("amount", models.BigIntegerField()),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="As in: CRM export of 30 November.",
                        max_length=120,
                        verbose_name="where it is read",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="claims.outcomereport"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "kind", "basis"), name="one_result_of_a_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "impressions",
                                    "clicks",
                                    "reached",
                                    "registered",
                                    "attended",
                                    "visitors",
                                    "calls",
                                    "certified",
                                    "leads",
                                    "meetings",
                                    "opportunities",
                                    "pipeline",
                                    "revenue",
                                ],
                            )
                        ),
                        name="result_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0), ("amount__lte", 100000000000000)), name="result_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("basis", "claimed"),
                            models.Q(("basis", "measured"), models.Q(("source", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="measured_somewhere",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="171de19179165f7883914c7e6f2527edb62e4fe7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e515c",
                            table="claims_result",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="d1fedfe0754899db573ddff3da25cf773744e2ce",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_ff45b",
                            table="claims_result",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="results")),
                ("name", models.CharField(help_text="As the user called it, cleaned.", max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/png", "PNG"), ("image/jpeg", "JPEG")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("pages", models.PositiveSmallIntegerField(default=1)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="claims.outcomereport"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "sha256"), name="one_result_file_of_a_content"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["application/pdf", "image/png", "image/jpeg"])),
                        name="result_file_kind",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="80014d58ebab2397894292ccca4877551b97b179",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e0b4d",
                            table="claims_resultfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="c4ecdad43d0f830caf526a2e885c19e906019937",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_d67d4",
                            table="claims_resultfile",
                            when="BEFORE",
                        ),
                    ),
                ],
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
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="claims.claim"
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("back_to__in", ["fund", "budget"]),
                            ("code__in", ["twice", "wrong_party", "not_earned", "terms", "agreed", "other"]),
                            ("status__in", ["open", "confirmed", "dropped"]),
                        ),
                        name="reversal_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), models.Q(("reason", ""), _negated=True)),
                        name="reversal_has_reason",
                    ),
                    models.CheckConstraint(
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
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("claim",), name="one_open_reversal"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="reversed_by_outsiders",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF EXISTS (SELECT FROM claims_claim c JOIN partners_membership m ON m.company_id = c.partner_id\n                    WHERE c.id = NEW.claim_id AND m.ended_at IS NULL\n                      AND (m.user_id = NEW.proposed_by_id AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id OR m.user_id = NEW.decided_by_id AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id)) THEN\n            RAISE EXCEPTION 'who works for the partner does not reverse its payment' USING ERRCODE = 'WF010';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="da61bed8b32ec75339361cb776fc0ad580fbe526",
                            operation='INSERT OR UPDATE OF "proposed_by_id", "decided_by_id"',
                            pgid="pgtrigger_reversed_by_outsiders_b087e",
                            table="claims_reversal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="reverses_what_was_paid",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status IN ('open', 'confirmed'))",
                            func="\n        PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;\n        IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status = 'paid' AND paid = NEW.amount) THEN\n            RAISE EXCEPTION 'what is taken back is what was paid of this claim' USING ERRCODE = 'WF091';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="0b9458ae48eb5066fe9b50ea80a24b706987fa0f",
                            operation='INSERT OR UPDATE OF "status"',
                            pgid="pgtrigger_reverses_what_was_paid_2ba5c",
                            table="claims_reversal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="its_claim_is_reversed",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status = 'confirmed')",
                            constraint="CONSTRAINT",
                            func="\n        IF NOT EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status = 'reversed' AND paid = 0) THEN\n            RAISE EXCEPTION 'what is confirmed to be taken back is taken back' USING ERRCODE = 'WF091';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="f501cf8d8524f7bc5f1c49b62d29c21592838998",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_its_claim_is_reversed_0578a",
                            table="claims_reversal",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="29bf13d88a1af596ca8d95c2ce327281ed1dacb2",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_73536",
                            table="claims_reversal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="35780f50882e850fea26620242f281c8a3f829fb",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_f7f1a",
                            table="claims_reversal",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("transaction", models.BigIntegerField(help_text="The same for all that was changed together.")),
                ("database_user", models.CharField(max_length=63)),
                ("table", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                (
                    "act",
                    models.CharField(
                        choices=[("insert", "Added"), ("update", "Changed"), ("delete", "Deleted")], max_length=6
                    ),
                ),
                ("was", models.JSONField(null=True)),
                ("becomes", models.JSONField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="None: no person's request did it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.claim",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.fundrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("claim__isnull", False)), fields=["claim", "-id"], name="change_of_claim"
                    ),
                    models.Index(
                        condition=models.Q(("request__isnull", False)),
                        fields=["request", "-id"],
                        name="change_of_request",
                    ),
                    models.Index(fields=["actor", "-id"], name="change_by_actor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["insert", "update", "delete"])), name="change_act"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="6be74bf0ac24c57ff61cd921690ab6dd09f56b4a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_10f52",
                            table="claims_rowchange",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="16a5cc0ebf4e075c63908c96278a68b3b5663021",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_5f3fa",
                            table="claims_rowchange",
                            when="BEFORE",
                        ),
                    ),
                ],
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
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="short_pay", to="claims.payment"
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [
                    models.Index(condition=models.Q(("status", "open")), fields=["-opened_at"], name="short_pay_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "repaid", "settled"])), name="short_pay_status"
                    ),
                    models.CheckConstraint(condition=models.Q(("missing__gt", 0)), name="short_pay_positive"),
                    models.CheckConstraint(
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
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="missing_of_its_payment",
                        sql=partners.triggers.FirmSql(
                            func="\n        IF NOT EXISTS (SELECT FROM claims_payment WHERE id = NEW.payment_id AND amount - received = NEW.missing) THEN\n            RAISE EXCEPTION 'what is missing is what was sent and did not arrive' USING ERRCODE = 'WF056';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="6dae034bc41be48d75a49fca8e19455b642e3c9f",
                            operation="INSERT",
                            pgid="pgtrigger_missing_of_its_payment_b376d",
                            table="claims_shortpay",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="settled_by_its_owner",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status = 'settled')",
                            func="\n        IF NOT EXISTS (SELECT FROM claims_payment p WHERE p.id = NEW.payment_id\n                        AND EXISTS (SELECT FROM partners_membership WHERE user_id = NEW.resolved_by_id AND company_id = p.partner_id AND ended_at IS NULL AND role IN ('owner', 'manager'))) THEN\n            RAISE EXCEPTION 'only an owner of the partner accepts less than what was approved' USING ERRCODE = 'WF054';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="d9eec2905abfc9ba967bf82eb8fd509606b1403c",
                            operation='INSERT OR UPDATE OF "status", "resolved_by_id"',
                            pgid="pgtrigger_settled_by_its_owner_b6087",
                            table="claims_shortpay",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approved_without_it",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.status = 'settled')",
                            constraint="CONSTRAINT",
                            func="\n        IF EXISTS (\n            SELECT FROM claims_claim c\n             WHERE c.id = (SELECT claim_id FROM claims_payment WHERE id = NEW.payment_id) AND c.status IN ('second_approval', 'approved', 'partly_approved', 'payable', 'rejected', 'paid', 'reversed') AND c.approved <> coalesce((SELECT sum(accepted) FROM claims_line WHERE claim_id = c.id), 0) - (SELECT coalesce(sum(s.missing), 0) FROM claims_shortpay s JOIN claims_payment p ON p.id = s.payment_id\n              WHERE p.claim_id = c.id AND s.status = 'settled')\n        ) THEN\n            RAISE EXCEPTION 'what is given up is approved no more' USING ERRCODE = 'WF087';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="0590fa5b2ff52e1ea1e66ed236842593fa1739de",
                            operation='UPDATE OF "status"',
                            pgid="pgtrigger_approved_without_it_cc2e5",
                            table="claims_shortpay",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="15deb4425872dc338b1972ee44aa398a637a192e",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_806ac",
                            table="claims_shortpay",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays' USING ERRCODE = 'WF053';",
                            hash="867b950c6194f94638968dbeda114b7182200fe1",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_18c64",
                            table="claims_shortpay",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
