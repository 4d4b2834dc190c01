"""The common scenario, by Python's driver: scenario.py URI. Prints a line of JSON for each step, the same lines
whatever is between the driver and the server. tests/drivers/node/scenario.mjs is its twin."""

import hashlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from bson import Int64
from pymongo import DeleteOne, InsertOne, MongoClient, ReturnDocument, UpdateOne, WriteConcern
from pymongo.errors import BulkWriteError, PyMongoError

client = MongoClient(sys.argv[1], appname="python-scenario", maxPoolSize=50)
db = client["scenario_python"]
steps = []


def step(name):
    def add(body):
        steps.append((name, body))
        return body

    return add


def failure(operation):
    """What a failed operation says, without what differs from run to run."""
    try:
        operation()
        return "no error"
    except PyMongoError as error:
        return {"name": type(error).__name__, "code": getattr(error, "code", None)}


@step("connect")
def connect():
    client.drop_database(db.name)
    return client.admin.command("ping")["ok"]


@step("crud")
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
        "estimated": people.estimated_document_count(),
        "names": sorted(people.distinct("name")),
    }


@step("aggregate")
def aggregate():
    db.sales.insert_many([{"_id": i, "shop": "abc"[i % 3], "items": [i, i + 1]} for i in range(30)])
    return list(
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


@step("indexes")
def indexes():
    name = db.users.create_index("mail", unique=True)
    second = failure(lambda: db.users.insert_many([{"mail": "a"}, {"mail": "a"}]))
    return {"name": name, "second": second, "all": sorted(db.users.index_information())}


@step("cursor of 1000 documents in batches of 50")
def long_cursor():
    db.numbers.insert_many([{"_id": i, "square": i * i} for i in range(1000)])
    documents = list(db.numbers.find({}, batch_size=50).sort("_id", 1))
    assert [document["_id"] for document in documents] == list(range(1000))
    return {"count": len(documents), "sum": sum(document["square"] for document in documents)}


@step("eight cursors interleaved")
def interleaved():
    cursors = [db.numbers.find({"_id": {"$mod": [8, i]}}, batch_size=10).sort("_id", 1) for i in range(8)]
    counts = [0] * 8
    live = True
    while live:
        live = False
        for i, cursor in enumerate(cursors):
            document = next(cursor, None)
            if document is None:
                continue
            assert document["_id"] % 8 == i
            counts[i] += 1
            live = True
    return counts


@step("cursor closed early")
def closed_early():
    cursor = db.numbers.find({}, batch_size=10)
    next(cursor)
    cursor.close()
    return cursor.alive


@step("unknown cursor")
def unknown_cursor():
    return failure(lambda: db.command({"getMore": Int64(1234567890123456789), "collection": "numbers"}))


@step("bulk write with a duplicate key")
def bulk():
    db.bulk.insert_one({"_id": 5})
    requests = [
        InsertOne({"_id": 4}),
        InsertOne({"_id": 5}),
        InsertOne({"_id": 6}),
        UpdateOne({"_id": 4}, {"$set": {"x": 1}}),
        DeleteOne({"_id": 6}),
    ]
    try:
        db.bulk.bulk_write(requests, ordered=False)
        return "no error"
    except BulkWriteError as error:
        details = error.details
        return {
            "code": error.code,
            "errors": [[one["index"], one["code"]] for one in details["writeErrors"]],
            "counts": [details["nInserted"], details["nModified"], details["nRemoved"]],
            "count": db.bulk.count_documents({}),
        }


@step("document of 12 MB there and back")
def big():
    data = b"weir" * (3 * 1024 * 1024 - 1) + b"last"
    db.big.insert_one({"_id": 1, "bytes": data})
    back = db.big.find_one({"_id": 1})["bytes"]
    return {"length": len(back), "same": hashlib.sha256(back).digest() == hashlib.sha256(data).digest()}


def busy_client(i):
    db.busy.insert_one({"_id": i, "owner": i})
    for n in range(10):
        seen = db.busy.find_one_and_update({"_id": i}, {"$inc": {"n": 1}}, return_document=ReturnDocument.AFTER)
        assert seen["owner"] == i and seen["n"] == n + 1, (i, seen)
    return db.busy.find_one({"_id": i})["n"]


@step("50 at once")
def fifty():
    with ThreadPoolExecutor(50) as threads:
        return sum(threads.map(busy_client, range(50)))


@step("sessions")
def sessions():
    with client.start_session(causal_consistency=True) as session:
        db.seen.insert_one({"_id": 1}, session=session)
        return db.seen.count_documents({}, session=session)


@step("unacknowledged write, then a read")
def unacknowledged():
    db.get_collection("loose", write_concern=WriteConcern(w=0)).insert_one({"_id": 1})
    # Another connection of the driver may overtake the write, so the read is repeated until it is there.
    return "seen" if any(db.loose.find_one({"_id": 1}) for _ in range(1000)) else "never seen"


@step("errors")
def errors():
    return {
        "command": failure(lambda: db.command("noSuchCommand")),
        "operator": failure(lambda: list(db.people.find({"a": {"$foo": 1}}))),
        "stage": failure(lambda: list(db.people.aggregate([{"$noSuchStage": {}}]))),
        "duplicate": failure(lambda: db.people.insert_one({"_id": 1})),
    }


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
        session.abort_transaction()
    return {"outside": outside, "after": list(accounts.find().sort("_id", 1))}


if "--transactions" in sys.argv:
    steps.append(("transactions", transactions))


@step("close")
def close():
    client.drop_database(db.name)
    client.close()
    return "closed"


for name, body in steps:
    try:
        print(json.dumps({"step": name, "ok": True, "saw": body()}), flush=True)
    except Exception as error:  # noqa: BLE001 - every failure is a line of the transcript
        print(json.dumps({"step": name, "ok": False, "saw": f"{type(error).__name__}: {error}"}), flush=True)
