"""The local stack: PostgreSQL, Redis, web, worker and beat as children of `manage.py up`. Imports nothing of Django."""
