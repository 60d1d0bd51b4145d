// htmx 4 under our content security policy. Its settings are in <meta name="htmx-config">: no indicator
// styles, same origin only, no swap of 5xx. What needs eval (hx-on, js: values, trigger filters) is not used.
import htmx from "htmx.org"
import { keepFresh } from "./fresh.js"
import { follows, keepLive } from "./live.js"
import { toast } from "./toasts.js"

// The token travels as a header; attribute inheritance is explicit in htmx 4, so that a missing :inherited
// on one element must not cost its protection.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content
  if (token) ctx.request.headers["X-CSRFToken"] = token
})

keepFresh(htmx)
keepLive(htmx)

// What is asked for in the background fails in silence: it is asked for again.
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (!follows(ctx.sourceElement) && ctx.response.status >= 500) toast("This is our fault. Nothing was changed; try again in a moment.", "bad")
})

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (follows(ctx?.sourceElement)) return
  toast("The server did not answer. Check the connection and try again.", "bad")
})
