"""Who is in which bed: people, spells, bed stays and the live list."""
