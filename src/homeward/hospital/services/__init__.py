"""What the hospital does with what it is told."""
