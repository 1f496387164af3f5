"""What is wrong, in Chinese and English."""

from .._gongji import GongjiError


def fault(zh: str, en: str) -> GongjiError:
    """An error with both texts."""
    error = GongjiError(f"{zh} / {en}")
    error.zh, error.en = zh, en
    return error
