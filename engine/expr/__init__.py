"""The expression language: a small total language over declared names. Text in, checked tree out, walked by simpleeval."""
