"""Homeward, the open discharge hub."""
