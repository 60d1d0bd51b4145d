// Bundled into a page: `send(PACKAGE, HOST, KEY, calls)` loads a browser SDK as Tenure's documentation says.
import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
import { AnalyticsBrowser } from "@segment/analytics-next";

const open = {
  "@segment/analytics-next": (writeKey, cdnURL) => [AnalyticsBrowser.load({ writeKey, cdnURL }), "timestamp"],
  "@rudderstack/analytics-js": (key, host) => {
    const analytics = new RudderAnalytics();
    analytics.load(key, host, { configUrl: host });
    return [analytics, "originalTimestamp"];
  },
};

window.send = (name, host, key, calls) => {
  const [analytics, at] = open[name](key, host);
  for (const { call, message } of calls) {
    const said = message.timestamp ? { [at]: message.timestamp } : {};
    if (call === "identify") analytics.identify(message.userId, message.traits, said);
    if (call === "group") analytics.group(message.groupId, message.traits, said);
    if (call === "track") analytics.track(message.event, message.properties, said);
    if (call === "page") analytics.page(message.category, message.name, message.properties, said);
  }
};
