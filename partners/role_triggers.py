"""The rules of roles that the database keeps, in PL/pgSQL. A leaf: `models.py` hangs these on its tables."""

import pgtrigger

from partners.states import KEEPER, ROLES, Kind
from partners.triggers import LAST_KEEPER, NOT_A_PARTNER, Trigger, refuse

# "company 12 is a partner, so its people are owners and members", in SQL.
ROLE_FITS_KIND = " OR ".join(
    f"(kind = '{kind.value}' AND NEW.role IN ({', '.join(repr(role.value) for role in roles)}))"
    for kind, roles in ROLES.items()
)
ROLE_TRIGGER = f"""
    -- A vendor that a partner records for itself has no people: nobody but that partner knows of it.
    IF NOT EXISTS (
        SELECT FROM partners_company WHERE id = NEW.company_id AND kept_by_id IS NULL AND ({ROLE_FITS_KIND})
    ) THEN
        RAISE EXCEPTION 'no such role in a company of this kind: %', NEW.role USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def role_fits_kind() -> Trigger:
    return Trigger(
        name="role_fits_kind",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "company_id"),
        func=ROLE_TRIGGER,
    )


KEEPER_IS_A_PARTNER = f"""
    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.kept_by_id AND kind = '{Kind.PARTNER}') THEN
        {refuse(NOT_A_PARTNER, "only a partner records vendors of its own")}
    END IF;
    RETURN NEW;
"""
# "was the keeper of a company of this kind", in SQL.
WAS_KEEPER = " OR ".join(f"(kind = '{kind.value}' AND OLD.role = '{role.value}')" for kind, role in KEEPER.items())
KEEPER_TRIGGER = f"""
    IF NEW.ended_at IS NOT NULL OR NEW.role <> OLD.role OR NEW.company_id <> OLD.company_id THEN
        -- Two last keepers who leave at once come one after the other: the second sees that the first has gone.
        PERFORM FROM partners_company WHERE id = OLD.company_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT FROM partners_company WHERE id = OLD.company_id AND ({WAS_KEEPER}))
            AND NOT EXISTS (SELECT FROM partners_membership
                WHERE company_id = OLD.company_id AND role = OLD.role AND ended_at IS NULL AND id <> OLD.id) THEN
            {refuse(LAST_KEEPER, "a company keeps one who looks after its people")}
        END IF;
    END IF;
    RETURN NEW;
"""


def keeps_a_keeper() -> Trigger:
    return Trigger(
        name="keeps_a_keeper",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=KEEPER_TRIGGER,
    )
