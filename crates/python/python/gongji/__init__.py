"""职工医保门诊共济保障：政策、结算、改革试算。

Outpatient pooling of China's employee medical insurance: policies, adjudication, trying reforms on claims.

Guide: docs/guide/python.md.
"""

from ._gongji import (
    GongjiError,
    Policy,
    Reform,
    Run,
    Table,
    Task,
    __engine__,
    __version__,
    group,
    job,
    merge,
    run_bucket,
    simulate,
)

__all__ = [
    "GongjiError",
    "Policy",
    "Reform",
    "Run",
    "Table",
    "Task",
    "__engine__",
    "__version__",
    "group",
    "job",
    "merge",
    "run_bucket",
    "simulate",
]
