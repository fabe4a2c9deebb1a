"""Pages of the calendar, and what a calendar reads."""
