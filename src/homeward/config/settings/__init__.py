"""One module an environment: dev (also the demo), test and production."""
