"""Whether one matter is still to be done, by the view of all that is: as a function, whose plan a session makes once.

The view has an arm for each rule, and planning a question to it takes longer than all that a page does besides. As part of a
larger statement it is planned anew each time; here once, for any rule (`force_generic_plan`), and arms of other rules are left out
when it runs.
"""

from django.db import migrations

STANDS = """
CREATE FUNCTION reminders_stands(text, bigint, bigint, date) RETURNS boolean LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM reminders_matter m
         WHERE m.rule = $1 AND m.subject_id = $2 AND m.company_id = $3 AND m.anchor = $4
    );
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("reminders", "0011_replies")]

    operations = [
        migrations.RunSQL(STANDS, "DROP FUNCTION reminders_stands(text, bigint, bigint, date)"),
    ]
