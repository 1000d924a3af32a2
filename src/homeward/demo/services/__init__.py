"""Making the demo and keeping it going."""
