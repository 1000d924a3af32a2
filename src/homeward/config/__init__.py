"""Settings, addresses, template environment, servers and the console entry point."""
