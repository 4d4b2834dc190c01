import time

from pymongo import MongoClient


def work(job):
    with MongoClient("mongodb://db/?maxPoolSize=5") as client:  # finds: client-per-call, no-signal-handler
        client.app.jobs.update_one({"_id": job["_id"]}, {"$set": {"done": True}})


while True:
    for job in range(10):
        work(job)
    time.sleep(1)
