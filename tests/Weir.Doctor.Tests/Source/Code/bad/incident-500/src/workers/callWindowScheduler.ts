import { getDb } from "../utils/database.ts";

const [db] = await getDb();

setInterval(async () => {
  const due = await db.collection("calls").find({ due: { $lte: new Date() } }).toArray();
  for (const call of due) {
    await db.collection("calls").updateOne({ _id: call._id }, { $set: { placed: true } });
  }
}, 5_000);
