"""The common scenario, by Python's driver: scenario.py main=URI [members=URI ...] [without=STEP,STEP].
Prints a line of JSON for each step, the same lines whatever is between the driver and the server."""

import datetime
import hashlib
import json
import os
import re
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import bson
import gridfs
from bson import Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.binary import Binary
from bson.raw_bson import RawBSONDocument
from pymongo import CursorType, DeleteOne, InsertOne, MongoClient, ReadPreference, ReturnDocument, UpdateOne, WriteConcern
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import Nearest, Secondary

uris = dict(argument.split("=", 1) for argument in sys.argv[1:])
without = set(uris.get("without", "").split(","))
DATABASE = "scenario_python"
OPTIONS = {"appname": "python-scenario", "maxPoolSize": 50, "serverSelectionTimeoutMS": 10_000}
client = MongoClient(uris["main"], **OPTIONS)
db = client[DATABASE]
steps = []


def step(body):
    steps.append((body.__name__, body))
    return body


def failure(operation):
    """What a failed operation says, without what differs from run to run."""
    try:
        operation()
        return "no error"
    except PyMongoError as error:
        return {
            "name": type(error).__name__,
            "code": getattr(error, "code", None),
            "labels": sorted(getattr(error, "_error_labels", [])),
        }


def with_options(uri, options):
    before, _, after = uri.partition("?")
    return f"{before}?{'&'.join(filter(None, [after, options]))}"


@contextmanager
def another(uri):
    own = MongoClient(uri, **OPTIONS)
    try:
        yield own[DATABASE]
    finally:
        own.close()


def digest(data):
    return hashlib.sha256(data).hexdigest()


@step
def connect():
    client.drop_database(DATABASE)
    return client.admin.command("ping")["ok"]


@step
def crud():
    people = db.people
    inserted = people.insert_one({"_id": 1, "name": "Ada", "born": 1815, "tags": ["maths"]})
    people.insert_many([{"_id": 2, "name": "Grace", "born": 1906}, {"_id": 3, "name": "Edsger", "born": 1930}])
    updated = people.update_many({"born": {"$gt": 1900}}, {"$set": {"modern": True}, "$inc": {"born": 0}})
    pushed = people.find_one_and_update(
        {"_id": 1}, {"$push": {"tags": "engines"}}, return_document=ReturnDocument.AFTER
    )
    replaced = people.replace_one({"_id": 9}, {"name": "Alan"}, upsert=True)
    deleted = people.delete_one({"_id": 3})
    return {
        "inserted": inserted.inserted_id,
        "updated": [updated.matched_count, updated.modified_count],
        "pushed": pushed["tags"],
        "replaced": [replaced.matched_count, replaced.upserted_id],
        "deleted": deleted.deleted_count,
        "left": list(people.find({}, {"name": 1}).sort("_id", 1)),
        "count": people.count_documents({"modern": True}),
        # An estimate, which depends on when the engine last took stock.
        "estimated": people.estimated_document_count() >= 0,
        "names": sorted(people.distinct("name")),
    }


@step
def bulk():
    db.bulk.insert_one({"_id": 5})
    requests = [
        InsertOne({"_id": 4}),
        InsertOne({"_id": 5}),
        InsertOne({"_id": 6}),
        UpdateOne({"_id": 4}, {"$set": {"x": 1}}),
        DeleteOne({"_id": 6}),
    ]

    def outcome(ordered):
        try:
            db.bulk.bulk_write(requests, ordered=ordered)
            return "no error"
        except BulkWriteError as error:
            details = error.details
            errors = [[one["index"], one["code"]] for one in details["writeErrors"]]
            return [error.code, errors, details["nInserted"], details["nModified"], details["nRemoved"]]

    ordered = outcome(True)
    return {"ordered": ordered, "unordered": outcome(False), "left": list(db.bulk.find().sort("_id", 1))}


