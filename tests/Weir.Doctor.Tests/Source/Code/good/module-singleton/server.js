const express = require('express');
const db = require('./db');

const app = express();
app.get('/entries', async (req, res) => res.json(await db.collection('entries').find().toArray()));
app.listen(3000);
