import { getDb } from "./utils/database.ts";

const [db] = await getDb();

Deno.serve({ port: 8000 }, async (request: Request) => {
  const user = new URL(request.url).searchParams.get("user");
  const entries = await db.collection("entries").find({ user, done: true }).toArray();
  return Response.json(entries);
});
