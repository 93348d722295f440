"""A whole version as one page for readers: the policy in words, in HTML and in Markdown."""