@step
def aggregate():
    db.sales.insert_many([{"_id": i, "shop": "abc"[i % 3], "items": [i, i + 1]} for i in range(30)])
    groups = list(
        db.sales.aggregate(
            [
                {"$match": {"_id": {"$gte": 3}}},
                {"$unwind": "$items"},
                {"$group": {"_id": "$shop", "sum": {"$sum": "$items"}, "most": {"$max": "$items"}}},
                {"$project": {"sum": 1, "most": 1}},
                {"$sort": {"_id": 1}},
                {"$limit": 2},
            ]
        )
    )
    db.sales.aggregate([{"$match": {"shop": "a"}}, {"$out": "shopA"}])
    return {"groups": groups, "out": db.shopA.count_documents({})}


@step
def indexes():
    name = db.users.create_index("mail", unique=True)
    second = failure(lambda: db.users.insert_many([{"mail": "a"}, {"mail": "a"}]))
    every = sorted(db.users.index_information())
    db.users.drop_index(name)
    return {"name": name, "second": second, "all": every, "left": len(db.users.index_information())}


@step
def cursors():
    db.numbers.insert_many([{"_id": i, "square": i * i} for i in range(1000)])
    documents = list(db.numbers.find({}, batch_size=50).sort("_id", 1))
    assert [document["_id"] for document in documents] == list(range(1000))
    several = [db.numbers.find({"_id": {"$mod": [8, i]}}, batch_size=10).sort("_id", 1) for i in range(8)]
    counts = [0] * 8
    live = True
    while live:
        live = False
        for i, cursor in enumerate(several):
            document = next(cursor, None)
            if document is None:
                continue
            assert document["_id"] % 8 == i
            counts[i] += 1
            live = True
    early = db.numbers.find({}, batch_size=10)
    next(early)
    early.close()
    unknown = failure(lambda: db.command({"getMore": Int64(1234567890123456789), "collection": "numbers"}))
    return {"count": len(documents), "counts": counts, "early": early.alive, "unknown": unknown}


@step
def tailable():
    log = db.create_collection("log", capped=True, size=100_000)
    log.insert_many([{"_id": 1}, {"_id": 2}])
    tail = log.find({}, cursor_type=CursorType.TAILABLE_AWAIT, batch_size=10).max_await_time_ms(5000)
    seen = [next(tail)["_id"], next(tail)["_id"]]
    later = threading.Timer(0.2, lambda: log.insert_one({"_id": 3}))
    later.start()
    seen.append(next(tail)["_id"])
    later.join()
    tail.close()
    return seen


@step
def gridfs_():
    files = gridfs.GridFSBucket(db, bucket_name="files", chunk_size_bytes=64 * 1024)
    data = os.urandom(1_000_000)
    name = files.upload_from_stream("one.bin", data)
    back = files.open_download_stream(name).read()
    files.delete(name)
    return {"same": digest(back) == digest(data), "chunks": db["files.chunks"].count_documents({})}


@step
def big():
    data = os.urandom(12 * 1024 * 1024)
    db.big.insert_one({"_id": 1, "bytes": data})
    back = db.big.find_one({"_id": 1})["bytes"]
    many = {10 + i: os.urandom(3 * 1024 * 1024) for i in range(3)}
    db.big.insert_many([{"_id": key, "bytes": value} for key, value in many.items()])
    same = sum(digest(one["bytes"]) == digest(many[one["_id"]]) for one in db.big.find({"_id": {"$gte": 10}}))
    return {"length": len(back), "one": digest(back) == digest(data), "same": same}


@step
def types():
    document = {
        "_id": ObjectId("65f0c0ffee65f0c0ffee65f0"),
        "double": 1.5,
        "nan": float("nan"),
        "infinity": float("-inf"),
        "negative": -0.0,
        "text": "Grüße, 世界 \u0000 😀",
        "document": {"a": {"b": []}},
        "array": [1, "two", None, [3]],
        "binary": Binary(b"\x00\xff", 128),
        "uuid": Binary(uuid.UUID("3b241101-e2bb-4255-8caf-4136c566a962").bytes, 4),
        "yes": True,
        "no": False,
        "date": datetime.datetime(1969, 12, 31, 23, 59, 59, 999000),
        "none": None,
        "regex": Regex("^a.*b$", re.IGNORECASE),
        "code": Code("f()"),
        "scoped": Code("f(x)", {"x": 1}),
        "int": -7,
        "timestamp": Timestamp(5, 6),
        "long": Int64(-9223372036854775808),
        "decimal": Decimal128("1.20E+3"),
        "least": MinKey(),
        "most": MaxKey(),
        "reference": DBRef("people", ObjectId("65f0c0ffee65f0c0ffee65f1")),
    }
    db.types.insert_one(document)
    raw = db.get_collection("types", codec_options=bson.CodecOptions(document_class=RawBSONDocument)).find_one()
    return {"same": raw.raw == bson.BSON.encode(document), "length": len(raw.raw)}


