"""Shapes of what people type about money, days and programs."""

from programs.forms.fields import (
    LARGEST_TABLE,
    DayField,
    KeyField,
    MoneyField,
    MoneyInput,
    OnceForm,
    SeenField,
    SeenForm,
    SuggestInput,
    TableFileForm,
    bare_helper,
    currency_choices,
    data_of,
    time_zone_options,
)

__all__ = [
    "LARGEST_TABLE",
    "DayField",
    "KeyField",
    "MoneyField",
    "MoneyInput",
    "OnceForm",
    "SeenField",
    "SeenForm",
    "SuggestInput",
    "TableFileForm",
    "bare_helper",
    "currency_choices",
    "data_of",
    "time_zone_options",
]
