"""Pages of money: `allocations` are the funds that partners see, `budgets` and `grants` the vendor's side, `terms` both."""
