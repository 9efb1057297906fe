"""Floor 2: from a verdict to edits on the message, or to a new one; pure."""
