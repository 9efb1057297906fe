"""Floor 2: from a verdict to edits on the message; pure."""
