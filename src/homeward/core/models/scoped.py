"""The one way to a row about people: through the user who asks."""

from typing import ClassVar, Self, TypeVar

from django.db import models

from homeward.core.domain.roles import Permission
from homeward.core.models.users import User

Model = TypeVar("Model", bound=models.Model)


class ScopedQuerySet(models.QuerySet[Model]):
    """Rows of the organisation a user acts for, and of no other."""

    # What the acting role needs to see any of them.
    permission: ClassVar[Permission] = Permission.SEE_PEOPLE

    def visible_to(self, user: User) -> Self:
        """Rows this user's acting role may see. Nobody signed in or acting sees none."""
        if not user.is_authenticated or user.acting is None or not user.may(self.permission):
            return self.none()
        return self.filter(organisation_id=user.acting.organisation_id)
