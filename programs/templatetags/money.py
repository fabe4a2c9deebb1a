"""How pages write money and deadlines."""

from datetime import date
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html

from programs import money as minor
from programs import terms

register = template.Library()


@register.filter
def money(amount: int | None, currency: str) -> str:
    """`{{ 105000|money:"USD" }}` gives $1,050.00."""
    return minor.show(amount, currency)


@register.filter
def whole_money(amount: int, currency: str) -> str:
    """`{{ 4825037|whole_money:"USD" }}` gives $48,250: for what is only about right."""
    return minor.show_whole(amount, currency)


@register.filter
@lru_cache(maxsize=4096)  # a list shows the same few days again and again; pages are in one language
def deadline(day: date | None, today: date) -> str:
    """`{{ day|deadline:today }}` gives «30 Nov 2026 · 7 days», toned by how near it is."""
    if day is None:
        return "–"
    return format_html(
        '<span class="deadline deadline-{}"><time datetime="{}">{}</time> · {}</span>',
        terms.tone(day, today),
        day.isoformat(),
        date_format(day),
        terms.days_left(day, today),
    )
