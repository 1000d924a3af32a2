"""Words and shapes of this room's pages."""
