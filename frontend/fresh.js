// A form that is asked about while one types: [data-fresh] with an id. An answer is shown only if the fields inside are
// still what they were when it was asked for, so that an older answer never takes the place of newer input. The answer
// to a button is asked for again from what stands there now; the fields ask for themselves when they change.
const fields = (id) =>
  JSON.stringify(
    [...(document.getElementById(id)?.querySelectorAll("input, select, textarea") ?? [])].map((f) => [f.name, f.value]),
  )

export function keepFresh(htmx) {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    const id = ctx.sourceElement.closest("[data-fresh]")?.id
    if (id) ctx.fresh = { id, action: ctx.request.action, asked: fields(id) }
  })

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail
    const current = ctx.target?.isConnected && ctx.fresh && fields(ctx.fresh.id) === ctx.fresh.asked
    if (!ctx.fresh || current || ctx.response.status >= 400) return
    event.preventDefault()
    const { id, action } = ctx.fresh
    const form = document.getElementById(id)
    if (!form || ctx.target?.id !== id) return
    const values = Object.fromEntries(JSON.parse(fields(id)))
    htmx.ajax("GET", action, { source: form, target: `#${id}`, select: `#${id}`, swap: "outerHTML", values })
  })
}
