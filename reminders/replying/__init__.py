"""What people answer to a reminder, from the mail or the inbox: later, I'm on it, somebody else is."""
