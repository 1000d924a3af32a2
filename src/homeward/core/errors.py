"""Errors that are shown to people. Anything else is a bug and is not caught."""


class HomewardError(Exception):
    """A rule said no. The text is a plain sentence for the person who asked."""


class BadInput(HomewardError):
    """A command was given something it cannot use.

    The text is one line naming the file, row and field; the command exits with status 2.
    """
