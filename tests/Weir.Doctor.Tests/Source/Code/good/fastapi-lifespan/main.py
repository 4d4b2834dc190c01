import os
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from motor.motor_asyncio import AsyncIOMotorClient


@asynccontextmanager
async def lifespan(app: FastAPI):
    client = AsyncIOMotorClient(os.environ["MONGODB_URL"], maxPoolSize=10)
    app.state.db = client.journal
    try:
        yield
    finally:
        client.close()


app = FastAPI(lifespan=lifespan)


@app.get("/entries")
async def entries(request: Request):
    return await request.app.state.db.entries.find({}).to_list(100)
