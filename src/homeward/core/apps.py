"""How Django knows this room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The core room."""

    name = "homeward.core"
    label = "core"

    def ready(self) -> None:
        """Put this room's pages in the navigation and listen for failed second steps."""
        from homeward.core import receivers
        from homeward.core.domain.roles import Permission, Role
        from homeward.core.navigation import NavItem, register, register_home

        receivers.connect()
        register(NavItem("Who has seen what", "core:audit", Permission.REVIEW_ACCESS, 800))
        register(
            NavItem("People and access", "core:people_and_access", Permission.MANAGE_MEMBERS, 900)
        )
        register_home(Role.PRIVACY_OFFICER, "core:audit")
        register_home(Role.ADMINISTRATOR, "core:people_and_access")
