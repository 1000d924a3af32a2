"""Users, and what each may act as."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from uuid6 import uuid7

from homeward.core.domain import roles
from homeward.core.models.base import BaseModel
from homeward.core.models.organisations import Organisation


class EmailUserManager(UserManager["User"]):
    """Makes users that are known by their e-mail address."""

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **extra: Any
    ) -> "User":
        """A user with that address. Without a password they can only sign in from outside."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """Someone who signs in, by e-mail address. What they may see comes from `acting`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = None  # type: ignore[assignment]
    email = models.EmailField("email address", unique=True)
    acting = models.ForeignKey(
        "core.Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[EmailUserManager] = EmailUserManager()

    class Meta:
        ordering = ("email",)
        constraints = (
            # Two spellings of one address would be two people with one mailbox.
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="core_user_email_is_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def may(self, permission: roles.Permission) -> bool:
        """Whether the role this user acts in, and has not left, has that permission."""
        acting = self.acting
        return (
            self.is_active
            and acting is not None
            and acting.left_at is None
            and roles.may(acting.role, permission)
        )


class Membership(BaseModel):
    """A user's role in one organisation, perhaps on one ward of it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(
        max_length=30, choices=[(role.value, name) for role, name in roles.ROLE_NAMES.items()]
    )
    # The ward whose restricted people this member may know by name; empty: no ward of their own.
    site_code = models.CharField(max_length=30, blank=True)
    ward_code = models.CharField(max_length=60, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("organisation__name", "role")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation", "role", "site_code", "ward_code"),
                condition=Q(left_at=None),
                name="core_one_current_membership_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{roles.ROLE_NAMES[roles.Role(self.role)]}, {self.organisation.name}"
