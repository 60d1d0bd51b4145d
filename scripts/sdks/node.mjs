// node.mjs PACKAGE HOST KEY CALLS.json: send calls with a Node SDK, as its documentation says, and flush.
import { readFileSync } from "node:fs";

const [name, host, key, file] = process.argv.slice(2);
const open = {
  "@segment/analytics-node": ({ Analytics }) => new Analytics({ writeKey: key, host }),
  "analytics-node": ({ default: Analytics }) => new Analytics(key, { host }),
  "@rudderstack/rudder-sdk-node": ({ default: Analytics }) => new Analytics(key, { dataPlaneUrl: host }),
};
const analytics = open[name](await import(name));
for (const { call, message } of JSON.parse(readFileSync(file, "utf8"))) {
  const { groupId, timestamp, ...said } = message;
  if (timestamp) said.timestamp = new Date(timestamp);
  analytics[call](call === "group" ? { ...said, groupId } : { ...said, context: { groupId } });
}
await (analytics.closeAndFlush ? analytics.closeAndFlush() : analytics.flush());
