#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Follows the event feed of a Callgate receiver: prints one JSON line per event, from the first on.
//
//   node consume.mjs --url http://127.0.0.1:8080 --cursor events.cursor
//
// The place in the feed is kept in the cursor file, and moves on only behind events that were handled: after a crash
// of either side the last ones may come again, none is left out. Replace handle() by what you want to do; it must bear
// an event twice (its sequence tells). A token is taken from CALLGATE_API_TOKEN. Needs Node 18 or later.

import { open, readFile, rename } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const WAIT_SECONDS = 30;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

// The receiver does not want this request, now or later.
class Refused extends Error {}

async function handle(event) {
  const line = JSON.stringify(event) + "\n";
  await new Promise((done, failed) => process.stdout.write(line, (error) => (error ? failed(error) : done())));
}

async function loadCursor(path) {
  let text;
  try {
    text = await readFile(path, "ascii");
  } catch (error) {
    if (error.code === "ENOENT") return 0;
    throw new Refused(error.message);
  }
  if (!/^[0-9]+\n?$/.test(text)) throw new Refused(`${path} holds no cursor`);
  return Number(text);
}

// Whole or not at all: a new file takes the place of the old one.
async function saveCursor(path, after) {
  const file = await open(path + ".new", "w");
  try {
    await file.writeFile(`${after}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(path + ".new", path);
}

// The next events, and where to go on. Waits for the first one.
async function readEvents(url, after, provider) {
  const query = new URLSearchParams({ after, wait: WAIT_SECONDS, ...(provider && { provider }) });
  const token = process.env.CALLGATE_API_TOKEN;
  const answer = await fetch(`${url}/api/events?${query}`, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    signal: AbortSignal.timeout((WAIT_SECONDS + 15) * 1000),
  });
  const text = await answer.text();
  if (answer.status >= 400 && answer.status < 500) throw new Refused(`${answer.status} ${text}`);
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  const lines = text.split("\n").filter((line) => line !== "");
  return { events: lines.map((line) => JSON.parse(line)), next: Number(answer.headers.get("X-Next-After")) };
}

// Tries until there is an answer that is worth one.
async function readWithBackoff(url, after, provider) {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await readEvents(url, after, provider);
    } catch (error) {
      if (error instanceof Refused) throw error;
      console.error(`consume: ${error.cause?.message ?? error.message}; again in ${pause / 1000} s`);
      await sleep(pause);
    }
  }
}

async function follow({ url, cursor, provider }) {
  let after = await loadCursor(cursor);
  for (;;) {
    const { events, next } = await readWithBackoff(url.replace(/\/+$/, ""), after, provider);
    for (const event of events) await handle(event);
    if (next === after) continue;
    await saveCursor(cursor, next);
    after = next;
  }
}

try {
  const { values } = parseArgs({
    options: {
      url: { type: "string", default: "http://127.0.0.1:8080" },
      cursor: { type: "string" },
      provider: { type: "string" },
    },
  });
  if (!values.cursor) throw new Refused("--cursor names the file that keeps the place in the feed");
  await follow(values);
} catch (error) {
  console.error(`consume: ${error.message}`);
  process.exitCode = 1;
}
