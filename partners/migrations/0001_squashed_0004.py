"""All that the migrations of partners made until here, so that a new database is there in seconds; one that has those runs none of it."""

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import partners.models
import partners.triggers


class Migration(migrations.Migration):
    replaces = [
        ("partners", "0001_initial"),
        ("partners", "0002_private_vendors"),
        ("partners", "0003_company_currency"),
        ("partners", "0004_visits"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "signed_out_at",
                    models.DateTimeField(blank=True, help_text="Sessions from before it are over.", null=True),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower(models.F("email")))),
                        name="email_is_lowercase",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("partner", "Partner"), ("vendor", "Vendor"), ("site", "Windfall")], max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("country", models.CharField(blank=True, help_text="Two letters, as in DE.", max_length=2)),
                ("currency", models.CharField(default="USD", help_text="What the company counts in.", max_length=3)),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=50, validators=[partners.models.validate_time_zone]),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, editable=False, help_text="Its keeper has put it away.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "kept_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The partner that records this vendor for itself; nobody else knows of it. None: it is on Windfall.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept",
                        to="partners.company",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "companies",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["partner", "vendor", "site"])), name="company_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="company_currency"
                    ),
                    models.UniqueConstraint(condition=models.Q(("kind", "site")), fields=("kind",), name="one_site"),
                    models.CheckConstraint(
                        condition=models.Q(("kept_by", None), ("kind", "vendor"), _connector="OR"),
                        name="kept_is_a_vendor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("retired_at", None), ("kept_by__isnull", False), _connector="OR"),
                        name="retired_is_kept",
                    ),
                    models.UniqueConstraint(
                        models.F("kept_by"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("kept_by__isnull", False)),
                        name="one_kept_vendor_of_a_name",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="kind_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update of \"kind\" rows from % table', TG_TABLE_NAME;",
                            hash="30ed87fa047d4069770001f512952c08cf39f17d",
                            operation='UPDATE OF "kind"',
                            pgid="pgtrigger_kind_is_fixed_3145c",
                            table="partners_company",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keeper_is_fixed",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.kept_by_id IS DISTINCT FROM NEW.kept_by_id)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="c1c6317c35f42dea6a2e9452063e65579eceb739",
                            operation="UPDATE",
                            pgid="pgtrigger_keeper_is_fixed_b22a0",
                            table="partners_company",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="kept_by_a_partner",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.kept_by_id IS NOT NULL)",
                            func="\n    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.kept_by_id AND kind = 'partner') THEN\n        RAISE EXCEPTION 'only a partner records vendors of its own' USING ERRCODE = 'WF030';\n    END IF;\n    RETURN NEW;\n",
                            hash="f8e70c65f90a26b701180645f3207ea25313a4b9",
                            operation="INSERT",
                            pgid="pgtrigger_kept_by_a_partner_a6ded",
                            table="partners_company",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("partners.company",),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("verb", models.CharField(max_length=30)),
                ("subject", models.CharField(help_text="The object's model, as in claims.claim.", max_length=60)),
                ("subject_id", models.BigIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=20)),
                ("to_state", models.CharField(blank=True, max_length=20)),
                ("reason_code", models.CharField(blank=True, max_length=30)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
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
                    "company",
                    models.ForeignKey(
                        help_text="Whose record this is: its key.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.company",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "subject_id", "at"], name="event_about"),
                    models.Index(fields=["company", "-at"], name="event_of_company"),
                    models.Index(fields=["actor", "-at"], name="event_of_actor"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="7a77075cffc893cb3b77c7d5f94ca842f0db385e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_52045",
                            table="partners_event",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="125a3851f1fdbabd5b7b11b379e1dd1e0a94f8d5",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_064f0",
                            table="partners_event",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("member", "Member"),
                            ("manager", "Channel manager"),
                            ("admin", "Admin"),
                            ("finance", "Finance"),
                        ],
                        max_length=10,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="partners.company"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                        fields=("company", "role", "email"),
                        name="one_open_invitation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accepted_at", None), ("withdrawn_at", None), _connector="OR"),
                        name="accepted_or_withdrawn",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="role_fits_kind",
                        sql=partners.triggers.FirmSql(
                            func="\n    -- A vendor that a partner records for itself has no people: nobody but that partner knows of it.\n    IF NOT EXISTS (\n        SELECT FROM partners_company WHERE id = NEW.company_id AND kept_by_id IS NULL AND ((kind = 'partner' AND NEW.role IN ('owner', 'member')) OR (kind = 'vendor' AND NEW.role IN ('manager')) OR (kind = 'site' AND NEW.role IN ('admin', 'finance')))\n    ) THEN\n        RAISE EXCEPTION 'no such role in a company of this kind: %', NEW.role USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="c0cab9954df959a1d7ff9fac6a3d0da0a27caa83",
                            operation='INSERT OR UPDATE OF "role", "company_id"',
                            pgid="pgtrigger_role_fits_kind_8a753",
                            table="partners_invitation",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("member", "Member"),
                            ("manager", "Channel manager"),
                            ("admin", "Admin"),
                            ("finance", "Finance"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "visited_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="When the person was last here, to half an hour: see `partners.visits`.",
                        null=True,
                    ),
                ),
                (
                    "visited_before",
                    models.DateTimeField(editable=False, help_text="When the visit before this one ended.", null=True),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="partners.company"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["company", "role"], name="membership_of_company"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "company", "role"),
                        name="one_active_membership",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="role_fits_kind",
                        sql=partners.triggers.FirmSql(
                            func="\n    -- A vendor that a partner records for itself has no people: nobody but that partner knows of it.\n    IF NOT EXISTS (\n        SELECT FROM partners_company WHERE id = NEW.company_id AND kept_by_id IS NULL AND ((kind = 'partner' AND NEW.role IN ('owner', 'member')) OR (kind = 'vendor' AND NEW.role IN ('manager')) OR (kind = 'site' AND NEW.role IN ('admin', 'finance')))\n    ) THEN\n        RAISE EXCEPTION 'no such role in a company of this kind: %', NEW.role USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="f2fc1e12de193497e7383ae468ea30cc0cdcb848",
                            operation='INSERT OR UPDATE OF "role", "company_id"',
                            pgid="pgtrigger_role_fits_kind_24143",
                            table="partners_membership",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keeps_a_keeper",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NEW.ended_at IS NOT NULL OR NEW.role <> OLD.role OR NEW.company_id <> OLD.company_id THEN\n        -- Two last keepers who leave at once come one after the other: the second sees that the first has gone.\n        PERFORM FROM partners_company WHERE id = OLD.company_id FOR NO KEY UPDATE;\n        IF EXISTS (SELECT FROM partners_company WHERE id = OLD.company_id AND ((kind = 'partner' AND OLD.role = 'owner') OR (kind = 'vendor' AND OLD.role = 'manager') OR (kind = 'site' AND OLD.role = 'admin')))\n            AND NOT EXISTS (SELECT FROM partners_membership\n                WHERE company_id = OLD.company_id AND role = OLD.role AND ended_at IS NULL AND id <> OLD.id) THEN\n            RAISE EXCEPTION 'a company keeps one who looks after its people' USING ERRCODE = 'WF005';\n        END IF;\n    END IF;\n    RETURN NEW;\n",
                            hash="2523576b271622ad817d44c36724ca74f0148009",
                            operation="UPDATE",
                            pgid="pgtrigger_keeps_a_keeper_b8cec",
                            table="partners_membership",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="41205a8a07ff69a340d505563043f81acc4b76c6",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_9a58c",
                            table="partners_membership",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="ended_stays_ended",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."ended_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="2ea9200a9187abfe06a2bf2e54edafa7b05edee3",
                            operation="UPDATE",
                            pgid="pgtrigger_ended_stays_ended_6310b",
                            table="partners_membership",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
