"""在集群上试改革：每个分桶一个任务，交给 Spark 或 Dask。

A simulation on a cluster: a task for every bucket of a store, done by Spark or Dask. What comes back is checked, and put
together as `gongji.merge` does. Guide: docs/guide/cluster.md.
"""

from .answers import Answers
from .place import Place
from .run import simulate
from .task import Answer, Work, settle

__all__ = ["Answer", "Answers", "Place", "Work", "settle", "simulate"]
