"""What every page's frame shows: navigation and counts."""

from django.conf import settings


def frame(request) -> dict:
    return {"DEMO": settings.DEMO, "navigation": [], "inbox_count": 0}
