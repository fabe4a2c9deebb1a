"""Finds the partners that a table names."""

from collections.abc import Iterable

from partners.models import Partner


class Directory:
    """The partners that a file names: by slug, or by exact name where only one has it."""

    def __init__(self, names: Iterable[str]):
        wanted = list({name for name in names if name})
        found = Partner.objects.filter(slug__in=wanted) | Partner.objects.filter(name__in=wanted)
        self.by_slug: dict[str, Partner] = {}
        self.by_name: dict[str, list[Partner]] = {}
        for partner in found:
            self.by_slug[partner.slug] = partner
            self.by_name.setdefault(partner.name, []).append(partner)

    def find(self, text: str) -> Partner | str:
        """The partner, or what is wrong, in words."""
        if not text:
            return "Name a partner."
        if partner := self.by_slug.get(text):
            return partner
        named = self.by_name.get(text, [])
        if len(named) > 1:
            return f"Several partners have this name. Write the short name: {', '.join(p.slug for p in named[:5])}."
        return named[0] if named else "There is no partner of this name."
