"""What was loaded and prepared before, kept on disk for the next command."""
