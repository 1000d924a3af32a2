"""What can be done in this room: audit, memberships, sign-in, loading organisations."""
