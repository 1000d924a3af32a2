"""How rows are put into words. No queries, no clock."""
