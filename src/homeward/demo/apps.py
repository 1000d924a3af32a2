"""How Django knows this room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo room."""

    name = "homeward.demo"
    label = "demo"
