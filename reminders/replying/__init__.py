"""What people answer to a reminder, from the mail, the inbox or the queue: later, I'm on it, somebody else is."""
