"""What a valid policy document means: declarations as typed data, rules and windows as they were written."""
