import { Controller } from "@hotwired/stimulus"

// j and k (or arrows) move between the rows' links, Enter opens by itself, a click anywhere on a row follows its
// link. A letter presses the element with that data-list-key in the row in focus. Rows: data-list-target="row" with one .row-link inside. Survives rows that htmx replaces.
export default class extends Controller {
  static targets = ["row"]

  connect() {
    this.listener = (event) => this.press(event)
    document.addEventListener("keydown", this.listener)
  }

  disconnect() {
    document.removeEventListener("keydown", this.listener)
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (document.querySelector("dialog[open]")) return
    const key = this.keyed(event)
    if (key) {
      event.preventDefault()
      return key.click()
    }
    const inside = this.element.contains(document.activeElement)
    const step = { j: 1, k: -1 }[event.key] ?? (inside ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined)
    if (!step || event.target.matches("input:not([type=checkbox]), textarea, select, summary, .menu-item")) return
    const links = this.rowTargets.map((row) => row.querySelector(".row-link"))
    if (!links.length) return
    event.preventDefault()
    const row = document.activeElement.closest?.('[data-list-target="row"]')
    const at = row ? this.rowTargets.indexOf(row) : -1
    const link = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)]
    link.focus({ focusVisible: true })
    link.scrollIntoView({ block: "nearest" })
  }

  // What a key does to the row in focus: the element in it with data-list-key.
  keyed(event) {
    if (event.target.matches("input:not([type=checkbox]), textarea, select") || !/^[a-z]$/.test(event.key)) return null
    const row = document.activeElement.closest?.('[data-list-target="row"]')
    return this.element.contains(row) ? row?.querySelector(`[data-list-key="${event.key}"]`) : null
  }

  open(event) {
    if (event.target.closest("a, button, input, select, label, summary")) return
    if (String(getSelection())) return
    const link = event.target.closest('[data-list-target="row"]')?.querySelector(".row-link")
    if (!link) return
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener")
    else link.click()
  }
}