@step
def sessions():
    majority = db.get_collection("seen", read_concern=ReadConcern("majority"))
    counts = []
    with client.start_session(causal_consistency=True) as session:
        for i in range(5):
            db.seen.insert_one({"_id": i}, session=session)
            counts.append(majority.count_documents({}, session=session))
        return {"counts": counts, "causal": session.operation_time is not None and session.cluster_time is not None}


@step
def transactions():
    accounts = db.accounts
    accounts.insert_many([{"_id": "a", "sum": 10}, {"_id": "b", "sum": 0}])

    def transfer(session):
        accounts.update_one({"_id": "a"}, {"$inc": {"sum": -4}}, session=session)
        accounts.update_one({"_id": "b"}, {"$inc": {"sum": 4}}, session=session)

    with client.start_session() as session:
        session.with_transaction(transfer)
    with client.start_session() as session:
        session.start_transaction()
        accounts.update_one({"_id": "a"}, {"$set": {"sum": 1000}}, session=session)
        outside = accounts.find_one({"_id": "a"})["sum"]
        inside = accounts.find_one({"_id": "a"}, session=session)["sum"]
        session.abort_transaction()
        session.start_transaction()
        accounts.insert_one({"_id": "c"}, session=session)
        middle = failure(lambda: accounts.insert_one({"_id": "a"}, session=session))
        afterwards = failure(lambda: accounts.find_one({}, session=session))
        commit = failure(session.commit_transaction)
        session.start_transaction()
        accounts.insert_one({"_id": "d"}, session=session)
        session.commit_transaction()
        session.commit_transaction()
    return {
        "outside": outside,
        "inside": inside,
        "middle": middle,
        "afterwards": afterwards,
        "commit": commit,
        "after": list(accounts.find().sort("_id", 1)),
    }


@step
def unacknowledged():
    db.get_collection("loose", write_concern=WriteConcern(w=0)).insert_one({"_id": 1})
    # Another connection of the driver may overtake the write, so the read is repeated until it is there.
    return "seen" if any(db.loose.find_one({"_id": 1}) for _ in range(1000)) else "never seen"


@step
def errors():
    return {
        "command": failure(lambda: db.command("noSuchCommand")),
        "operator": failure(lambda: list(db.people.find({"a": {"$foo": 1}}))),
        "stage": failure(lambda: list(db.people.aggregate([{"$noSuchStage": {}}]))),
        "duplicate": failure(lambda: db.people.insert_one({"_id": 1})),
        "namespace": failure(lambda: db.command({"find": 7})),
    }


@step
def maxTimeMS():
    # A server with fail points is slow by one; another has enough to do.
    block = {"failCommands": ["aggregate"], "blockConnection": True, "blockTimeMS": 1000}
    failure(lambda: client.admin.command({"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": block}))
    heavy = [
        {"$lookup": {"from": "numbers", "pipeline": [], "as": "all"}},
        {"$unwind": "$all"},
        {"$group": {"_id": None, "n": {"$sum": "$all.square"}}},
    ]
    return failure(lambda: list(db.numbers.aggregate(heavy, maxTimeMS=20)))


