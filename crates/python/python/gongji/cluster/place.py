"""Where a cluster is: `spark://host:7077`, `dask://host:8786`, or of this machine, `spark://local[2]`, `dask://local[2]`."""

import os
import re
from dataclasses import dataclass
from typing import Literal

from .fault import fault

PORTS = {"spark": 7077, "dask": 8786}


@dataclass(frozen=True)
class Place:
    """A cluster's address."""

    engine: Literal["spark", "dask"]
    host: str = ""
    port: int = 0
    #: Workers on this machine; 0: the cluster is elsewhere.
    local: int = 0

    @staticmethod
    def read(text: str) -> "Place":
        """Reads an address."""
        local = re.fullmatch(r"(spark|dask)://local(?:\[(\d+|\*)\])?", text)
        if local:
            workers = os.cpu_count() or 1 if local[2] in (None, "*") else int(local[2])
            return Place(_engine(local[1]), local=max(workers, 1))
        remote = re.fullmatch(r"(spark|dask)://([^/:\[\]]+|\[[0-9a-fA-F:]+\])(?::(\d+))?/?", text)
        if remote:
            return Place(_engine(remote[1]), remote[2], int(remote[3] or PORTS[remote[1]]))
        raise fault(
            f"--cluster {text}：应为 spark://主机:7077、dask://主机:8786、spark://local[2] 或 dask://local[2]",
            f"--cluster {text}: write spark://HOST:7077, dask://HOST:8786, spark://local[2] or dask://local[2]",
        )

    def __str__(self) -> str:
        return f"{self.engine}://local[{self.local}]" if self.local else f"{self.engine}://{self.host}:{self.port}"


def _engine(text: str) -> Literal["spark", "dask"]:
    return "spark" if text == "spark" else "dask"
