"""A client process that is about to be killed: victim.py URI ROLE. It leaves behind whatever a client can leave:
a cursor, a transaction, sessions and, in the role "busy", an operation and a change stream that wait at the server."""

import sys
import threading

from pymongo import MongoClient

client = MongoClient(sys.argv[1], appname="victim", maxPoolSize=20)
things = client.victim.things

cursor = things.find({}, batch_size=2)
next(cursor)

session = client.start_session()
session.start_transaction()
things.insert_one({}, session=session)

if sys.argv[2] == "busy":
    threading.Thread(target=lambda: things.distinct("n"), daemon=True).start()
    stream = things.watch()
    threading.Thread(target=lambda: next(stream), daemon=True).start()

print("ready", flush=True)
threading.Event().wait()
