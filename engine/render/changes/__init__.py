"""What differs between two versions, shown: in words first, then as text, Markdown or data."""
