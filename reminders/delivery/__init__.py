"""How reminders reach people: what they choose, how the mail writes for them, and what comes back of it."""
