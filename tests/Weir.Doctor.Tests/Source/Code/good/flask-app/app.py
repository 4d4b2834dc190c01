from flask import Flask, current_app, g
from pymongo import MongoClient


def create_app(uri):
    app = Flask(__name__)
    app.mongo = MongoClient(uri, maxPoolSize=10, maxIdleTimeMS=30000)

    @app.get("/entries")
    def entries():
        return list(current_app.mongo.app.entries.find({}, {"_id": 0}))

    return app
