"""How Django knows this room."""

from django.apps import AppConfig


class HospitalConfig(AppConfig):
    """The hospital room."""

    name = "homeward.hospital"
    label = "hospital"

    def ready(self) -> None:
        """Put this room's pages in the navigation."""
        from homeward.core.domain.roles import Permission, Role
        from homeward.core.navigation import NavItem, register, register_home

        register(NavItem("Live list", "hospital:live_list", Permission.SEE_PEOPLE, 100))
        register(NavItem("Wards", "hospital:wards", Permission.SEE_PEOPLE, 200))
        register(
            NavItem("Break-glass", "hospital:break_glass_review", Permission.REVIEW_ACCESS, 700)
        )
        register_home(Role.WARD_NURSE, "hospital:my_ward")
