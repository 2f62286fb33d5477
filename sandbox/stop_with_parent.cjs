// Loaded into Azurite before it starts: ends it, in order, when the process that started it is gone.
// The parent holds the other end of standard input; the system closes that end however the parent died.
"use strict";

process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.on("error", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
// Waiting for the parent's end must not keep an Azurite alive that has closed its servers.
process.stdin.unref?.();
