const express = require('express');
const { MongoClient } = require('mongodb');

const app = express();

app.get('/entries', async (req, res) => {
  const client = new MongoClient(process.env.MONGODB_URL, { maxPoolSize: 5 }); // finds: client-per-call, no-signal-handler
  try {
    await client.connect();
    res.json(await client.db('app').collection('entries').find({ user: req.query.user }).toArray());
  } finally {
    await client.close(); // finds: closed-under-work
  }
});

app.listen(3000);
