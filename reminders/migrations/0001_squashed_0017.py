"""All that the migrations of reminders made until here, so that a new database is there in seconds; one that has those runs none of it."""

from importlib import import_module

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import partners.models
import partners.triggers

arms = import_module("reminders.migrations.0015_more_arms")
stands = import_module("reminders.migrations.0012_stands")
waiting = import_module("reminders.migrations.0014_answers_from_the_queue")


class Migration(migrations.Migration):
    replaces = [
        ("reminders", "0001_initial"),
        ("reminders", "0002_nudges"),
        ("reminders", "0003_rules_with_codes_of_their_own"),
        ("reminders", "0004_matters"),
        ("reminders", "0005_more_rules"),
        ("reminders", "0006_calendar_feeds"),
        ("reminders", "0007_delivery"),
        ("reminders", "0008_chat"),
        ("reminders", "0009_reminders_of_any_matter"),
        ("reminders", "0010_reminders_by_time"),
        ("reminders", "0011_replies"),
        ("reminders", "0012_stands"),
        ("reminders", "0013_agreed_steps"),
        ("reminders", "0014_answers_from_the_queue"),
        ("reminders", "0015_more_arms"),
        ("reminders", "0016_more_told"),
        ("reminders", "0017_forgotten_in_time"),
    ]

    initial = True

    dependencies = [
        ("claims", "0001_squashed_0028"),
        ("plans", "0001_squashed_0003"),
        ("funds", "0001_squashed_0014"),
        ("partners", "0001_squashed_0004"),
        ("programs", "0001_squashed_0008"),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("rule", models.TextField()),
                ("subject_id", models.BigIntegerField()),
                ("title", models.TextField()),
                ("audience", models.TextField(help_text="Whose it is to do at `company`: see `rules.AUDIENCES`.")),
                ("request_id", models.BigIntegerField(null=True)),
                ("claim_id", models.BigIntegerField(null=True)),
                ("anchor", models.DateField()),
                ("edge", models.DateField(help_text="A day near the anchor by which an index finds it.")),
                ("deadline", models.DateField(null=True)),
                ("zone", models.TextField()),
                ("amount", models.BigIntegerField(null=True)),
                ("currency", models.TextField(null=True)),
                ("step", models.TextField(help_text="The page on which it is done, by the name of its address.")),
                ("step_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "reminders_matter",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SweptZone",
            fields=[
                ("time_zone", models.CharField(max_length=50, primary_key=True, serialize=False)),
                ("swept_at", models.DateTimeField()),
                ("furthest_on", models.DateField(help_text="The latest day that was ever swept there.", null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ChatHook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.SmallIntegerField(help_text="Its place among the company's few.")),
                ("name", models.CharField(help_text="What people call the place, as in #funding.", max_length=60)),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("slack", "Slack (also Mattermost and others that take its messages)"),
                            ("teams", "Microsoft Teams (a workflow with an adaptive card)"),
                            ("json", "A program of yours (signed JSON)"),
                        ],
                        max_length=10,
                    ),
                ),
                ("host", models.CharField(max_length=253)),
                ("secret", models.TextField(editable=False)),
                ("daily", models.BooleanField(default=True, verbose_name="what is due, each morning")),
                ("nudges", models.BooleanField(default=False, verbose_name="what a vendor writes, at once")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("live", "Works"),
                            ("stopped", "Stopped: messages did not arrive"),
                            ("ended", "Ended"),
                        ],
                        default="live",
                        max_length=10,
                    ),
                ),
                (
                    "missed",
                    models.PositiveSmallIntegerField(default=0, help_text="Messages in a row that never arrived."),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "key",
                    models.UUIDField(editable=False, help_text="Of the page that it was made by: once.", unique=True),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="chat_hooks", to="partners.company"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["slot", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("slot__gte", 1), ("slot__lte", 5)), name="few_hooks"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "ended"), _negated=True),
                        fields=("company", "slot"),
                        name="one_hook_in_a_slot",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shape__in", ["slack", "teams", "json"])), name="hook_shape"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["live", "stopped", "ended"])), name="hook_status"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("daily", True), ("nudges", True), _connector="OR"),
                        name="hook_tells_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("host", ""), _negated=True),
                            models.Q(("secret", ""), _negated=True),
                        ),
                        name="hook_is_whole",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'live')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="191ef8a2cbd468d22ae313fe81a4ccdfd247145c",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_dc3a8",
                            table="reminders_chathook",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{live:stopped,stopped:live,live:ended,stopped:ended}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="420d88b0362d05cea646cdbc1063c855de9c29ed",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_5404a",
                            table="reminders_chathook",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="made_by_its_keeper",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM partners_membership m JOIN partners_company c ON c.id = m.company_id\n         WHERE c.id = NEW.company_id AND m.user_id = NEW.made_by_id AND m.ended_at IS NULL AND ((c.kind = 'partner' AND m.role = 'owner') OR (c.kind = 'vendor' AND m.role = 'manager'))\n    ) THEN\n        RAISE EXCEPTION 'only who looks after the company lets messages be sent for it' USING ERRCODE = 'WF095';\n    END IF;\n    RETURN NEW;\n",
                            hash="e48edb93e26059ede601671cb16d5712e63f9450",
                            operation="INSERT",
                            pgid="pgtrigger_made_by_its_keeper_b463e",
                            table="reminders_chathook",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="place_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.company_id, OLD.slot, OLD.shape, OLD.host, OLD.made_by_id, OLD.made_at, OLD.key) IS DISTINCT FROM ROW(NEW.company_id, NEW.slot, NEW.shape, NEW.host, NEW.made_by_id, NEW.made_at, NEW.key))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="2c81dd41ace0bc242ad8adac0c8dbc0559a6975b",
                            operation="UPDATE",
                            pgid="pgtrigger_place_stays_eacaf",
                            table="reminders_chathook",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="delivery",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True,
                        help_text="Empty: that of their company.",
                        max_length=50,
                        validators=[partners.models.validate_time_zone],
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True, help_text="Of dates and amounts. Empty: as pages show them.", max_length=10
                    ),
                ),
                ("most_a_day", models.SmallIntegerField(default=5, help_text="Mails, the day's own among them.")),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("most_a_day__range", (1, 10))), name="delivery_most_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "language__in",
                                [
                                    "",
                                    "en-GB",
                                    "cs",
                                    "da",
                                    "de",
                                    "de-CH",
                                    "es",
                                    "fi",
                                    "fr",
                                    "it",
                                    "ja",
                                    "nb",
                                    "nl",
                                    "pl",
                                    "pt-BR",
                                    "pt-PT",
                                    "sv",
                                    "tr",
                                ],
                            )
                        ),
                        name="delivery_language",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("daily", "The day's mail"), ("weekly", "The week's mail"), ("at_once", "At once")],
                        default="daily",
                        max_length=10,
                    ),
                ),
                ("number", models.SmallIntegerField(default=0)),
                ("day", models.DateField(help_text="The day of sending, where the person is.")),
                ("time_zone", models.CharField(max_length=50)),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "To be sent"), ("sent", "Sent"), ("dead", "Given up")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "leased_until",
                    models.DateTimeField(
                        help_text="Nobody else takes it before: a worker's lease, or the pause after a failed attempt."
                    ),
                ),
                ("message_id", models.CharField(blank=True, help_text="The same at each attempt.", max_length=200)),
                ("trouble", models.CharField(blank=True, help_text="Why the last attempt failed.", max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="digests", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["leased_until"], name="digest_to_send"
                    ),
                    models.Index(condition=models.Q(("status", "sent")), fields=["sent_at"], name="digest_sent"),
                    models.Index(condition=models.Q(("status", "dead")), fields=["day"], name="digest_dead"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "day", "number"), name="one_digest_a_day"),
                    models.UniqueConstraint(
                        condition=models.Q(("number", 0), ("status", "pending")),
                        fields=("recipient",),
                        name="one_digest_under_way",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number__gt", 0), ("status", "pending")),
                        fields=("recipient",),
                        name="one_at_once_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["daily", "weekly"]), ("number", 0)),
                            models.Q(("kind", "at_once"), ("number__gt", 0), ("number__lt", 10)),
                            _connector="OR",
                        ),
                        name="digest_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "sent", "dead"])), name="digest_status"
                    ),
                    models.CheckConstraint(condition=models.Q(("attempts__lte", 5)), name="digest_attempts"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True),
                            models.Q(("sent_at__isnull", False), models.Q(("message_id", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="digest_sent_at",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'pending')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="57839246fb9de2e839c87b48736c7c2bb01ef861",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_49cb7",
                            table="reminders_digest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{pending:sent,pending:dead,dead:pending}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="0bf8da8ca15317281edf7171efe357c70d3daea0",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_2afa6",
                            table="reminders_digest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="sent_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.\"status\" = 'sent')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="cd2713fef9336533ac8facfa2492804295e35cda",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_sent_stays_902bb",
                            table="reminders_digest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="born_within_the_cap",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NEW.number >= coalesce((SELECT most_a_day FROM reminders_delivery WHERE user_id = NEW.recipient_id), 5) THEN\n        RAISE EXCEPTION 'that person wants no more mails on one day' USING ERRCODE = 'WF101';\n    END IF;\n    RETURN NEW;\n",
                            hash="f979db47d0f9f87d0c7f87f71cd896bbdeff205c",
                            operation="INSERT",
                            pgid="pgtrigger_born_within_the_cap_1d1d4",
                            table="reminders_digest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="moved_within_the_cap",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.day, OLD.number) IS DISTINCT FROM ROW(NEW.day, NEW.number))",
                            func="\n    IF NEW.number >= coalesce((SELECT most_a_day FROM reminders_delivery WHERE user_id = NEW.recipient_id), 5) THEN\n        RAISE EXCEPTION 'that person wants no more mails on one day' USING ERRCODE = 'WF101';\n    END IF;\n    RETURN NEW;\n",
                            hash="ea5f3ab2324cbb657d0cef9aa87e8448287d0e60",
                            operation="UPDATE",
                            pgid="pgtrigger_moved_within_the_cap_169f0",
                            table="reminders_digest",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="A hash of what makes it this event and no other.", max_length=64, unique=True
                    ),
                ),
                ("service", models.CharField(max_length=30)),
                (
                    "trouble",
                    models.CharField(
                        choices=[
                            ("bounce", "Mail came back"),
                            ("soft", "Mail could not be delivered that day"),
                            ("complaint", "Mail was marked as spam"),
                            ("refused", "The mail service refuses the address"),
                        ],
                        max_length=15,
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
                ("message_id", models.CharField(blank=True, max_length=300)),
                ("said", models.CharField(blank=True, help_text="In the other side's words.", max_length=300)),
                ("happened_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("trouble__in", ["bounce", "soft", "complaint", "refused"])),
                        name="mail_event_trouble",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="66d489e34034fdd8b056b6be1d90eeaf2c9656bd",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a0f10",
                            table="reminders_mailevent",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="0166a53de88e8515edefc6612d3f5a501371dfd5",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_0166d",
                            table="reminders_mailevent",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Nudge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=500)),
                ("sent_on", models.DateField(help_text="The day where the vendor is.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nudges", to="funds.allocation"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nudges", to="programs.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_on", "-id"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.Func("allocation", "allocation", models.Value("[]"), function="int8range"), "&&"),
                            (
                                models.Func(
                                    "sent_on",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("sent_on"), "+", models.Value(7)
                                    ),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="one_nudge_a_week",
                    ),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="nudge_has_words"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="by_its_manager",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM funds_allocation a\n          JOIN funds_budget b ON b.id = a.budget_id\n          JOIN programs_program p ON p.id = b.program_id\n          JOIN partners_membership m ON m.company_id = p.vendor_id\n         WHERE a.id = NEW.allocation_id AND p.vendor_id = NEW.vendor_id\n           AND m.user_id = NEW.by_id AND m.role = 'manager' AND m.ended_at IS NULL\n    ) THEN\n        RAISE EXCEPTION 'only a manager of its vendor nudges for this fund' USING ERRCODE = 'WF035';\n    END IF;\n    RETURN NEW;\n",
                            hash="992724f6acbd656728eedcc19cbfeaf42c849fb1",
                            operation="INSERT",
                            pgid="pgtrigger_by_its_manager_56e2f",
                            table="reminders_nudge",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="a9fdc3829d23bd48d1a625ca15c4129e2221f8d7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_618c1",
                            table="reminders_nudge",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'this record stays as it was written' USING ERRCODE = 'WF004';",
                            hash="22cc2372481c3e232661e60273e921b5253e870a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_739da",
                            table="reminders_nudge",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("due", "What is due"), ("nudge", "A vendor's words"), ("test", "Test")], max_length=10
                    ),
                ),
                ("day", models.DateField(help_text="Where the company is.")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "To be sent"),
                            ("sent", "Arrived"),
                            ("empty", "Nothing to say"),
                            ("dead", "Given up"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("body", models.TextField(blank=True, help_text="As it was sent, from the first attempt on.")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("leased_until", models.DateTimeField()),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "hook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="reminders.chathook",
                    ),
                ),
                (
                    "nudge",
                    models.ForeignKey(
                        help_text="The first of those that were written together.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reminders.nudge",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["hook", "-id"], name="post_of_hook"),
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["leased_until"], name="post_to_send"
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["created_at"], name="post_by_time"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "due")), fields=("hook", "day"), name="one_summary_a_day"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "nudge")), fields=("hook", "nudge"), name="one_message_of_a_nudge"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "test"), ("status", "pending")),
                        fields=("hook",),
                        name="one_test_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["due", "nudge", "test"])), name="post_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "nudge"), ("nudge__isnull", False)),
                            models.Q(models.Q(("kind", "nudge"), _negated=True), ("nudge", None)),
                            _connector="OR",
                        ),
                        name="post_of_its_nudge",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "sent", "empty", "dead"])), name="post_status"
                    ),
                    models.CheckConstraint(condition=models.Q(("attempts__lte", 6)), name="post_attempts"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True),
                            models.Q(
                                ("sent_at__gte", models.F("created_at")),
                                ("sent_at__isnull", False),
                                models.Q(("body", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="post_sent_whole",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="starts_as",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'pending')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="f6337ec37773fe7632f8ec7290bc28fe83b71a04",
                            operation="INSERT",
                            pgid="pgtrigger_starts_as_2774a",
                            table="reminders_chatpost",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_follows_the_table",
                        sql=partners.triggers.FirmSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{pending:sent,pending:empty,pending:dead}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="7c8c87afd607302ed4248fb703336b5d47149dd1",
                            operation="UPDATE",
                            pgid="pgtrigger_status_follows_the_table_bd629",
                            table="reminders_chatpost",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="message_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.hook_id, OLD.kind, OLD.day, OLD.nudge_id, OLD.created_at) IS DISTINCT FROM ROW(NEW.hook_id, NEW.kind, NEW.day, NEW.nudge_id, NEW.created_at) OR OLD.body <> '' AND OLD.body <> NEW.body)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="2141e207dc79a2740bfc5eb13f0798fd2f3a94d9",
                            operation="UPDATE",
                            pgid="pgtrigger_message_stays_e7946",
                            table="reminders_chatpost",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="what_waits_is_sent",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (OLD.\"status\" = 'pending')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="ba18e640402220351902a9d1bc73620ca80abb05",
                            operation="DELETE",
                            pgid="pgtrigger_what_waits_is_sent_c68e2",
                            table="reminders_chatpost",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("safe_start", "Last safe start"),
                            ("expires_on", "Last day to run an activity"),
                            ("claim_by", "Last day to file a claim"),
                            ("request_claim_by", "Last day to claim on an approval"),
                            ("request_run", "An approved activity begins"),
                            ("request_over", "An activity ended without a claim"),
                            ("draft_claim", "A claim is not finished"),
                            ("draft_request", "A request is not finished"),
                            ("claim_question", "A question on a claim"),
                            ("request_question", "A question on a request"),
                            ("outcome", "Results are due"),
                            ("certification", "A certification runs out"),
                            ("resource_held", "A resource that you use runs out"),
                            ("hold", "A payment is on hold"),
                            ("short_pay", "Less arrived than was sent"),
                            ("program_fits", "A new program that fits"),
                            ("granted", "Money was granted"),
                            ("time_answered", "An answer: more time"),
                            ("plan_answered", "An answer: a plan"),
                            ("join_answered", "An answer: joining a program"),
                            ("step", "A step agreed with a vendor"),
                            ("reversal", "A payment was taken back"),
                            ("request_decision", "A request waits for a decision"),
                            ("time_asked", "A partner asks for more time"),
                            ("plan_asked", "A partner has a plan ready"),
                            ("join_asked", "A partner asks to join"),
                            ("resource", "A resource runs out"),
                            ("claim_decision", "A claim waits for a decision"),
                            ("payment_due", "A payment is overdue"),
                            ("short_rest", "The rest of a short payment is open"),
                            ("no_mail", "Mail to a colleague does not arrive"),
                            ("nudge", "The vendor's own words"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("digest", "In the day's mail"),
                            ("at_once", "At once"),
                            ("weekly", "On Mondays"),
                            ("off", "No mail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "rule"), name="one_way_a_rule"),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["digest", "at_once", "weekly", "off"])), name="preference_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rule__in",
                                [
                                    "safe_start",
                                    "expires_on",
                                    "claim_by",
                                    "request_claim_by",
                                    "request_run",
                                    "request_over",
                                    "draft_claim",
                                    "draft_request",
                                    "claim_question",
                                    "request_question",
                                    "outcome",
                                    "certification",
                                    "resource_held",
                                    "hold",
                                    "short_pay",
                                    "program_fits",
                                    "granted",
                                    "time_answered",
                                    "plan_answered",
                                    "join_answered",
                                    "step",
                                    "reversal",
                                    "request_decision",
                                    "time_asked",
                                    "plan_asked",
                                    "join_asked",
                                    "resource",
                                    "claim_decision",
                                    "payment_due",
                                    "short_rest",
                                    "no_mail",
                                    "nudge",
                                ],
                            )
                        ),
                        name="preference_rule",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="money_has_a_reader",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.\"rule\" IN ('safe_start', 'expires_on', 'claim_by', 'request_claim_by', 'request_over', 'claim_question') AND NEW.\"way\" = 'off')",
                            func="\n    IF EXISTS (\n        SELECT FROM partners_membership own\n         WHERE own.user_id = NEW.user_id AND own.role = 'owner' AND own.ended_at IS NULL\n           AND NOT EXISTS (\n        SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id\n         WHERE m.company_id = own.company_id AND m.user_id <> NEW.user_id AND m.ended_at IS NULL AND u.is_active\n           AND m.role IN ('owner', 'member')\n           AND NOT EXISTS (SELECT FROM reminders_preference o\n                            WHERE o.user_id = m.user_id AND o.rule = NEW.rule AND o.way = 'off')\n           AND NOT EXISTS (SELECT FROM reminders_suppression s WHERE s.address = u.email AND s.lifted_at IS NULL)\n    )\n    ) THEN\n        RAISE EXCEPTION 'nobody else there reads of this money' USING ERRCODE = 'WF100';\n    END IF;\n    RETURN NEW;\n",
                            hash="09f3723289b075f71a19c6aa9a62bd7104e5eaed",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_money_has_a_reader_ad364",
                            table="reminders_preference",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("safe_start", "Last safe start"),
                            ("expires_on", "Last day to run an activity"),
                            ("claim_by", "Last day to file a claim"),
                            ("request_claim_by", "Last day to claim on an approval"),
                            ("request_run", "An approved activity begins"),
                            ("request_over", "An activity ended without a claim"),
                            ("draft_claim", "A claim is not finished"),
                            ("draft_request", "A request is not finished"),
                            ("claim_question", "A question on a claim"),
                            ("request_question", "A question on a request"),
                            ("outcome", "Results are due"),
                            ("certification", "A certification runs out"),
                            ("resource_held", "A resource that you use runs out"),
                            ("hold", "A payment is on hold"),
                            ("short_pay", "Less arrived than was sent"),
                            ("program_fits", "A new program that fits"),
                            ("granted", "Money was granted"),
                            ("time_answered", "An answer: more time"),
                            ("plan_answered", "An answer: a plan"),
                            ("join_answered", "An answer: joining a program"),
                            ("step", "A step agreed with a vendor"),
                            ("reversal", "A payment was taken back"),
                            ("request_decision", "A request waits for a decision"),
                            ("time_asked", "A partner asks for more time"),
                            ("plan_asked", "A partner has a plan ready"),
                            ("join_asked", "A partner asks to join"),
                            ("resource", "A resource runs out"),
                            ("claim_decision", "A claim waits for a decision"),
                            ("payment_due", "A payment is overdue"),
                            ("short_rest", "The rest of a short payment is open"),
                            ("no_mail", "Mail to a colleague does not arrive"),
                            ("nudge", "The vendor's own words"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_id", models.BigIntegerField(help_text="Of what: a row of the table that the rule is about.")),
                (
                    "lead",
                    models.SmallIntegerField(help_text="Days before the anchor, after it negative; 0 for a nudge."),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("admin", "admin"),
                            ("finance", "finance"),
                            ("owner", "owner"),
                            ("partner", "partner"),
                            ("people", "people"),
                            ("vendor", "vendor"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "is_escalated",
                    models.BooleanField(
                        default=False, help_text="A colleague, or the partner, was to act and has not."
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("anchor", models.DateField(help_text="The day that leads count from, in the matter's time zone.")),
                (
                    "deadline",
                    models.DateField(help_text="The last day on which acting helps; none: always.", null=True),
                ),
                ("due_on", models.DateField()),
                ("closes_at", models.DateTimeField(help_text="When the deadline's day ends there.", null=True)),
                ("amount", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("step", models.CharField(max_length=60)),
                ("step_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "allocation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="funds.allocation",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Where the recipient acts.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.company",
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="reminders.digest",
                    ),
                ),
                (
                    "nudge",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="reminders.nudge",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.company",
                    ),
                ),
            ],
            options={
                "ordering": ["deadline", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["recipient", "closes_at"], name="reminder_unread"
                    ),
                    models.Index(
                        condition=models.Q(("digest", None)), fields=["closes_at"], name="reminder_not_mailed"
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["created_at"], name="reminder_by_time"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_id", "recipient", "rule", "anchor", "lead", "company", "nudge"),
                        name="reminded_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(fields=("nudge", "recipient"), name="nudged_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rule__in",
                                [
                                    "safe_start",
                                    "expires_on",
                                    "claim_by",
                                    "request_claim_by",
                                    "request_run",
                                    "request_over",
                                    "draft_claim",
                                    "draft_request",
                                    "claim_question",
                                    "request_question",
                                    "outcome",
                                    "certification",
                                    "resource_held",
                                    "hold",
                                    "short_pay",
                                    "program_fits",
                                    "granted",
                                    "time_answered",
                                    "plan_answered",
                                    "join_answered",
                                    "step",
                                    "reversal",
                                    "request_decision",
                                    "time_asked",
                                    "plan_asked",
                                    "join_asked",
                                    "resource",
                                    "claim_decision",
                                    "payment_due",
                                    "short_rest",
                                    "no_mail",
                                    "nudge",
                                ],
                            )
                        ),
                        name="reminder_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lead__range", (-365, 365)),
                                ("nudge", None),
                                models.Q(("rule", "nudge"), _negated=True),
                            ),
                            models.Q(("lead", 0), ("nudge__isnull", False), ("rule", "nudge")),
                            _connector="OR",
                        ),
                        name="reminder_lead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount", None),
                            models.Q(("amount__gt", 0), models.Q(("currency", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="reminder_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_at", None), ("deadline", None)),
                            models.Q(("closes_at__isnull", False), ("deadline__isnull", False)),
                            _connector="OR",
                        ),
                        name="reminder_closes_with_its_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rule__in", ["safe_start", "expires_on", "claim_by", "nudge"]), _negated=True),
                            ("allocation__isnull", False),
                            _connector="OR",
                        ),
                        name="reminder_of_a_fund",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="theirs_to_see",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF EXISTS (\n        SELECT FROM told WHERE NOT EXISTS (\n            SELECT FROM partners_membership m\n              JOIN (VALUES ('owner', 'partner'), ('owner', 'owner'), ('owner', 'people'), ('member', 'partner'), ('manager', 'vendor'), ('manager', 'people'), ('admin', 'admin'), ('admin', 'people'), ('finance', 'finance'))\n                AS stands (role, audience) ON stands.role = m.role\n             WHERE m.user_id = told.recipient_id AND m.company_id = told.company_id AND m.ended_at IS NULL\n               AND stands.audience = told.audience)\n    ) THEN\n        RAISE EXCEPTION 'the recipient may not see this' USING ERRCODE = 'WF110';\n    END IF;\n    RETURN NULL;\n",
                            hash="f2646cf1b37cf6eabedeec95a136acceb645a525",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_theirs_to_see_dd5e3",
                            referencing="REFERENCING NEW TABLE AS told ",
                            table="reminders_reminder",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("safe_start", "Last safe start"),
                            ("expires_on", "Last day to run an activity"),
                            ("claim_by", "Last day to file a claim"),
                            ("request_claim_by", "Last day to claim on an approval"),
                            ("request_run", "An approved activity begins"),
                            ("request_over", "An activity ended without a claim"),
                            ("draft_claim", "A claim is not finished"),
                            ("draft_request", "A request is not finished"),
                            ("claim_question", "A question on a claim"),
                            ("request_question", "A question on a request"),
                            ("outcome", "Results are due"),
                            ("certification", "A certification runs out"),
                            ("resource_held", "A resource that you use runs out"),
                            ("hold", "A payment is on hold"),
                            ("short_pay", "Less arrived than was sent"),
                            ("program_fits", "A new program that fits"),
                            ("granted", "Money was granted"),
                            ("time_answered", "An answer: more time"),
                            ("plan_answered", "An answer: a plan"),
                            ("join_answered", "An answer: joining a program"),
                            ("step", "A step agreed with a vendor"),
                            ("reversal", "A payment was taken back"),
                            ("request_decision", "A request waits for a decision"),
                            ("time_asked", "A partner asks for more time"),
                            ("plan_asked", "A partner has a plan ready"),
                            ("join_asked", "A partner asks to join"),
                            ("resource", "A resource runs out"),
                            ("claim_decision", "A claim waits for a decision"),
                            ("payment_due", "A payment is overdue"),
                            ("short_rest", "The rest of a short payment is open"),
                            ("no_mail", "Mail to a colleague does not arrive"),
                            ("nudge", "The vendor's own words"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("audience", models.CharField(max_length=10)),
                ("anchor", models.DateField()),
                ("kind", models.CharField(choices=[("later", "Put off"), ("working", "Worked on")], max_length=10)),
                (
                    "until",
                    models.DateField(help_text="The day on which it comes back, where the matter is.", null=True),
                ),
                ("ends_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, help_text="Why it was put off.", max_length=200)),
                ("by_mail", models.BooleanField(default=False, help_text="By the link in a mail, which answers once.")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.company",
                    ),
                ),
                (
                    "reminder",
                    models.ForeignKey(
                        db_index=False,
                        help_text="None: the queue.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="reminders.reminder",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        help_text="Who hears later, or works on it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "replies",
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["company"], name="reply_standing"),
                    models.Index(
                        condition=models.Q(("ended_at", None), ("kind", "later")),
                        fields=["ends_at"],
                        name="reply_to_wake",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("kind", "later")),
                        fields=("subject_id", "user", "rule", "company", "anchor"),
                        name="put_off_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("kind", "working")),
                        fields=("subject_id", "rule", "company", "anchor"),
                        name="one_works_on_it",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("by_mail", True)), fields=("reminder", "kind"), name="link_answers_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ends_at__isnull", False),
                                ("kind", "later"),
                                ("until__isnull", False),
                                ("user", models.F("by")),
                            ),
                            models.Q(("kind", "working"), ("until", None)),
                            _connector="OR",
                        ),
                        name="reply_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by_mail", False), ("user", models.F("by")), _connector="OR"),
                        name="link_is_its_readers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by_mail", False), ("reminder__isnull", False), _connector="OR"),
                        name="link_of_a_reminder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("kind", "later"), _connector="OR"), name="reason_to_put_off"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends_at", None), ("ends_at__gt", models.F("at")), _connector="OR"),
                            models.Q(("ended_at", None), ("ended_at__gte", models.F("at")), _connector="OR"),
                        ),
                        name="reply_ends_after_it_began",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="answers_its_matter",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NEW.reminder_id IS NULL THEN\n        IF NEW.rule IN ('program_fits', 'granted', 'time_answered', 'plan_answered', 'join_answered', 'reversal', 'no_mail', 'nudge') OR NOT EXISTS (\n        SELECT FROM reminders_matter m\n         WHERE m.rule = NEW.rule AND m.subject_id = NEW.subject_id AND m.company_id = NEW.company_id AND m.anchor = NEW.anchor AND m.audience = NEW.audience) THEN\n            RAISE EXCEPTION 'there is nothing to do that this would answer' USING ERRCODE = 'WF120';\n        END IF;\n    ELSIF NOT EXISTS (\n        SELECT FROM reminders_reminder r\n         WHERE r.id = NEW.reminder_id AND r.recipient_id = NEW.by_id AND r.rule = NEW.rule AND r.subject_id = NEW.subject_id\n           AND r.company_id = NEW.company_id AND r.audience = NEW.audience AND r.anchor = NEW.anchor\n           AND r.rule NOT IN ('program_fits', 'granted', 'time_answered', 'plan_answered', 'join_answered', 'reversal', 'no_mail', 'nudge')\n           AND (NEW.kind = 'later' OR NOT (r.is_escalated AND r.audience = 'vendor'))\n    ) THEN\n        RAISE EXCEPTION 'only who was told of it answers' USING ERRCODE = 'WF120';\n    END IF;\n    IF NEW.ended_at IS NOT NULL OR 1 <= (\n        SELECT count(*) FROM unnest(ARRAY[NEW.by_id, NEW.user_id]) AS person (id)\n         WHERE NOT EXISTS (\n            SELECT FROM partners_membership m\n              JOIN (VALUES ('owner', 'partner'), ('owner', 'owner'), ('owner', 'people'), ('member', 'partner'), ('manager', 'vendor'), ('manager', 'people'), ('admin', 'admin'), ('admin', 'people'), ('finance', 'finance'))\n                AS stands (role, audience) ON stands.role = m.role AND stands.audience = NEW.audience\n              JOIN partners_user u ON u.id = m.user_id AND u.is_active\n             WHERE m.user_id = person.id AND m.company_id = NEW.company_id AND m.ended_at IS NULL)\n    ) THEN\n        RAISE EXCEPTION 'only who acts there answers, about people who do' USING ERRCODE = 'WF120';\n    END IF;\n    RETURN NEW;\n",
                            hash="be3a1683c27c6a8a78147a9013ccf04d7ec290b4",
                            operation="INSERT",
                            pgid="pgtrigger_answers_its_matter_cedf6",
                            table="reminders_reply",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="wakes_in_time",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (NEW.kind = 'later')",
                            func="\n    IF EXISTS (\n        SELECT FROM reminders_reminder r\n         WHERE r.id = NEW.reminder_id AND (NEW.until >= r.deadline OR r.closes_at - NEW.ends_at < interval '30 hours')\n    ) THEN\n        RAISE EXCEPTION 'it comes back before its last day' USING ERRCODE = 'WF121';\n    END IF;\n    IF NEW.reminder_id IS NULL AND EXISTS (\n        SELECT FROM reminders_matter m\n         WHERE m.rule = NEW.rule AND m.subject_id = NEW.subject_id AND m.company_id = NEW.company_id AND m.anchor = NEW.anchor\n           AND (NEW.until >= m.deadline\n                OR ((m.deadline + 1)::timestamp AT TIME ZONE m.zone) - NEW.ends_at < interval '30 hours')\n    ) THEN\n        RAISE EXCEPTION 'it comes back before its last day' USING ERRCODE = 'WF121';\n    END IF;\n    RETURN NEW;\n",
                            hash="06ac40524e01f03d1f9559ed61053a1a56b11a08",
                            operation="INSERT",
                            pgid="pgtrigger_wakes_in_time_a423f",
                            table="reminders_reply",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="only_ends",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF TG_OP = 'DELETE' THEN\n        RAISE EXCEPTION 'an answer stays as it was given' USING ERRCODE = 'WF004';\n    END IF;\n    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR ROW(OLD.id, OLD.reminder_id, OLD.rule, OLD.subject_id, OLD.company_id, OLD.audience, OLD.anchor, OLD.kind, OLD.user_id, OLD.by_id, OLD.until, OLD.ends_at, OLD.reason, OLD.by_mail, OLD.at) IS DISTINCT FROM ROW(NEW.id, NEW.reminder_id, NEW.rule, NEW.subject_id, NEW.company_id, NEW.audience, NEW.anchor, NEW.kind, NEW.user_id, NEW.by_id, NEW.until, NEW.ends_at, NEW.reason, NEW.by_mail, NEW.at) THEN\n        RAISE EXCEPTION 'an answer stays as it was given, and ends once' USING ERRCODE = 'WF004';\n    END IF;\n    RETURN NEW;\n",
                            hash="8b5185d8db0ebe94b4930a534daa11a992776b7b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_only_ends_d4a78",
                            table="reminders_reply",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'an answer stays as it was given' USING ERRCODE = 'WF004';",
                            hash="2e038bc58b008333f58b649c207511dd8886b383",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_c1fb1",
                            table="reminders_reply",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254)),
                (
                    "trouble",
                    models.CharField(
                        choices=[
                            ("bounce", "Mail came back"),
                            ("soft", "Mail could not be delivered that day"),
                            ("complaint", "Mail was marked as spam"),
                            ("refused", "The mail service refuses the address"),
                        ],
                        max_length=15,
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_at",
                    models.DateTimeField(
                        blank=True, help_text="When a mail to confirm the address was last sent.", null=True
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suppression",
                        to="reminders.mailevent",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suppressions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)), fields=("address",), name="suppressed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address", django.db.models.functions.text.Lower(models.F("address")))),
                        name="suppressed_is_lowercase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("trouble__in", ["bounce", "complaint", "refused"])),
                        name="suppression_trouble",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lifted_by_somebody",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="only_lifted",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF OLD.lifted_at IS NOT NULL OR ROW(OLD.id, OLD.address, OLD.user_id, OLD.trouble, OLD.said, OLD.event_id, OLD.at) IS DISTINCT FROM ROW(NEW.id, NEW.address, NEW.user_id, NEW.trouble, NEW.said, NEW.event_id, NEW.at) THEN\n        RAISE EXCEPTION 'a suppressed address is lifted once, and what was said of it stays' USING ERRCODE = 'WF102';\n    END IF;\n    RETURN NEW;\n",
                            hash="d5a0cbe1ad521301a6f55a571a863a98fb757dfe",
                            operation="UPDATE",
                            pgid="pgtrigger_only_lifted_8b6c5",
                            table="reminders_suppression",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="is_never_deleted",
                        sql=partners.triggers.FirmSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="6749adc366bb7a775e3ec4a37ac2b2192bff8fa9",
                            operation="DELETE",
                            pgid="pgtrigger_is_never_deleted_67cd7",
                            table="reminders_suppression",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField(help_text="Minor units.")),
                (
                    "vendor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.vendor",
                    ),
                ),
            ],
            options={
                "ordering": ["currency"],
                "constraints": [
                    models.UniqueConstraint(fields=("vendor", "currency"), name="one_threshold_a_currency"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 100000000000000)), name="threshold_range"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="threshold_of_a_vendor",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM partners_company WHERE id = NEW.vendor_id AND kind = 'vendor' AND kept_by_id IS NULL\n    ) THEN\n        RAISE EXCEPTION 'only a vendor on Windfall says what is much money' USING ERRCODE = 'WF113';\n    END IF;\n    RETURN NEW;\n",
                            hash="9b0e612272f73c9f10f777e3bb25edd1ae6e9981",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_threshold_of_a_vendor_ceebf",
                            table="reminders_threshold",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Timing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("safe_start", "Last safe start"),
                            ("expires_on", "Last day to run an activity"),
                            ("claim_by", "Last day to file a claim"),
                            ("request_claim_by", "Last day to claim on an approval"),
                            ("request_run", "An approved activity begins"),
                            ("request_over", "An activity ended without a claim"),
                            ("draft_claim", "A claim is not finished"),
                            ("draft_request", "A request is not finished"),
                            ("claim_question", "A question on a claim"),
                            ("request_question", "A question on a request"),
                            ("outcome", "Results are due"),
                            ("certification", "A certification runs out"),
                            ("resource_held", "A resource that you use runs out"),
                            ("hold", "A payment is on hold"),
                            ("short_pay", "Less arrived than was sent"),
                            ("program_fits", "A new program that fits"),
                            ("granted", "Money was granted"),
                            ("time_answered", "An answer: more time"),
                            ("plan_answered", "An answer: a plan"),
                            ("join_answered", "An answer: joining a program"),
                            ("step", "A step agreed with a vendor"),
                            ("reversal", "A payment was taken back"),
                            ("request_decision", "A request waits for a decision"),
                            ("time_asked", "A partner asks for more time"),
                            ("plan_asked", "A partner has a plan ready"),
                            ("join_asked", "A partner asks to join"),
                            ("resource", "A resource runs out"),
                            ("claim_decision", "A claim waits for a decision"),
                            ("payment_due", "A payment is overdue"),
                            ("short_rest", "The rest of a short payment is open"),
                            ("no_mail", "Mail to a colleague does not arrive"),
                            ("nudge", "The vendor's own words"),
                        ],
                        max_length=20,
                    ),
                ),
                ("leads", django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="timings",
                        to="partners.company",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "rule"), name="one_timing_a_rule"),
                    models.CheckConstraint(
                        condition=models.Q(("leads__len__range", (1, 8))), name="timing_of_some_days"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="within_the_rules_bounds",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM (VALUES ('safe_start', 'partner', 180, 0, 30), ('expires_on', 'partner', 180, 0, 14), ('claim_by', 'partner', 180, 0, 14), ('request_claim_by', 'partner', 120, 0, 14), ('request_run', 'partner', 60, -60, 14), ('request_over', 'partner', 0, -60, 0), ('draft_claim', 'partner', -1, -90, -1), ('draft_request', 'partner', -1, -90, -1), ('claim_question', 'partner', 30, 0, 7), ('request_question', 'partner', 30, 0, 7), ('outcome', 'partner', 30, -60, 7), ('certification', 'partner', 180, 0, 60), ('resource_held', 'partner', 120, 0, 30), ('hold', 'partner', 0, -60, 0), ('short_pay', 'partner', 0, -60, 0), ('step', 'partner', 60, -60, 7), ('request_decision', 'vendor', 30, -60, 3), ('time_asked', 'vendor', 0, -60, 0), ('plan_asked', 'vendor', 0, -60, 0), ('join_asked', 'vendor', 0, -60, 0), ('resource', 'vendor', 120, -30, 30), ('claim_decision', 'site', 30, -60, 3), ('payment_due', 'site', 30, -60, 0), ('short_rest', 'site', 0, -60, 0)) AS bounds (rule, kind, farthest, latest, near)\n          JOIN partners_company c ON c.id = NEW.company_id AND c.kept_by_id IS NULL\n         WHERE bounds.rule = NEW.rule AND bounds.farthest >= ALL (NEW.leads) AND bounds.latest <= ALL (NEW.leads)\n           AND (c.kind = bounds.kind AND bounds.near >= ANY (NEW.leads)\n                OR c.kind = 'vendor' AND bounds.kind = 'partner')\n    ) THEN\n        RAISE EXCEPTION 'these days are outside what the rule allows this company' USING ERRCODE = 'WF111';\n    END IF;\n    RETURN NEW;\n",
                            hash="463b6ad094a48915d2e05780f86a20a5da5c7515",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_within_the_rules_bounds_e11ce",
                            table="reminders_timing",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField(verbose_name="away from")),
                ("until_on", models.DateField(verbose_name="until")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.company"
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["from_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("delegate", models.F("user")), _negated=True),
                        name="absence_is_anothers_to_read",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__gte", models.F("from_on")),
                            (
                                "until_on__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("from_on"), "+", models.Value(366)
                                ),
                            ),
                        ),
                        name="absence_ends",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.Func("user", "user", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("company", "company", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("from_on", "until_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="one_absence_at_a_time",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="delegate_is_a_colleague",
                        sql=partners.triggers.FirmSql(
                            func="\n    IF NOT EXISTS (\n        SELECT FROM partners_membership own\n          JOIN partners_membership theirs ON theirs.company_id = own.company_id AND theirs.ended_at IS NULL\n          JOIN partners_company c ON c.id = own.company_id\n          JOIN partners_user u ON u.id = theirs.user_id AND u.is_active\n         WHERE own.user_id = NEW.user_id AND own.company_id = NEW.company_id AND own.ended_at IS NULL\n           AND theirs.user_id = NEW.delegate_id AND (c.kind <> 'site' OR theirs.role = own.role)\n    ) THEN\n        RAISE EXCEPTION 'only a colleague who works there now reads for somebody' USING ERRCODE = 'WF112';\n    END IF;\n    RETURN NEW;\n",
                            hash="cd380d1040af87631368eec28bc6bf42fd582493",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_delegate_is_a_colleague_19f4f",
                            table="reminders_absence",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="The rule and the id of what it is about: one in the calendar.", max_length=60
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "told_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When a calendar last read it, to the month."
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["told_at"], name="date_last_told")],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="one_date_of_a_key")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="sequence_goes_up",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.user_id, OLD.key, OLD.fingerprint, OLD.sequence, OLD.changed_at) IS DISTINCT FROM ROW(NEW.user_id, NEW.key, NEW.fingerprint, NEW.sequence, NEW.changed_at) AND (NEW.sequence <= OLD.sequence OR NEW.changed_at < OLD.changed_at))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="60f0df69928c924f961cbe749940965debdc4cf6",
                            operation="UPDATE",
                            pgid="pgtrigger_sequence_goes_up_970e1",
                            table="reminders_calendardate",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "alarm",
                    models.SmallIntegerField(
                        blank=True,
                        choices=[(0, "On the day"), (1, "A day before"), (7, "A week before")],
                        help_text="None: it never rings.",
                        null=True,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(help_text="When a calendar last fetched it, to the hour.", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("user",), name="one_calendar_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")), name="feed_token_is_a_hash"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("alarm", None), ("alarm__in", [0, 1, 7]), _connector="OR"),
                        name="feed_alarm",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at", None), ("revoked_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="feed_revoked_after_made",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="revoked_stays_revoked",
                        sql=partners.triggers.FirmSql(
                            condition='WHEN (OLD."revoked_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="272c2a2103efd27185e9b5ece121c33c0d411c9a",
                            operation="UPDATE",
                            pgid="pgtrigger_revoked_stays_revoked_d8359",
                            table="reminders_calendarfeed",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="address_stays",
                        sql=partners.triggers.FirmSql(
                            condition="WHEN (ROW(OLD.user_id, OLD.token_hash, OLD.made_at) IS DISTINCT FROM ROW(NEW.user_id, NEW.token_hash, NEW.made_at))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b30fac8edb391ffcf6cd12f7a31a67bbed039a23",
                            operation="UPDATE",
                            pgid="pgtrigger_address_stays_4cbe0",
                            table="reminders_calendarfeed",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.RunSQL(arms.view(arms.ARMS), "DROP VIEW reminders_matter"),
        migrations.RunSQL(stands.STANDS, "DROP FUNCTION reminders_stands(text, bigint, bigint, date)"),
        migrations.RunSQL(waiting.WAITING, "DROP FUNCTION reminders_waiting(bigint, text[])"),
    ]
