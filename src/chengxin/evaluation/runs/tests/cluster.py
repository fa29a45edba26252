"""A Spark cluster of this machine's own: a master and two workers on the loopback, as an operator would start them."""

import os
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
LOOPBACK = "127.0.0.1"
SECONDS = 90
OPTIONS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.memory": "512m",
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
}


@contextmanager
def cluster(folder, memory="600m"):
    """The address of a running cluster whose workers lend so much memory each; it is gone afterwards."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "cluster.log").open("wb"))
        address = f"spark://{LOOPBACK}:{port}"
        _start(stack, log, folder, MASTER, "--port", str(port))
        _await(folder / "cluster.log", "ALIVE", 1)
        for _ in range(2):
            _start(stack, log, folder, WORKER, "--cores", "1", "--memory", memory, address)
        _await(folder / "cluster.log", "Successfully registered with master", 2)
        yield address


def _start(stack, log, folder, role, *arguments):
    home = Path(pyspark.__file__).parent
    fixed = {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOOPBACK, "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_WORKER_DIR": str(folder / "work"),
    }  # fmt: skip
    process = subprocess.Popen(
        [home / "bin" / "spark-class", role, "--host", LOOPBACK, "--webui-port", "0", *arguments],
        env=os.environ | fixed, stdout=log, stderr=subprocess.STDOUT, cwd=folder,
    )  # fmt: skip
    stack.callback(process.wait)
    stack.callback(process.terminate)


def _await(path, word, times):
    end = time.monotonic() + SECONDS
    while path.read_text(errors="replace").count(word) < times:
        if time.monotonic() > end:
            raise TimeoutError(path.read_text(errors="replace")[-2000:])
        time.sleep(0.1)
