"""Questions about people in hospital. Every one is asked for a user and sees only theirs."""
