import { MongoClient } from 'mongodb';
import { NextResponse } from 'next/server';

const connect = async () => await MongoClient.connect(process.env.MONGODB_URI!); // finds: no-pool-limit

export async function GET() {
  const client = await connect(); // finds: client-per-call
  const entries = await client.db().collection('entries').find().toArray();
  return NextResponse.json(entries);
}
