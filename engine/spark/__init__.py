"""Cases decided on Apache Spark: the same columns and the same decisions, on as many machines as there are.

Needs the extra `spark`, and Java on the machine that starts the job.
"""

from __future__ import annotations

from engine.spark.backtesting import backtest
from engine.spark.deciding import decide

__all__ = ["backtest", "decide"]
