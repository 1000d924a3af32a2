"""Help for the tests that is not itself a test."""
