import os
from functools import lru_cache

from pymongo import MongoClient

client = MongoClient(os.environ["MONGODB_URL"], maxPoolSize=10)
_lazy = None


def lazy_client():
    global _lazy
    if _lazy is None:
        _lazy = MongoClient(os.environ["MONGODB_URL"], maxPoolSize=10)
    return _lazy


@lru_cache(maxsize=None)
def cached_client():
    return MongoClient(os.environ["MONGODB_URL"], maxPoolSize=10)


class Store:
    def __init__(self, uri):
        self.client = MongoClient(uri, maxPoolSize=10)

    def find(self):
        return list(cached_client().app.entries.find())


def main():
    with MongoClient(os.environ["MONGODB_URL"], maxPoolSize=2) as own:
        print(own.app.entries.count_documents({}))
        print(lazy_client().app.entries.count_documents({}))


if __name__ == "__main__":
    main()
