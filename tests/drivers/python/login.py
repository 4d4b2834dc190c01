"""One login by Python's driver: login.py URI. Prints a line of JSON for each step; login.mjs is its twin."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from pymongo import MongoClient
from pymongo.errors import PyMongoError

client = MongoClient(sys.argv[1], maxPoolSize=5)
things = client["login"]["things"]
failures = []


def step(name, body):
    try:
        print(json.dumps({"step": name, "ok": True, "saw": body()}, separators=(",", ":")), flush=True)
    except PyMongoError as error:
        code = getattr(error, "code", None)
        failures.append(code)
        print(json.dumps({"step": name, "ok": False, "code": code}, separators=(",", ":")), flush=True)


def whoami():
    users = client.admin.command("connectionStatus")["authInfo"]["authenticatedUsers"]
    return ",".join(f"{user['user']}@{user['db']}" for user in users)


def concurrent():
    with ThreadPoolExecutor(20) as threads:
        return len(list(threads.map(lambda _: things.count_documents({"missing": True}), range(20))))


step("read", lambda: len(list(things.find({"missing": True}))))
step("write", lambda: things.insert_one({"by": "python"}).acknowledged)
step("whoami", whoami)
# Failed logins are slowed: more of them would show nothing more.
if not failures:
    step("concurrent", concurrent)
client.close()
