# A program with one disease of its connections, by pymongo: patient.py DISEASE URI. Prints "ready" when the disease has
# set in, and goes on until its standard input ends. tests/drivers/node/patient.mjs is its twin.
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from pymongo import MongoClient

disease, uri = sys.argv[1:]
small = dict(maxPoolSize=10, minPoolSize=2, maxIdleTimeMS=30_000)
threads = ThreadPoolExecutor(200)
kept = []


def connected(**options):
    client = MongoClient(uri, appname=f"patient-{disease}", **options)
    work(client)
    return client


def work(client):
    return list(client.app.entries.find({}))


def burst(client, width):
    list(threads.map(work, [client] * width))


def grow(client, width):
    # Counting takes a second on the tests' server: long enough for a pool to grow.
    list(threads.map(lambda _: client.app.entries.estimated_document_count(), range(width)))


def ready():
    print("ready", flush=True)


def healthy():
    client = connected(**small)
    ready()
    while True:
        burst(client, 5)
        time.sleep(0.02)


def healthy_bursts():
    client = connected(**small)
    ready()
    while True:
        burst(client, 200)
        time.sleep(0.3)


def healthy_restart():
    client = connected(**small)
    ready()
    time.sleep(2)
    client.close()
    client = connected(**small)
    while True:
        burst(client, 5)
        time.sleep(0.02)


def unbounded():
    client = connected()
    grow(client, 90)
    ready()
    while True:
        burst(client, 60)


def several():
    clients = [connected(**small) for _ in range(4)]
    ready()
    while True:
        list(threads.map(work, clients))
        time.sleep(0.02)


def per_operation():
    first = True
    while True:
        connected().close()
        if first:
            ready()
        first = False


def leak():
    kept.append(connected())
    ready()
    while True:
        kept.append(connected())
        time.sleep(0.4)


def orphan():
    kept.append(connected())
    grow(kept[0], 12)
    time.sleep(1.5)  # its monitor has begun to wait for news
    ready()
    time.sleep(3600)


def idle():
    client = connected()
    grow(client, 40)
    ready()
    while True:
        work(client)
        time.sleep(0.2)


def pool_churn():
    client = connected(maxPoolSize=10, maxIdleTimeMS=20)
    ready()
    while True:
        burst(client, 8)
        time.sleep(0.15)


def monitors():
    kept.extend(connected(maxPoolSize=1) for _ in range(10))
    ready()
    time.sleep(3600)


def sessions():
    client = connected(**small)
    for _ in range(1500):
        kept.append(client.start_session())
        client.app.command("ping", session=kept[-1])
    ready()
    time.sleep(3600)


def transaction():
    client = connected(**small)
    session = client.start_session()
    kept.append(session)
    session.start_transaction()
    client.app.entries.insert_one({}, session=session)
    ready()
    time.sleep(3600)


def cursors():
    client = connected(**small)
    client.app.entries.insert_many([{} for _ in range(10)])
    for _ in range(120):
        kept.append(client.app.entries.find({}, batch_size=2))
        next(kept[-1])
    ready()
    time.sleep(3600)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
globals()[disease.replace("-", "_")]()
