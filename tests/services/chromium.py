"""A real Chromium without a window, for which every name is this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.services.ports import HOST, wait_until

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--ignore-certificate-errors",
    f"--host-resolver-rules=MAP * {HOST}",
)


@contextmanager
def chromium(downloads: Path, width: int, *, script: bool, language: str = "en") -> Iterator[WebDriver]:
    """Run it with a page of `width` CSS pixels; `script` says whether JavaScript is on."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*_FLAGS, f"--window-size={max(width, 500)},900"):
        options.add_argument(flag)
    preferences: dict[str, object] = {
        "download.default_directory": str(downloads),
        "intl.accept_languages": language,
        "profile.managed_default_content_settings.javascript": 1 if script else 2,
    }
    options.add_experimental_option("prefs", preferences)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        yield driver
    finally:
        driver.quit()


def downloaded(folder: Path) -> Path:
    """Return the one file that was downloaded, when it is whole."""

    def whole() -> list[Path]:
        return [one for one in folder.iterdir() if one.suffix != ".crdownload" and not one.name.startswith(".")]

    wait_until(lambda: bool(whole()), lambda: True, 30, "the download")
    (found,) = whole()
    return found
