"""Dates and amounts as the reader's language writes them."""

from datetime import date
from html import unescape

import pytest
from django.core import mail

from reminders import actions
from reminders.delivery.formats import Form
from reminders.ways import LANGUAGES
from tests.cast import NOW, TODAY
from tests.reminders.telling import in_days, mail_day, noon


@pytest.mark.parametrize(
    ("language", "day", "dollars", "yen", "dinars"),
    [
        ("", "30 Nov 2026", "$5,000.50", "¥500,050", "KWD 500.050"),
        ("en-GB", "30 Nov 2026", "US$5,000.50", "JP¥500,050", "KWD 500.050"),
        ("de", "30.11.2026", "5.000,50 $", "500.050 ¥", "500,050 KWD"),
        ("de-CH", "30.11.2026", "$ 5’000.50", "¥ 500’050", "KWD 500.050"),
        ("fr", "30 nov. 2026", "5 000,50 $US", "500 050 JPY", "500,050 KWD"),
        ("ja", "2026/11/30", "$5,000.50", "￥500,050", "KWD 500.050"),
    ],
)
def test_each_as_there(language, day, dollars, yen, dinars):
    form = Form(language)
    assert form.day(date(2026, 11, 30)) == day
    shown = [form.money(500_050, currency) for currency in ("USD", "JPY", "KWD")]
    assert [" ".join(text.split()) for text in shown] == [dollars, yen, dinars]


@pytest.mark.parametrize("language", [*LANGUAGES])
def test_every_language_that_can_be_chosen_writes(language):
    assert "2026" in Form(language).day(date(2026, 2, 28))
    assert "5" in Form(language).money(5, "EUR")


def test_the_mail_is_written_in_it_from_subject_to_foot(w):
    actions.prefer(user=w.member, ways={}, language="de", now=NOW)
    w.fund(5_000_00, expires_on=in_days(7), claim_by=in_days(100))
    mail_day(noon(TODAY))
    message = next(m for m in mail.outbox if m.to == [w.member.email])
    assert message.subject == "5.000,00\xa0$ to claim, the first by 30.11.2026"
    for part in (message.body, unescape(message.alternatives[0].content)):
        assert "5.000,00\xa0$" in part
        assert "30.11.2026" in part
        assert "30 Nov" not in part
        assert "$5,000" not in part
    # The owner's stays as it was.
    assert "$5,000.00" in next(m for m in mail.outbox if m.to == [w.owner.email]).subject
