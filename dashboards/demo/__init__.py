"""The demo: eight vendors' rule sets, twelve partners, and a year of their money, made through the same actions as the pages."""
