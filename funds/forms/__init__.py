"""Shapes of what people type about money: `moving` is of budgets and funds, `years` and `formulas` say themselves."""

from funds.forms.moving import (
    SUGGESTED,
    BudgetForm,
    ExtendForm,
    GrantForm,
    MoneyForm,
    PartnerField,
    SalesFileForm,
    partner_options,
)

__all__ = [
    "SUGGESTED",
    "BudgetForm",
    "ExtendForm",
    "GrantForm",
    "MoneyForm",
    "PartnerField",
    "SalesFileForm",
    "partner_options",
]
