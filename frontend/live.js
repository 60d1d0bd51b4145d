// Parts of a page that follow what others do ([data-follow]): each is asked about every twenty seconds while the tab can
// be seen, and at once when it is seen again after longer than that. Whoever sees nothing costs nothing.
const EVERY_MS = 20_000

export function keepLive(htmx) {
  let last = Date.now()
  const ask = () => {
    if (document.hidden) return
    last = Date.now()
    for (const part of document.querySelectorAll("[data-follow]")) part.dispatchEvent(new CustomEvent("live"))
  }
  setInterval(ask, EVERY_MS)
  document.addEventListener("visibilitychange", () => {
    if (Date.now() - last >= EVERY_MS) ask()
  })

  // Menus, dialogs and what was folded out are the reader's: an answer neither opens nor closes them.
  htmx.registerExtension("readers-own", {
    htmx_before_morph_attr: (element, { attrName }) => !(attrName === "open" && element.matches("details, dialog")),
  })
}

export const follows = (element) => Boolean(element?.matches?.("[data-follow]"))
