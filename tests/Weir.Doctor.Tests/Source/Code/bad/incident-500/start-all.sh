#!/bin/bash

# Kill any existing processes
pkill -9 deno 2>/dev/null # finds: kill-9
pkill -9 node 2>/dev/null # finds: kill-9

echo "Starting everything..."
deno run --allow-all src/concept_server.ts & # finds: several-processes
deno run --allow-all src/workers/callSchedulerWorker.ts &
deno run --allow-all src/workers/callWindowScheduler.ts &

./open-logs.sh
