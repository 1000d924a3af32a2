"""How Django knows this room."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The gateway room."""

    name = "homeward.gateway"
    label = "gateway"

    def ready(self) -> None:
        """Put this room's pages in the navigation."""
        from homeward.core.domain.roles import Permission, Role
        from homeward.core.navigation import NavItem, register, register_home

        register(NavItem("Feeds", "gateway:feeds", Permission.SEE_MESSAGES, 500))
        register(NavItem("Messages", "gateway:messages", Permission.SEE_MESSAGES, 510))
        register(NavItem("Quarantine", "gateway:quarantine", Permission.SEE_MESSAGES, 520))
        register_home(Role.INTEGRATION_ENGINEER, "gateway:feeds")
