"""What the pages of this room ask. Every read is scoped to the user."""
