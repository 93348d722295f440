"""The expression language: small and total, over declared names. Text in, checked tree out."""
