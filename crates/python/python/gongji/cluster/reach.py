"""Whether somebody listens at an address, within a time."""

import socket
import time

from .fault import fault
from .place import Place


def reached(place: Place, wait: float) -> None:
    """Returns once the address can be connected to; else says that it cannot."""
    end = time.monotonic() + wait
    while True:
        try:
            socket.create_connection((place.host.strip("[]"), place.port), timeout=max(min(wait, 5.0), 0.1)).close()
        except OSError as error:
            if time.monotonic() >= end:
                raise fault(
                    f"{wait:.0f} 秒内连不上 {place}（{error}）；请核对地址，以及集群是否已启动",
                    f"{place} cannot be reached within {wait:.0f} s ({error}); check the address, and that it is running",
                ) from error
            time.sleep(0.5)
        else:
            return
