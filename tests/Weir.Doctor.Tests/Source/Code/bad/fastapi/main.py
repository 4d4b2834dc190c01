import os

from fastapi import Depends, FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

app = FastAPI()


def get_db():
    client = AsyncIOMotorClient(os.environ["MONGODB_URL"])  # finds: no-pool-limit
    return client.journal


@app.get("/entries")
async def entries(db=Depends(get_db)):  # finds: client-per-call
    return await db.entries.find({}).to_list(100)


@app.post("/entries")
async def add(entry: dict):
    client = AsyncIOMotorClient(os.environ["MONGODB_URL"], maxPoolSize=10)  # finds: client-per-call
    try:
        await client.journal.entries.insert_one(entry)
    finally:
        client.close()  # finds: closed-under-work
