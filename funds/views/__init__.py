"""Pages of money: `allocations` are the funds that partners see, `budgets` and `grants` the vendor's side, `terms` both.

`asking` and `plans` are what partners ask of vendors; `extending` and `regranting` what a vendor makes of it.
"""