@step
def retries():
    def once(commands, **data):
        client.admin.command(
            {"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": {"failCommands": commands, **data}}
        )

    retried = db.retried
    once(["insert"], errorCode=91, errorLabels=["RetryableWriteError"])
    retried.insert_one({"_id": 1})
    once(["insert"], closeConnection=True)
    retried.insert_one({"_id": 2})
    once(["find"], errorCode=10107)
    first = retried.find_one({"_id": 1})
    once(["find"], closeConnection=True)
    second = retried.find_one({"_id": 2})
    once(["insert"], errorCode=8000)
    plain = failure(lambda: retried.insert_one({"_id": 3}))
    once(["insert"], writeConcernError={"code": 100, "errmsg": "not enough"})
    concern = failure(lambda: retried.insert_one({"_id": 4}))
    with client.start_session() as session:
        session.start_transaction()
        retried.insert_one({"_id": 5}, session=session)
        once(["commitTransaction"], closeConnection=True)
        session.commit_transaction()
    return {"first": first, "second": second, "plain": plain, "concern": concern, "count": retried.count_documents({})}


@step
def preferences():
    with another(uris["members"]) as members:
        admin = members.client.admin

        def who(preference):
            return admin.command("serverStatus", read_preference=preference)["host"]

        seen = {dc: who(Nearest(tag_sets=[{"dc": dc}])) for dc in ["east", "west", "north"]}
        seen["primary"] = who(ReadPreference.PRIMARY)
        seen["away"] = who(Secondary()) != seen["primary"]
        return seen


@step
def changes():
    watched = db.create_collection("watched")
    only = [{"$match": {"operationType": {"$in": ["insert", "update"]}}}]
    with watched.watch(only, max_await_time_ms=2000, full_document="updateLookup") as stream:
        later = threading.Timer(0.2, lambda: watched.insert_one({"_id": 1}))
        later.start()
        seen = [next(stream)]
        later.join()
        watched.update_one({"_id": 1}, {"$set": {"a": 1}})
        seen.append(next(stream))
        token = stream.resume_token
    watched.insert_one({"_id": 2})
    with watched.watch([], resume_after=token) as resumed:
        seen.append(next(resumed))
    return [[event["operationType"], event["documentKey"]["_id"], event["fullDocument"]] for event in seen]


@step
def compression():
    with another(with_options(uris["main"], "compressors=zlib")) as own:
        text = "weir " * 100_000
        own.compressed.insert_one({"_id": 1, "text": text})
        return own.compressed.find_one({"_id": 1})["text"] == text


def reach(uri):
    with another(uri) as own:
        own.reached.replace_one({"_id": 1}, {"n": 1}, upsert=True)
        own.numbers.insert_many([{"_id": -1 - i} for i in range(30)])
        read = len(list(own.numbers.find({"_id": {"$lt": 0}}, batch_size=7)))
        own.numbers.delete_many({"_id": {"$lt": 0}})
        return [own.reached.find_one({"_id": 1})["n"], read]


@step
def replicaSet():
    return reach(uris["replicaSet"])


def cannot(name, reason):
    steps.append((name, reason))


cannot("loadBalanced", "pymongo 3.11 is older than load balancing")


@step
def direct():
    return reach(with_options(uris["main"], "directConnection=true"))


cannot("stableApi", "pymongo 3.11 is older than the stable API")


def busy_client(i):
    db.busy.insert_one({"_id": i, "owner": i})
    for n in range(5):
        seen = db.busy.find_one_and_update({"_id": i}, {"$inc": {"n": 1}}, return_document=ReturnDocument.AFTER)
        assert seen["owner"] == i and seen["n"] == n + 1, (i, seen)
    return db.busy.find_one({"_id": i})["n"]


@step
def many():
    with ThreadPoolExecutor(100) as threads:
        return sum(threads.map(busy_client, range(100)))


@step
def close():
    client.drop_database(DATABASE)
    client.close()
    return "closed"


def say(**line):
    print(json.dumps(line, separators=(",", ":")), flush=True)


for name, body in steps:
    name = name.rstrip("_")
    if name in without:
        continue
    if isinstance(body, str):
        say(step=name, skipped=body)
        continue
    try:
        say(step=name, ok=True, saw=body())
    except Exception as error:  # noqa: BLE001 - every failure is a line of the transcript
        say(step=name, ok=False, saw=f"{type(error).__name__}: {error}")
