"""Cases decided on Apache Spark: the same columns and the same decisions, on as many machines as there are."""
