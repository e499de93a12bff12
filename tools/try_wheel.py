"""Try both products from one wheel, from installation to the first page.

Each has its own virtual environment: a centre with the extra `centre`, headquarters with the
extra `hq`. Packages of the other product must not be installed, and a command that needs them
says which extra to install.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).parents[1]
PAGE_SECONDS = 60
INSTALL_SECONDS = 900
COMMAND_SECONDS = 300
NOT_AT_A_CENTRE = {
    *("alembic", "boto3", "matplotlib", "moto", "openpyxl", "psycopg", "scipy"),
    "sqlalchemy",
}
NOT_AT_HEADQUARTERS = {
    *("apscheduler", "insightface", "matplotlib", "onnx", "onnxruntime", "opencv-python"),
    "sqlite-utils",
}


class Product:
    """A virtual environment with the wheel and one extra, and the product's data directory."""

    def __init__(self, folder: Path, command: str, extra: str) -> None:
        self.bin = folder / extra / "bin"
        self.command = command
        self.extra = extra
        self.data = folder / f"data-{extra}"
        self.environment = {**os.environ, "HOME": str(folder), "PATH": f"{self.bin}:/usr/bin:/bin"}
        # Otherwise the checkout could be imported in place of the installed wheel.
        self.environment.pop("PYTHONPATH", None)

    def install(self, wheel: Path) -> None:
        """Create the environment and install the wheel.

        Raises:
            CalledProcessError: an installation failed.
        """
        subprocess.run([sys.executable, "-m", "venv", self.bin.parent], check=True)
        pip = [str(self.bin / "python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "-c", str(SOURCE / "constraints.txt")]
        subprocess.run([*pip, f"{wheel}[{self.extra}]"], check=True, timeout=INSTALL_SECONDS)

    def packages(self) -> set[str]:
        """Return the installed packages by lower-case name."""
        freeze = [str(self.bin / "python"), "-m", "pip", "freeze", "--disable-pip-version-check"]
        lines = subprocess.run(freeze, capture_output=True, text=True, check=True).stdout
        return {line.partition("==")[0].lower() for line in lines.splitlines()}

    def run(self, *words: object, status: int = 0) -> str:
        """Run the product's command outside the checkout; return its output.

        Exits with an error if the status differs or there is a traceback.
        """
        done = subprocess.run(
            [self.bin / self.command, *map(str, words)],
            env=self.environment,
            cwd=self.bin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        if done.returncode != status or "Traceback" in done.stdout:
            sys.exit(f"{self.command} {words[0]}: status {done.returncode}\n{done.stdout}")
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run the server while the block runs; yield its address."""
        words = [str(self.bin / self.command), "serve", "--data", str(self.data), "--port", "0"]
        with subprocess.Popen(
            words, env=self.environment, cwd=self.bin, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                with ThreadPoolExecutor(1) as reader:
                    # In a thread, because readline has no timeout.
                    line = reader.submit(process.stdout.readline)  # type: ignore[union-attr]
                    try:
                        found = re.search(r"http://\S+", line.result(PAGE_SECONDS))
                    except TimeoutError:
                        process.kill()
                        raise
                if not found:
                    sys.exit(f"{self.command} serve did not start")
                yield found[0]
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(PAGE_SECONDS)
                finally:
                    process.kill()


def main() -> None:
    """Build the wheel and try both products."""
    with tempfile.TemporaryDirectory(prefix="exam-wheel-") as name:
        folder = Path(name)
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
        subprocess.run([*build, folder, SOURCE], check=True)
        (wheel,) = folder.glob("*.whl")
        hq, centre = Product(folder, "hq", "hq"), Product(folder, "kiosk", "centre")
        for product, strangers in ((hq, NOT_AT_HEADQUARTERS), (centre, NOT_AT_A_CENTRE)):
            product.install(wheel)
            if found := product.packages() & strangers:
                sys.exit(f"The extra {product.extra} installs {', '.join(sorted(found))}.")
        try_both(folder, hq, centre)


def try_both(folder: Path, hq: Product, centre: Product) -> None:
    """Set up both products up to their first page, and check what each says of missing extras."""
    password, request = folder / "password", centre.data / "enrolment-request.json"
    password.write_text("lantern-oak-harbour-77\n")
    secret = ("--password-file", password)
    hq.run("init", "--data", hq.data, *secret)
    centre.run("--help")
    centre.run("init", "--data", centre.data, "--centre", "BJ01", "--name", "北京一考点", *secret)
    certificate = folder / "certificate.json"
    hq.run("centres", "approve", "--data", hq.data, request, "--out", certificate, "--yes")
    centre.run("enrol", "--data", centre.data, certificate, "--yes")
    centre.run("models", "build", "--data", centre.data)
    centre.run("check", "--data", centre.data)
    for product in (hq, centre):
        with product.serving() as url:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            print(f"{product.command} serve: {opener.open(url, timeout=PAGE_SECONDS).status}")
    lacking = (
        (centre, "rehearsal", ("rehearse", "--candidates", "1")),
        (centre, "evaluate", ("models", "evaluate", password)),
        (centre, "insightface", ("models", "install", "buffalo_l")),
        (hq, "hq,vision", ("portraits", "check", "--data", hq.data)),
    )
    for product, extra, words in lacking:
        said = product.run(*words, status=1)
        if f"pip install 'exam-kiosk[{extra}]'" not in said:
            sys.exit(f"{product.command} {words[0]} does not say what to install:\n{said}")


if __name__ == "__main__":
    main()
