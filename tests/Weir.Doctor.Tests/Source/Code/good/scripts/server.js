import { MongoClient } from 'mongodb';

const client = new MongoClient(process.env.MONGODB_URI, { maxPoolSize: 10 });
process.on('SIGTERM', () => client.close().then(() => process.exit(0)));
