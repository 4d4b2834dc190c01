// The official driver, where build/install-debian puts it for the driver tests.
import { createRequire } from 'node:module';

export const { MongoClient } = createRequire(new URL('../../tests/drivers/node/', import.meta.url))('mongodb');
