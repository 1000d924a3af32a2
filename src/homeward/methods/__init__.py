"""General mathematics, with no NHS nouns."""
