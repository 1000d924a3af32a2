"""What the gateway does: take messages in, decide on them, derive from them."""
