"""What money exists and where each cent is. Balances are kept by the database from the movements: see `funds/triggers.py`."""

from funds.asks import ExtensionRequest, Proposal
from funds.models.allocations import Allocation, AllocationQuerySet
from funds.models.budgets import Budget
from funds.models.movements import Movement
from funds.models.statements import StatementLayout, StatementUpload
from funds.sales import Accrual, Sale, SalesEffect, SalesFault, SalesUpload
from funds.starting import StartingAmount, StartingPlan, StartingShare
from funds.years import Year, YearChange

__all__ = [
    "Accrual",
    "Allocation",
    "AllocationQuerySet",
    "Budget",
    "ExtensionRequest",
    "Movement",
    "Proposal",
    "Sale",
    "SalesEffect",
    "SalesFault",
    "SalesUpload",
    "StartingAmount",
    "StartingPlan",
    "StartingShare",
    "StatementLayout",
    "StatementUpload",
    "Year",
    "YearChange",
]
