"""Names for restricted people that say nothing of who they are.

A key of ours is made from (organisation, hospital number): whoever knows the number could make
it too, and find the person's bed by it. An alias is made with the secret key as well.
"""

from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from homeward.core.models import User
from homeward.hospital.queries.scope import visible_people

SALT = "homeward.hospital.restricted"


def alias_of(key: UUID) -> UUID:
    """What stands for the key of a person or spell wherever the reader may not know them."""
    return UUID(salted_hmac(SALT, key.hex, algorithm="sha256").hexdigest()[:32])


def restricted_person_or_none(*, user: User, handle: str) -> UUID | None:
    """Whom an alias in hexadecimal stands for, in the user's organisation. One query.

    Goes through the organisation's restricted people, who are few.
    """
    people = visible_people(user).filter(restricted=True, deleted=False, merged_into=None)
    for person in people.values_list("pk", flat=True):
        if constant_time_compare(alias_of(person).hex, handle):
            return person
    return None
