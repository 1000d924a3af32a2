"""Organisations, users, audit, feed status, page layout: what every room stands on."""
