"""Pages of programs: `programs` for the offer and its life, `terms` for the versions of what it promises."""
